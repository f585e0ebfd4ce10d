"""What is promised now: as the workspace wants it, by what happened lately and who is there."""

from functools import partial

from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.tickets.promises.jobs import reckon_promises
from lyhord.tickets.promises.model import FRESH, Load, Promise
from lyhord.tickets.promises.views import load_of, promise_for
from lyhord.tickets.routing.model import Member
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.model import Opening
from lyhord.workspaces.schedules.actions import create_schedule
from lyhord.workspaces.schedules.model import ScheduleWords
from tests.conversations.desk import Desk
from tests.tickets.promises.office import NINE_TO_FIVE, answer_some, choose, reckon


async def test_who_promises_nothing_tells_nothing(desk: Desk) -> None:
    assert {one.promise for one in await reckon(desk)} == {None}
    await choose(desk, reply_promise_minutes=30)
    assert {one.promise for one in await reckon(desk)} == {Promise(desk.clock.now + 30 * MINUTE, "minutes", 30)}
    await choose(desk, reply_promise="none")
    assert {one.promise for one in await reckon(desk)} == {None}


async def test_it_is_reckoned_by_what_the_inbox_took_and_else_as_fixed(desk: Desk) -> None:
    await choose(desk, reply_promise_minutes=60, reply_promise="computed")
    await answer_some(desk, *[8] * 9)
    first, other = await reckon(desk)
    assert (first.length, first.answers, first.promise and first.promise.n) == (None, 9, 1), "nine are too few"
    await answer_some(desk, 8)
    first, other = await reckon(desk)
    assert (first.length, first.answers) == (8 * MINUTE, 10)
    assert first.promise == Promise(desk.clock.now + 10 * MINUTE, "minutes", 10)
    assert (other.length, other.promise and other.promise.form) == (None, "hours")


async def test_what_was_reckoned_long_ago_is_not_told_any_more(desk: Desk) -> None:
    await choose(desk, reply_promise_minutes=60, reply_promise="computed")
    await answer_some(desk, *[8] * 10)
    await reckon(desk)
    desk.clock.move(FRESH + 1)
    assert (await desk.read(promise_for, desk.inbox)) == Promise(desk.clock.now + HOUR, "hours", 1)


async def test_who_waits_is_before_a_new_customer(desk: Desk) -> None:
    await choose(desk, reply_promise_minutes=60, reply_promise="computed")
    await answer_some(desk, *[5] * 12)
    quiet, _ = await reckon(desk)
    for number in range(40):
        await desk.say(who=f"w{number}")
    busy, _ = await reckon(desk)
    assert (quiet.waiting, busy.waiting) == (0, 40)
    assert quiet.length is not None
    assert busy.length is not None
    assert busy.length > quiet.length


async def test_the_hours_are_those_of_the_one_team_that_reads_the_inbox(desk: Desk) -> None:
    await choose(desk, reply_promise_minutes=30)
    hours = tuple(Opening(day, 14 * 60, 20 * 60) for day in range(7))
    words = ScheduleWords(name="Late", time_zone="UTC", hours=hours)
    schedule_id = await desk.write(create_schedule, words)
    await desk.write(partial(create_team, schedule_id=schedule_id), "Late", [desk.agent], [desk.inbox])
    first, other = await reckon(desk)
    assert first.promise == Promise(desk.clock.now + 5 * HOUR + 30 * MINUTE, "moment")
    assert other.promise == Promise(desk.clock.now + 30 * MINUTE, "minutes", 30)


async def test_outside_of_hours_a_moment_within_them_is_promised(desk: Desk) -> None:
    await choose(desk, reply_promise_minutes=30, hours=NINE_TO_FIVE, holidays=["2026-03-02"])
    desk.clock.move(10 * HOUR)
    first, _ = await reckon(desk)
    assert first.promise == Promise(desk.clock.now + DAY + 14 * HOUR + 30 * MINUTE, "moment"), "not on the holiday"


async def test_the_background_reckons_where_it_is_wanted(desk: Desk) -> None:
    assert await reckon_promises(desk.database, frozenset()) == 0
    await choose(desk, reply_promise_minutes=60, reply_promise="computed")
    assert await reckon_promises(desk.database, frozenset()) == 2


def test_who_is_there_and_what_they_have_before_them() -> None:
    members = [
        Member(id="a", present=True, capacity=6, load=2, inbox_ids=frozenset({"x", "y"})),
        Member(id="b", present=True, capacity=6, load=9, inbox_ids=frozenset({"x"})),
        Member(id="c", present=False, inbox_ids=None),
        Member(id="d", present=True, capacity=0, inbox_ids=None),
    ]
    waiting = {"x": 3, "y": 4, "z": 5, None: 1}
    assert load_of("x", members, waiting) == Load(7, 2, 4), "those of y are before them, too"
    assert load_of("z", members, waiting) == Load(5, 0, 0)
    everything = [*members, Member(id="e", present=True, inbox_ids=None)]
    assert load_of("z", everything, waiting) == Load(13, 1, 6)
