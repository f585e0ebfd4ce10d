"""What was promised and kept, as a screen reads it, within reach, by days of the workspace's time zone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct

from lyhord.insights.kept import store
from lyhord.insights.kept.model import LATE, Figures, Part, Run, Step, figures_of, part_of
from lyhord.insights.model import WAITS, day_of
from lyhord.kit.clock import MINUTE
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import first_id_at, id_time
from lyhord.tickets.levels.book import list_levels, read_clock, schedule_for
from lyhord.tickets.levels.clocks import used
from lyhord.tickets.levels.model import Level
from lyhord.workspaces.hours import ALWAYS, Schedule
from lyhord.workspaces.model import Team
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.schedules.views import all_schedules
from lyhord.workspaces.views import list_teams, settings_of

MOST = 50_000
"""Clocks, or promises, that are counted of one stretch, the latest ones."""
MOST_OLDER = 1_000
WEEKLY_FROM = 35
"""Stretches of more days are shown by weeks."""
HOURS_OF_WEEK = 168
Row = dict[str, Any]


class Only(Struct, frozen=True, kw_only=True):
    """Of which clocks alone it is told; None: of all."""

    level_id: str | None = None
    team_id: str | None = None
    agent_id: str | None = None
    inbox_id: str | None = None
    channel: str | None = None


class LevelNumbers(Struct, frozen=True, kw_only=True):
    """Clocks of one kind that began in a stretch of days that ends today, and in the one of the same length before.

    `counted_since` (Unix milliseconds): where there were more than 50,000, only those since then count. `older` still run that began before
    the stretch, up to 1,000. A part names a level, a team, an agent (who answered, else the owner), an inbox or a channel.
    """

    clock: str
    since: int
    counted_since: int | None
    wait_ends: list[int]
    late_ends: list[int]
    now: Figures
    before: Figures
    older: int
    steps: list[Step]
    levels: list[Part]
    teams: list[Part]
    agents: list[Part]
    inboxes: list[Part]
    channels: list[Part]


class ToldPart(Struct, frozen=True):
    """Promises that customers were told: `told` of them, of which so many were kept and broken; the rest is undecided or dropped."""

    told: int = 0
    kept: int = 0
    broken: int = 0


class ToldNumbers(Struct, frozen=True, kw_only=True):
    """What customers were told in a stretch of days about when an answer comes, and in the one before; and by hour of the week.

    `hours` are the 168 hours of the week from Monday's first on, by the workspace's clock, each by when it was told; `ways` by where: in
    the chat or in a reply. `counted_since` is as in `LevelNumbers`.
    """

    since: int
    counted_since: int | None
    now: ToldPart
    before: ToldPart
    hours: list[ToldPart]
    ways: dict[str, ToldPart]


class _Stretch(NamedTuple):
    """Days of the workspace's time zone, and when they, and those before, begin (Unix milliseconds)."""

    zone: ZoneInfo
    days: list[str]
    before: int
    since: int


def show_levels(tx: ReadTx, reach: Reach, clock: str, length: int, only: Only) -> LevelNumbers:
    """What became of clocks of a kind that began in the last `length` days, today included."""
    stretch = _stretch(tx, length)
    channels: dict[str, str] = dict(tx.all(store.channels_of_inboxes))
    reckon = _Reckoning(tx)

    def runs(start: int, end: int) -> tuple[list[Run], int | None]:
        rows = [
            dict(zip(store.CLOCK, row, strict=True))
            for row in tx.all(store.began, kind=clock, start=start, end=end, most=MOST)
        ]
        cut = rows[-1]["started_at"] if len(rows) == MOST else None
        return [reckon.run(row) for row in rows if _counts(row, reach, only, channels)], cut

    now, cut = runs(stretch.since, tx.now + 1)
    before, _ = runs(stretch.before, stretch.since)
    names = ("inbox_id", "level_id", "team_id", "agent_id")
    older = tx.all(store.running_since_before, kind=clock, start=stretch.since, most=MOST_OLDER)
    return LevelNumbers(
        clock=clock,
        since=stretch.since,
        counted_since=cut,
        wait_ends=list(WAITS),
        late_ends=list(LATE),
        now=figures_of(now),
        before=figures_of(before),
        older=sum(_counts(dict(zip(names, row, strict=True)), reach, only, channels) for row in older),
        steps=_steps(now, stretch),
        levels=_parts(now, attrgetter("level_id")),
        teams=_parts(now, attrgetter("team_id")),
        agents=_parts(now, attrgetter("agent_id")),
        inboxes=_parts(now, attrgetter("inbox_id")),
        channels=_parts(now, lambda one: channels.get(one.inbox_id or "")),
    )


def show_told(tx: ReadTx, reach: Reach, length: int, only: Only) -> ToldNumbers:
    """What customers were told in the last `length` days, today included. Of `only` inbox and channel count."""
    stretch = _stretch(tx, length)
    channels: dict[str, str] = dict(tx.all(store.channels_of_inboxes))
    names = ("id", "inbox_id", "way", "hour", "due_at", "ended_at", "kept")

    def told(start: int, end: int) -> list[Row]:
        found = tx.all(store.told_between, start=first_id_at(start), end=first_id_at(end), most=MOST)
        return [dict(zip(names, row, strict=True)) for row in found]

    rows, earlier = told(stretch.since, tx.now + 1), told(stretch.before, stretch.since)
    cut = id_time(rows[-1]["id"]) if len(rows) == MOST else None
    now, before = ([one for one in part if _counts(one, reach, only, channels)] for part in (rows, earlier))
    return ToldNumbers(
        since=stretch.since,
        counted_since=cut,
        now=_told(now, tx.now),
        before=_told(before, tx.now),
        hours=[_told([one for one in now if one["hour"] == hour], tx.now) for hour in range(HOURS_OF_WEEK)],
        ways={
            way: _told([one for one in now if one["way"] == way], tx.now) for way in sorted({one["way"] for one in now})
        },
    )


def _told(rows: Sequence[Row], now: int) -> ToldPart:
    """Whose time is up without an answer was told wrong, whether or not one comes yet."""
    said = [0 if one["ended_at"] is None and one["due_at"] < now else one["kept"] for one in rows]
    return ToldPart(len(said), said.count(1), said.count(0))


def _stretch(tx: ReadTx, length: int) -> _Stretch:
    zone = ZoneInfo(settings_of(tx).time_zone)
    today = date.fromisoformat(day_of(tx.now, zone))
    days = [today - timedelta(days=back) for back in reversed(range(2 * length))]
    before, since = (
        int(datetime(one.year, one.month, one.day, tzinfo=zone).timestamp() * 1000) for one in (days[0], days[length])
    )
    return _Stretch(zone, [one.isoformat() for one in days[length:]], before, since)


def _counts(row: Mapping[str, Any], reach: Reach, only: Only, channels: Mapping[str, str]) -> bool:
    if reach.inbox_ids is not None and row["inbox_id"] not in reach.inbox_ids:
        return False
    if only.channel is not None and channels.get(row["inbox_id"]) != only.channel:
        return False
    wanted = {name: getattr(only, name) for name in ("level_id", "team_id", "agent_id", "inbox_id")}
    return all(value is None or name not in row or row[name] == value for name, value in wanted.items())


def _parts(runs: Iterable[Run], key: Callable[[Run], str | None]) -> list[Part]:
    """By what `key` says, the most first."""
    found: dict[str | None, list[Run]] = {}
    for one in runs:
        found.setdefault(key(one), []).append(one)
    return sorted((part_of(which, these) for which, these in found.items()), key=lambda one: (-one.n, one.id or ""))


def _steps(runs: Iterable[Run], stretch: _Stretch) -> list[Step]:
    by = 7 if len(stretch.days) > WEEKLY_FROM else 1
    first = {day: stretch.days[place - place % by] for place, day in enumerate(stretch.days)}
    found: dict[str, list[Run]] = {first[day]: [] for day in stretch.days}
    for one in runs:
        if (day := first.get(day_of(one.started_at, stretch.zone))) is not None:
            found[day].append(one)
    return [
        Step(day, len(these), *(sum(one.kept is said for one in these) for said in (True, False)))
        for day, these in found.items()
    ]


class _Reckoning:
    """How long each clock has run: of those that ended it stands in their rows, the others are reckoned."""

    def __init__(self, tx: ReadTx) -> None:
        self._now = tx.now
        self._schedules = all_schedules(tx)
        self._levels: dict[str, Level] = {one.id: one for one in list_levels(tx)}
        self._teams: dict[str, Team] = {one.id: one for one in list_teams(tx)}

    def run(self, row: Row) -> Run:
        """A row of `store.began`."""
        ended_at, running = row["ended_at"], row["ended_at"] is None
        late = running and row["due_at"] is not None and row["due_at"] <= self._now
        return Run(
            level_id=row["level_id"],
            team_id=row["team_id"],
            agent_id=row["agent_id"],
            inbox_id=row["inbox_id"],
            started_at=row["started_at"],
            waited=max((self._now if running else ended_at) - row["started_at"], 0),
            worked=row["used"] if row["used"] is not None else self._so_far(row),
            allowed=row["minutes"] * MINUTE,
            ended=not running and not row["dropped"],
            dropped=bool(row["dropped"]),
            kept=False if late else None if row["kept"] is None else bool(row["kept"]),
        )

    def _so_far(self, row: Row) -> int:
        clock = read_clock({**row, "id": "", "ended_by": None})
        return used(clock, self._schedule(row), self._now)

    def _schedule(self, row: Row) -> Schedule:
        level = self._levels.get(row["level_id"])
        target = level.target_of(row["kind"]) if level else None
        if level is None or target is None:
            return self._schedules.get(None, ALWAYS)
        return schedule_for(level, target, self._teams.get(row["team_id"] or ""), self._schedules)
