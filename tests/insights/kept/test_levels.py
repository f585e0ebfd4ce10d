"""The figures of service levels: every clock that began is counted once, whatever became of it, and as far as the reader reaches."""

from functools import partial
from typing import Any

from lyhord.insights.kept.views import LevelNumbers, Only, show_levels
from lyhord.insights.model import CLASSES
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.tickets.actions import assign_ticket, set_status
from lyhord.tickets.levels.model import Target
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.actions.workspace import change_workspace
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk
from tests.tickets.levels.office import keep, promise

HOURLY = (Target(clock="first_answer", minutes=60), Target(clock="resolution", minutes=600))


async def numbers(
    desk: Desk, reach: Reach = EVERYTHING, clock: str = "first_answer", days: int = 7, **only: Any
) -> LevelNumbers:
    """What the page shows, once the clocks are kept."""
    await keep(desk)
    found: LevelNumbers = await desk.read(show_levels, reach, clock, days, Only(**only))
    return found


async def test_answered_running_and_dropped_are_each_told_as_what_they_are(desk: Desk) -> None:
    level = await promise(desk, targets=HOURLY)
    talks = [(await desk.say(who=who)).conversation_id for who in ("ann", "ben", "cid", "dan")]
    dropped = await desk.ticket(talks[3])
    desk.clock.move(10 * MINUTE)
    await desk.answer(talks[0])
    await desk.write(partial(set_status, ticket_id=dropped.id, status="resolved"))
    desk.clock.move(80 * MINUTE)
    await desk.answer(talks[1])
    shown = await numbers(desk)
    now = shown.now
    assert (now.n, now.ended, now.running, now.dropped) == (4, 2, 1, 1)
    assert (now.kept, now.broken, now.undecided) == (1, 2, 0), "ben's came late, and cid's time is up without an answer"
    assert now.late == [0, 2, 0, 0, 0]
    assert (now.waited.over, now.waited.running) == ([0, 1, 1, 0, 0, 0], [0, 1, 1, 0, 0, 0])
    assert (now.waited.p50, now.waited.p90) == (90 * MINUTE, None), "of four that began one still waits"
    assert [(one.id, one.n, one.kept, one.broken) for one in shown.levels] == [(level, 4, 1, 2)]
    assert (shown.steps[-1].n, sum(one.n for one in shown.steps)) == (4, 4)


async def test_working_time_is_told_beside_the_customers_own(desk: Desk) -> None:
    hours = [{"day": day, "opens": 540, "closes": 1020} for day in range(7)]
    await desk.write(change_workspace, None, {"hours": hours})
    await promise(desk, targets=HOURLY)
    desk.clock.move(7 * HOUR + 30 * MINUTE)
    asked = await desk.say()  # at half past four
    desk.clock.move(16 * HOUR + 45 * MINUTE)
    await desk.answer(asked.conversation_id)  # at a quarter past nine
    now = (await numbers(desk)).now
    assert (now.waited.p50, now.worked.p50) == (16 * HOUR + 45 * MINUTE, 45 * MINUTE)
    assert (now.kept, now.broken) == (1, 0)


async def test_working_time_of_what_runs_is_reckoned_up_to_now(desk: Desk) -> None:
    hours = [{"day": day, "opens": 540, "closes": 1020} for day in range(7)]
    await desk.write(change_workspace, None, {"hours": hours})
    await promise(desk, targets=HOURLY)
    await desk.say()
    desk.clock.move(DAY)
    now = (await numbers(desk)).now
    assert (now.waited.running, now.worked.running) == ([0, 0, 0, 1, 0, 0], [0, 0, 0, 1, 0, 0])
    assert now.late == [0, 0, 0, 1, 0], "seven hours of eight"


async def test_a_resolution_is_the_customers_from_end_to_end(desk: Desk) -> None:
    await promise(desk, targets=HOURLY)
    asked = await desk.say()
    desk.clock.move(HOUR)
    await desk.answer(asked.conversation_id)  # now we wait for them
    desk.clock.move(20 * HOUR)
    ticket = await desk.ticket(asked.conversation_id)
    await desk.write(partial(set_status, ticket_id=ticket.id, status="resolved"))
    now = (await numbers(desk, clock="resolution")).now
    assert (now.waited.p50, now.worked.p50, now.kept) == (21 * HOUR, HOUR, 1)


async def test_whose_they_are_who_answered_through_what(desk: Desk) -> None:
    await promise(desk, targets=HOURLY)
    crew = await desk.write(create_team, "Crew", [desk.agent], [])
    mine = await desk.say()
    ticket = await desk.ticket(mine.conversation_id)
    await desk.write(partial(assign_ticket, ticket_id=ticket.id, agent_id=desk.agent, team_id=crew))
    await keep(desk)
    await desk.answer(mine.conversation_id, agent=desk.colleague)
    await desk.say(who="ben", inbox=desk.other_inbox)
    shown = await numbers(desk)
    assert {one.id: one.n for one in shown.agents} == {desk.colleague: 1, None: 1}, "who answered counts, not who owns"
    assert {one.id: one.n for one in shown.teams} == {crew: 1, None: 1}
    assert {one.id: one.n for one in shown.inboxes} == {desk.inbox: 1, desk.other_inbox: 1}
    assert {one.id: one.n for one in shown.channels} == {"pigeon": 2}
    for only, count in (
        ({"team_id": crew}, 1),
        ({"agent_id": desk.colleague}, 1),
        ({"agent_id": desk.agent}, 0),
        ({"inbox_id": desk.inbox}, 1),
        ({"channel": "pigeon"}, 2),
        ({"channel": "owl"}, 0),
        ({"level_id": crew}, 0),
    ):
        assert (await numbers(desk, **only)).now.n == count, only
    assert (await numbers(desk, Reach(frozenset({desk.other_inbox})))).now.n == 1


async def test_the_days_before_and_what_runs_since_then(desk: Desk) -> None:
    await promise(desk, targets=HOURLY)
    answered = await desk.say()
    await desk.answer(answered.conversation_id)
    await desk.say(who="ben")
    desk.clock.move(8 * DAY)
    shown = await numbers(desk)
    assert (shown.now.n, shown.before.n, shown.older) == (0, 2, 1)
    assert (shown.before.kept, shown.before.broken) == (1, 1)
    assert (await numbers(desk, Reach(frozenset({desk.other_inbox})))).older == 0


async def test_long_stretches_are_told_by_weeks_across_the_change_of_clocks(desk: Desk) -> None:
    await desk.write(change_workspace, None, {"time_zone": "Europe/Helsinki"})
    await promise(desk, targets=HOURLY)
    desk.clock.move(27 * DAY + 14 * HOUR + 59 * MINUTE)  # 28 March, 23:59 UTC: in Helsinki the 29th has begun
    await desk.say()
    desk.clock.move(DAY)
    shown = await numbers(desk, days=2)
    assert [(one.day, one.n) for one in shown.steps] == [("2026-03-29", 1), ("2026-03-30", 0)]
    weeks = await numbers(desk, days=42)
    assert len(weeks.steps) == 6
    assert [one.n for one in weeks.steps] == [0, 0, 0, 0, 0, 1]


async def test_an_answer_that_is_taken_back_was_none(desk: Desk) -> None:
    from lyhord.conversations.actions.reply import undo_reply

    await promise(desk, targets=HOURLY)
    asked = await desk.say()
    answer = await desk.answer(asked.conversation_id, undo_seconds=60)
    assert (await numbers(desk)).now.kept == 1
    await desk.write(undo_reply, answer.id, actor=f"agent:{desk.agent}")
    now = (await numbers(desk)).now
    assert (now.kept, now.running, now.undecided) == (0, 1, 1)
    assert sum(now.waited.running) == 1
    assert len(now.waited.over) == CLASSES
