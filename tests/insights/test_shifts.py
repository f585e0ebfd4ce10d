"""The day ahead as a lead sees it: from what was counted, who is on, and honest where little is known."""

from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from lyhord.app.wiring import EVENTS
from lyhord.insights import store
from lyhord.insights.model import COUNTS, NO_TEAM
from lyhord.insights.rollups import FOLLOWER
from lyhord.insights.shifts import DayAhead, hours_of, show_day_ahead, weeks_before
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.database import Tx
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.workspaces.actions.agents import get_agent, store_agent
from lyhord.workspaces.actions.away import set_away
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.actions.workspace import change_workspace
from lyhord.workspaces.model import Opening
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk


async def ahead(desk: Desk, reach: Reach = EVERYTHING, team_id: str | None = None) -> DayAhead:
    found: DayAhead = await desk.read(show_day_ahead, reach, team_id)
    return found


def came(tx: Tx, at: int, inbox: str, count: int, team: str = NO_TEAM) -> None:
    """So many messages in an hour, each answered once, as the follower would have counted them."""
    counts = {**dict.fromkeys(COUNTS, 0), "messages_in": count, "messages_out": count}
    tx.run_many(store.add_tally, [{"hour": at - at % HOUR, "inbox_id": inbox, "team_id": team, **counts}])


def join(tx: Tx, agent_id: str) -> None:
    store_agent(tx, replace(get_agent(tx, agent_id), joined_at=tx.now))


async def weeks(desk: Desk, *counts: int, **more: Any) -> int:
    """At this hour of the weekday, so much in each week before, the last one first; when the hour began."""
    now = desk.clock.now
    for back, count in enumerate(counts, 1):
        await desk.write(partial(came, at=now - back * 7 * DAY, inbox=desk.inbox, count=count, **more))
    return int(now - now % HOUR)


async def test_too_little_history_says_so(desk: Desk) -> None:
    await weeks(desk, 10, 20)
    day = await ahead(desk)
    assert (day.weeks, day.coverage) == (2, 0)
    assert all(one.expected is None and one.needed is None for one in day.hours)
    nothing = await ahead(desk, Reach(frozenset()))
    assert nothing.weeks == 2


async def test_an_hour_is_expected_to_bring_what_lay_in_the_middle(desk: Desk) -> None:
    at = await weeks(desk, 10, 20, 60)
    day = await ahead(desk)
    [hour] = [one for one in day.hours if one.at == at]
    assert (day.weeks, day.coverage) == (3, 0.5)
    assert (hour.expected, hour.low, hour.high, hour.came) == (20 * day.factor, 10 * day.factor, 60 * day.factor, 0)
    assert [one.expected for one in day.hours if one.at == at + HOUR] == [0]
    assert all(one.came is None for one in day.hours if one.at > desk.clock.now)


async def test_what_has_come_today_counts_and_moves_the_rest(desk: Desk) -> None:
    desk.clock.move(12 * HOUR - desk.clock.now % HOUR)
    await weeks(desk, 40, 40, 40)
    early = desk.clock.now - 2 * HOUR
    for back in range(1, 4):
        await desk.write(partial(came, at=early - back * 7 * DAY, inbox=desk.inbox, count=20))
    await desk.write(partial(came, at=early, inbox=desk.inbox, count=60))
    day = await ahead(desk)
    assert day.factor == 2
    [hour] = [one for one in day.hours if one.at == desk.clock.now]
    assert hour.expected == 80
    assert [one.expected for one in day.hours if one.at == early - early % HOUR] == [20], "as it was expected"


async def test_only_what_is_within_reach_and_of_the_team_counts(desk: Desk) -> None:
    team = await desk.write(create_team, "Crew", [desk.agent], [])
    at = await weeks(desk, 10, 10, 10)
    await weeks(desk, 4, 4, 4, team=team)
    whole, own, other = [
        next(one.expected for one in day.hours if one.at == at)
        for day in (
            await ahead(desk),
            await ahead(desk, team_id=team),
            await ahead(desk, Reach(frozenset({desk.other_inbox}))),
        )
    ]
    assert other == 0
    assert own is not None
    assert whole is not None
    assert own < whole


async def test_who_is_on_goes_by_hours_and_by_who_is_away(desk: Desk) -> None:
    weekday = datetime.fromtimestamp(desk.clock.now / 1000, UTC).weekday()
    for agent in (desk.agent, desk.colleague):
        await desk.write(partial(join, agent_id=agent))
    await desk.write(change_workspace, None, {"hours": (Opening(weekday, 540, 1020),)})
    day = await ahead(desk)
    on = {(one.at - day.hours[0].at) // HOUR: one.on for one in day.hours}
    assert (on[8], on[9], on[16], on[17]) == (0, 2, 2, 0)
    await desk.write(set_away, desk.agent, day.hours[-1].at + 2 * HOUR, "")
    assert max(one.on for one in (await ahead(desk)).hours if one.at > desk.clock.now) <= 1


async def test_how_long_answers_take_is_measured_and_says_how_many_are_needed(desk: Desk) -> None:
    for number in range(20):
        asked = await desk.say(who=f"c{number}")
        desk.clock.move(3 * MINUTE)
        await desk.answer(asked.conversation_id)
    await FollowerRunner(desk.database, Catalogue(EVENTS), [FOLLOWER]).catch_up()
    at = await weeks(desk, 60, 60, 60)
    day = await ahead(desk)
    assert day.work == 3 * MINUTE
    [hour] = [one for one in day.hours if one.at == at]
    assert hour.needed is not None
    assert hour.needed >= 3
    assert day.here == 0


def test_a_day_has_as_many_hours_as_the_clock_on_the_wall() -> None:
    zone = ZoneInfo("Europe/Stockholm")
    assert [len(hours_of(date(2026, *day), zone)) for day in ((3, 28), (3, 29), (10, 25))] == [24, 23, 25]
    noon = int(datetime(2026, 3, 30, 12, tzinfo=zone).timestamp() * 1000)
    before = weeks_before(noon, 1, zone)
    assert datetime.fromtimestamp(before / 1000, zone).hour == 12
    assert noon - before == 7 * DAY - HOUR
