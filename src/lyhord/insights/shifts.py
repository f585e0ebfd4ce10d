"""The day ahead as a lead's page shows it: what is expected by the hour, how many people that takes, and who is on."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from statistics import mean
from zoneinfo import ZoneInfo

from msgspec import Struct

from lyhord.insights import store
from lyhord.insights.forecast import WEEKS, Expected, coverage, expect, scale_of, scaled
from lyhord.insights.model import hour_of
from lyhord.insights.staffing import IN_TIME, people_needed
from lyhord.kit.clock import DAY, HOUR, MINUTE, SECOND
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import first_id_at, id_time
from lyhord.tickets.routing.arrivals import LONGEST_WORK, Said, turns_of
from lyhord.tickets.routing.presence import list_presence
from lyhord.tickets.routing.views import list_working
from lyhord.workspaces.hours import Schedule, open_between
from lyhord.workspaces.model import Agent
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.schedules.views import all_schedules, schedules_of_teams
from lyhord.workspaces.views import list_agents, list_teams, settings_of

USUAL_PROMISE = HOUR
"""Within how long customers are to be answered where the workspace doesn't say."""
MEASURED, FEWEST_MEASURED = 3_000, 20
"""Of so many of the latest messages it is measured how long answers take, if at least so many tell it."""
MEASURED_WITHIN = 28 * DAY


class ShiftHour(Struct, frozen=True, kw_only=True):
    """An hour of today that began at `at` (Unix ms). `came`: what customers wrote, None of hours to come.

    `expected` (between `low` and `high`) is of the whole hour; None with too little history. `needed`: how many people that takes; None
    where it isn't known how long answers take. `on`: who is on by schedule.
    """

    at: int
    came: int | None
    expected: float | None
    low: float | None
    high: float | None
    needed: int | None
    on: int


class DayAhead(Struct, frozen=True, kw_only=True):
    """Today (as 2026-03-01). `weeks` of history were used, of which 3 are the fewest; `coverage` of like days lie between low and high.

    `factor`: today against the usual, from what has come so far. `work`: milliseconds that an answer takes, and `answers` how many a
    message needs, as measured; `promise` (ms) is kept for `share` of customers with the people `needed`. `here`: who is there now.
    """

    day: str
    weeks: int
    coverage: float
    factor: float
    work: int | None
    answers: float
    promise: int
    share: float
    here: int
    hours: list[ShiftHour]


def show_day_ahead(tx: ReadTx, reach: Reach, team_id: str | None = None) -> DayAhead:
    """Today, of what the viewer reaches; of one team if wanted."""
    settings = settings_of(tx)
    zone = ZoneInfo(settings.time_zone)
    today = datetime.fromtimestamp(tx.now / SECOND, zone).date()
    hours = hours_of(today, zone)
    counts, answered, first = _counts(tx, reach, team_id, today, zone)
    usual = {at: expect(_history(at, counts, first, today, zone)) for at in hours}
    weeks = max((len(_history(at, counts, first, today, zone)) for at in hours), default=0)
    over = [at for at in hours if at + HOUR <= tx.now and usual[at] is not None]
    factor = scale_of(sum(counts[at] for at in over), sum(one.usual for at in over if (one := usual[at]) is not None))
    work = _measure_work(tx, team_id)
    said = sum(counts.values())
    answers = min(answered / said, 3.0) if said else 1.0
    promise = settings.reply_promise_minutes * MINUTE if settings.reply_promise_minutes else USUAL_PROMISE
    people = _people(tx, team_id)
    on = _on(tx, people, hours)
    shown = [
        _hour(
            at,
            counts[at] if at <= tx.now else None,
            _of_hour(usual[at], factor, counts[at], over=at + HOUR <= tx.now),
            on[at],
            lambda expected: people_needed(expected * answers, work, promise) if work else None,
        )
        for at in hours
    ]
    presence = list_presence(tx)
    return DayAhead(
        day=today.isoformat(),
        weeks=weeks,
        coverage=coverage(weeks),
        factor=factor,
        work=work,
        answers=answers,
        promise=promise,
        share=IN_TIME,
        here=sum(one.id in presence and presence[one.id].present for one in people),
        hours=shown,
    )


def hours_of(day: date, zone: ZoneInfo) -> list[int]:
    """When the hours of a day begin (Unix ms), as roll-ups count them: 23 or 25 where the clock is changed."""
    begins, ends = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    first = hour_of(begins) if begins % HOUR == 0 else hour_of(begins) + HOUR
    return list(range(first, ends, HOUR))


def weeks_before(at: int, weeks: int, zone: ZoneInfo) -> int:
    """When the hour began that was the same by the clock on the wall so many weeks before."""
    local = datetime.fromtimestamp(at / SECOND, zone).replace(tzinfo=None) - timedelta(weeks=weeks)
    return hour_of(int(local.replace(tzinfo=zone).timestamp() * SECOND))


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, datetime.min.time(), zone).timestamp() * SECOND)


def _hour(
    at: int, came: int | None, expected: Expected | None, on: int, people: Callable[[float], int | None]
) -> ShiftHour:
    return ShiftHour(
        at=at,
        came=came,
        expected=expected.usual if expected else None,
        low=expected.low if expected else None,
        high=expected.high if expected else None,
        needed=people(expected.usual) if expected else None,
        on=on,
    )


def _of_hour(usual: Expected | None, factor: float, came: int, *, over: bool) -> Expected | None:
    """Hours that are over stand as they were expected: so it shows how good that was."""
    return usual if usual is None or over else scaled(usual, factor, came)


def _counts(
    tx: ReadTx, reach: Reach, team_id: str | None, today: date, zone: ZoneInfo
) -> tuple[Counter[int], int, int | None]:
    """By hour what customers wrote since eight weeks ago, on this weekday; how many answers there were; the first hour that is known."""
    limited, of_team = reach.inbox_ids is not None, team_id is not None
    bounds = {"inboxes": reach.inbox_ids or (), "team": team_id}
    counts: Counter[int] = Counter()
    answers = 0
    for weeks in range(WEEKS + 1):
        day = today - timedelta(weeks=weeks)
        start, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
        for hour, came, answered in tx.all(store.traffic[limited, of_team], start=start, end=end, **bounds):
            counts[hour] += int(came)
            answers += int(answered)
    return counts, answers, tx.value(store.first_hour)


def _history(at: int, counts: Counter[int], first: int | None, today: date, zone: ZoneInfo) -> list[int]:
    """What the hour brought in the weeks before, as far back as anything was counted in the workspace."""
    if first is None:
        return []
    known = [
        weeks
        for weeks in range(1, WEEKS + 1)
        if _midnight(today - timedelta(weeks=weeks), zone) >= _midnight(_day(first, zone), zone)
    ]
    return [counts[weeks_before(at, weeks, zone)] for weeks in known]


def _day(at: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at / SECOND, zone).date()


def _measure_work(tx: ReadTx, team_id: str | None) -> int | None:
    """How long an answer takes on average, of the latest; None where too few tell it. Longer than that were pauses, and aren't counted."""
    rows = tx.all(store.latest_said, first=first_id_at(tx.now - MEASURED_WITHIN), most=MEASURED)
    said = [Said(id_time(row_id), about, by, agent_id, "") for row_id, about, by, agent_id in reversed(rows)]
    members = {one.id: set(one.agent_ids) for one in list_teams(tx)}
    took = [
        one.work
        for turns in turns_of(said).values()
        for one in turns
        if one.work is not None and (team_id is None or one.agent_id in members.get(team_id, ()))
    ]
    return min(int(mean(took)), LONGEST_WORK) if len(took) >= FEWEST_MEASURED else None


def _people(tx: ReadTx, team_id: str | None) -> list[Agent]:
    """Who takes tickets: the members of the team, or of any; where there are no teams, everybody. Not who takes none by themselves."""
    working = list_working(tx)
    teams = {one.id for one in list_teams(tx)}
    agents = [one for one in list_agents(tx) if not one.disabled and not one.invited]
    if team_id is not None:
        agents = [one for one in agents if team_id in one.team_ids]
    elif teams:
        agents = [one for one in agents if one.team_ids]
    return [one for one in agents if one.id not in working or working[one.id][0].capacity > 0]


def _on(tx: ReadTx, people: Sequence[Agent], hours: Sequence[int]) -> dict[int, int]:
    """By hour how many of them are on: one of their teams, or the workspace, is open for half of it at least, and they aren't away."""
    schedules, of_teams = all_schedules(tx), schedules_of_teams(tx)
    kept = {one.id: {of_teams.get(team) for team in one.team_ids} or {None} for one in people}
    open_at = {key: _open_hours(schedule, hours) for key, schedule in schedules.items()}
    return {
        at: sum(
            any(at in open_at.get(key, open_at[None]) for key in kept[one.id]) and not _away(one, at) for one in people
        )
        for at in hours
    }


def _open_hours(schedule: Schedule, hours: Sequence[int]) -> set[int]:
    return {at for at in hours if open_between(schedule, at, at + HOUR) * 2 >= HOUR}


def _away(agent: Agent, at: int) -> bool:
    """Whether they said that they aren't at work in the middle of the hour."""
    middle = at + HOUR // 2
    return agent.away_until is not None and (agent.away_from or 0) <= middle < agent.away_until
