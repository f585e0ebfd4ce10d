"""Clocks follow what happens, at the moments at which it happened, however late and in whatever batches they hear of it."""

import random
from functools import partial
from typing import Any

import pytest

from lyhord.app.wiring import EVENTS
from lyhord.contacts.actions.edit import tag_contacts
from lyhord.conversations.actions.reply import undo_reply
from lyhord.kit.clock import HOUR, MINUTE
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import Follower, FollowerRunner
from lyhord.tickets.actions import assign_ticket, mark_spam, set_kind, set_status, tag_ticket
from lyhord.tickets.filters import OneOf
from lyhord.tickets.levels import following
from lyhord.tickets.levels.actions import change_level, order_levels, remove_level
from lyhord.tickets.levels.clocks import KINDS
from lyhord.tickets.levels.model import DEFAULT_LEVEL, LevelWords, Target
from lyhord.tickets.levels.views import ClockShown
from lyhord.tickets.views import list_tickets
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.actions.workspace import change_workspace
from lyhord.workspaces.hours import Schedule
from lyhord.workspaces.model import Opening
from lyhord.workspaces.reach import EVERYTHING
from lyhord.workspaces.schedules.actions import create_schedule
from lyhord.workspaces.schedules.model import ScheduleWords
from tests.conversations.desk import Desk
from tests.tickets.levels.office import ALL, clocks, keep, promise
from tests.tickets.levels.test_clocks import hand

ROUND_THE_CLOCK = Schedule("UTC", tuple(Opening(day, 0, 1_440) for day in range(7)))


def told(found: list[ClockShown], start: int) -> list[tuple[Any, ...]]:
    """Kind, start and due in minutes since `start`, ended in minutes, kept."""

    def since(at: int | None) -> int | None:
        return None if at is None else (at - start) // MINUTE

    return [(one.kind, since(one.started_at), since(one.due_at), since(one.ended_at), one.kept) for one in found]


async def test_the_clocks_of_a_ticket_from_the_first_word_to_the_last(desk: Desk) -> None:
    await promise(desk)
    start = desk.clock.now
    asked = await desk.say()
    assert told(await clocks(desk, asked.conversation_id), start) == [
        ("first_answer", 0, 60, None, None),
        ("resolution", 0, 600, None, None),
    ]
    desk.clock.move(20 * MINUTE)
    await desk.answer(asked.conversation_id)
    desk.clock.move(HOUR)
    await desk.say("And the other one?")
    desk.clock.move(45 * MINUTE)
    await desk.answer(asked.conversation_id, resolve=True)
    assert told(await clocks(desk, asked.conversation_id), start) == [
        ("first_answer", 0, 60, 20, True),
        ("resolution", 0, 660, 125, True),
        ("next_answer", 80, 110, 125, False),
    ]
    assert (await desk.ticket(asked.conversation_id)).due_at is None


async def test_the_row_of_a_ticket_says_what_is_due_next(desk: Desk) -> None:
    await promise(desk)
    asked = await desk.say()
    await keep(desk)
    ticket = await desk.ticket(asked.conversation_id)
    assert (ticket.due_at, ticket.risk_at) == (desk.clock.now + HOUR, desk.clock.now + 45 * MINUTE)
    assert "ticket.due_changed" in desk.kinds()
    rows, _ = await desk.read(list_tickets, EVERYTHING, None, "late")
    assert rows == []
    desk.clock.move(50 * MINUTE)
    [risky], _ = await desk.read(list_tickets, EVERYTHING, None, "at_risk")
    desk.clock.move(10 * MINUTE)
    [late], _ = await desk.read(list_tickets, EVERYTHING, None, "late")
    assert (risky.id, late.id) == (ticket.id, ticket.id)
    assert await desk.read(list_tickets, EVERYTHING, None, "at_risk") == ([], None)


async def test_late_ones_stand_in_the_order_in_which_they_were_due_and_page_so(desk: Desk) -> None:
    await promise(desk)
    asked = []
    for who in ("ann", "ben", "cid"):
        asked.append((await desk.say(who=who)).conversation_id)
        desk.clock.move(MINUTE)
    await keep(desk)
    desk.clock.move(2 * HOUR)
    page, place = await desk.read(list_tickets, EVERYTHING, None, "late", most=2)
    rest, end = await desk.read(list_tickets, EVERYTHING, None, "late", after=place, most=2)
    assert [row.conversation_id for row in (*page, *rest)] == asked
    assert end is None


async def test_words_nobody_waits_for_start_no_clock_and_imported_history_has_none(desk: Desk) -> None:
    await promise(desk)
    await desk.receive(desk.words("Long ago", who="old"), imported=True)
    asked = await desk.say()
    desk.clock.move(MINUTE)
    await desk.answer(asked.conversation_id)
    await desk.say("I am away", flags=("auto_reply",))
    found = await clocks(desk, asked.conversation_id)
    assert [one.kind for one in found if one.ended_at is None] == ["resolution"]


async def test_an_answer_that_is_taken_back_was_none(desk: Desk) -> None:
    await promise(desk)
    start = desk.clock.now
    asked = await desk.say()
    desk.clock.move(5 * MINUTE)
    said = await desk.answer(asked.conversation_id, undo_seconds=10)
    await keep(desk)
    await desk.write(undo_reply, said.id, actor=f"agent:{desk.agent}")
    assert told(await clocks(desk, asked.conversation_id), start)[0] == ("first_answer", 0, 60, None, None)
    desk.clock.move(MINUTE)
    await desk.answer(asked.conversation_id)
    assert told(await clocks(desk, asked.conversation_id), start)[0] == ("first_answer", 0, 60, 6, True)


async def test_spam_was_promised_nothing(desk: Desk) -> None:
    await promise(desk)
    asked = await desk.say()
    desk.clock.move(5 * MINUTE)
    await desk.write(mark_spam, (await desk.ticket(asked.conversation_id)).id)
    assert [one.kept for one in await clocks(desk, asked.conversation_id) if one.kind == "first_answer"] == [None]


async def test_the_first_level_that_fits_is_the_tickets_and_another_one_reckons_anew(desk: Desk) -> None:
    usual = await promise(desk)
    quick = (Target(clock="first_answer", minutes=10),)
    complaint = OneOf(field="kind", values=("complaint",))
    angry = await promise(desk, "Complaints", complaint, targets=quick)
    gold = await promise(desk, "Gold", OneOf(field="contact_tag", values=("gold",)), targets=quick)
    asked = await desk.say()
    ticket = await desk.ticket(asked.conversation_id)
    await desk.write(set_kind, ticket.id, "complaint")
    assert {one.level_id for one in await clocks(desk, asked.conversation_id)} == {usual}, "in their order"
    await desk.write(order_levels, [gold, angry, usual])
    [clock] = await clocks(desk, asked.conversation_id)
    assert (clock.level_id, clock.due_at) == (angry, desk.clock.now + 10 * MINUTE)
    await desk.write(tag_contacts, [ticket.contact_id], ["gold"], [])
    [clock] = await clocks(desk, asked.conversation_id)
    assert clock.level_id == gold
    for one in (gold, angry, usual):
        await desk.write(remove_level, one)
    assert await clocks(desk, asked.conversation_id) == []
    assert (await desk.ticket(asked.conversation_id)).due_at is None


async def test_a_level_that_comes_later_finds_who_waits_already(desk: Desk) -> None:
    asked = await desk.say()
    await keep(desk)
    since = desk.clock.now
    desk.clock.move(3 * HOUR)
    level = await promise(desk)
    found = {one.kind: one for one in await clocks(desk, asked.conversation_id)}
    assert found["first_answer"].due_at == since + HOUR
    assert found["resolution"].due_at == desk.clock.now + 10 * HOUR, "the work was promised just now"
    assert found["first_answer"].kept is False
    await desk.write(change_level, level, LevelWords(name="x", targets=(Target(clock="first_answer", minutes=600),)))
    [longer] = await clocks(desk, asked.conversation_id)
    assert (longer.due_at, longer.kept) == (since + 10 * HOUR, None)


async def test_a_ticket_that_no_level_fitted_gets_its_clocks_with_the_first_that_does(desk: Desk) -> None:
    start = desk.clock.now
    urgent = await promise(desk, "Urgent", OneOf(field="tag", values=("urgent",)))
    asked = await desk.say()
    assert await clocks(desk, asked.conversation_id) == []
    desk.clock.move(20 * MINUTE)
    ticket = await desk.ticket(asked.conversation_id)
    await desk.write(partial(tag_ticket, add=["urgent"]), ticket.id)
    desk.clock.move(HOUR)  # the follower is late
    found = told(await clocks(desk, asked.conversation_id), start)
    assert found == [("first_answer", 0, 60, None, False), ("resolution", 20, 620, None, None)]
    assert (await desk.ticket(asked.conversation_id)).due_at == start + HOUR
    await desk.write(partial(tag_ticket, remove=["urgent"]), ticket.id)
    assert await clocks(desk, asked.conversation_id) == []
    await desk.write(partial(tag_ticket, add=["urgent"]), ticket.id)
    assert {one.level_id for one in await clocks(desk, asked.conversation_id)} == {urgent}


async def test_what_a_level_promises_besides_later_begins_then(desk: Desk) -> None:
    level = await promise(desk, targets=(Target(clock="first_answer", minutes=60),))
    asked = await desk.say()
    assert [one.kind for one in await clocks(desk, asked.conversation_id)] == ["first_answer"]
    desk.clock.move(10 * MINUTE)
    await desk.write(change_level, level, LevelWords(name="Everybody", targets=ALL))
    found = {one.kind: one.started_at for one in await clocks(desk, asked.conversation_id)}
    assert found == {"first_answer": asked.at, "resolution": desk.clock.now}


async def test_the_workspaces_one_promise_is_a_level_for_all_the_rest(desk: Desk) -> None:
    asked = await desk.say()
    await desk.write(change_workspace, None, {"reply_promise_minutes": 30})
    [clock] = await clocks(desk, asked.conversation_id)
    assert (clock.level_id, clock.minutes) == (DEFAULT_LEVEL, 30)


async def test_a_team_keeps_hours_of_its_own(desk: Desk) -> None:
    mornings = tuple(Opening(day, 6 * 60, 10 * 60) for day in range(7))
    schedule = await desk.write(create_schedule, ScheduleWords(name="Early", time_zone="UTC", hours=mornings))
    team = await desk.write(create_team, "Early birds", [], [], None, schedule)
    await promise(desk)
    asked = await desk.say()
    start = desk.clock.now
    ticket = await desk.ticket(asked.conversation_id)
    await desk.write(partial(assign_ticket, ticket_id=ticket.id, agent_id=None, team_id=team))
    found = {one.kind: one for one in await clocks(desk, asked.conversation_id)}
    day = 24 * HOUR
    opens = start - start % day + 6 * HOUR
    opens += day if opens + 4 * HOUR <= start else 0
    begins = max(opens, start)
    assert found["first_answer"].due_at == begins + HOUR


async def act(desk: Desk, talk: str, what: str) -> None:
    """One thing that happens to Ann's ticket."""
    if what == "writes":
        await desk.say("More")
    elif what in ("answered", "resolve"):
        await desk.answer(talk, resolve=what == "resolve")
    else:
        ticket = await desk.ticket(talk)
        until = desk.clock.now + 1000 * HOUR if what == "snoozed" else None
        await desk.write(partial(set_status, snoozed_until=until), ticket.id, what)


@pytest.mark.parametrize("seed", range(6))
async def test_clocks_are_right_however_far_the_follower_is_behind(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    await promise(desk)
    start = desk.clock.now
    talk = (await desk.say()).conversation_id
    steps = []
    for _ in range(25):
        pause = chance.choice((0, 1, 7, 40, 300))
        what = chance.choice(
            ("writes", "writes", "answered", "answered", "resolve", "open", "pending", "snoozed", "resolved")
        )
        if what == "open" and (await desk.ticket(talk)).status == "resolved":
            continue  # then the row says since when they wait: see the test of that
        desk.clock.move(pause * MINUTE)
        await act(desk, talk, what)
        steps.append((pause, what))
        if chance.random() < seed * 0.15:
            await keep(desk)
    await FollowerRunner(
        desk.database, Catalogue(EVENTS), [Follower(**{**_fields(), "batch": 1 + seed % 3})]
    ).catch_up()
    first, following_waits, work = hand(steps, ROUND_THE_CLOCK, start, desk.clock.now)
    found = await clocks(desk, talk)

    def spans(kind: str) -> list[int]:
        return [((one.ended_at or desk.clock.now) - one.started_at) // MINUTE for one in found if one.kind == kind]

    assert spans("first_answer") == first
    assert spans("next_answer") == following_waits
    [resolution] = [one for one in found if one.kind == "resolution"]
    if not resolution.paused and resolution.ended_at is None and resolution.due_at and work < 600:
        assert (resolution.due_at - desk.clock.now) // MINUTE == 600 - work


async def test_who_is_opened_again_unanswered_has_waited_all_the_time(desk: Desk) -> None:
    await promise(desk)
    start = desk.clock.now
    asked = await desk.say()
    desk.clock.move(5 * MINUTE)
    await act(desk, asked.conversation_id, "resolved")
    desk.clock.move(50 * MINUTE)
    await act(desk, asked.conversation_id, "open")
    found = told(await clocks(desk, asked.conversation_id), start)
    assert [one for one in found if one[0] == "first_answer" and one[3] is None] == [
        ("first_answer", 0, 60, None, None)
    ]


def _fields() -> dict[str, Any]:
    return {name: getattr(following.FOLLOWER, name) for name in following.FOLLOWER.__struct_fields__}


def test_all_kinds_are_promised_here() -> None:
    assert {one.clock for one in ALL} == KINDS.keys()
