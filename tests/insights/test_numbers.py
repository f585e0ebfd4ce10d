"""The roll-ups say what happened, whatever the batches, and a reader sees what they reach."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from lyhord.app.wiring import EVENTS
from lyhord.conversations.actions.reply import undo_reply
from lyhord.conversations.exchange import Address, InboundCall
from lyhord.conversations.model import Reply
from lyhord.conversations.sides.actions import Question, start_side
from lyhord.insights.model import WAITS, Numbers, wait_class
from lyhord.insights.rollups import FOLLOWER
from lyhord.insights.views import show_numbers
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.tickets.actions import assign_ticket, mark_spam, set_kind, set_status
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.actions.workspace import change_workspace
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk


async def numbers(desk: Desk, reach: Reach = EVERYTHING, days: int = 7, **only: Any) -> Numbers:
    """What the page shows, once the follower has come to the end of the log."""
    await FollowerRunner(desk.database, Catalogue(EVENTS), [FOLLOWER]).catch_up()
    found: Numbers = await desk.read(partial(show_numbers, **only), reach, days)
    return found


async def test_what_came_in_and_went_out_is_counted_by_day(desk: Desk) -> None:
    asked = await desk.say("Hello")
    await desk.say("Anybody?")
    await desk.say("Hello", who="ben")
    desk.clock.move(30 * MINUTE)
    await desk.answer(asked.conversation_id)
    shown = await numbers(desk)
    today = shown.days[-1]
    assert (today.day, today.contacts, today.messages_in, today.messages_out) == ("2026-03-01", 2, 3, 1)
    assert shown.waits == [0, 1, 0, 0, 0, 0]
    assert len(shown.days) == 7
    desk.clock.move(7 * DAY)
    later = await numbers(desk)
    assert (later.now.messages_in, later.before.messages_in, later.before.contacts) == (0, 3, 2)


async def test_a_second_answer_ends_no_waiting(desk: Desk) -> None:
    asked = await desk.say("Hello")
    desk.clock.move(2 * HOUR)
    await desk.answer(asked.conversation_id)
    await desk.answer(asked.conversation_id, "And this")
    shown = await numbers(desk)
    assert (shown.now.messages_out, shown.waits) == (2, [0, 0, 1, 0, 0, 0])


def call(name: str, state: Any, **more: Any) -> InboundCall:
    return InboundCall(external_id=name, sender=(Address("pigeon", "ann", "Ann"),), state=state, **more)


@pytest.mark.parametrize("rings", [True, False])
async def test_a_call_that_was_taken_is_an_answer_and_asks_for_none(desk: Desk, rings: bool) -> None:
    asked = await desk.say("Hello")
    desk.clock.move(2 * HOUR)
    if rings:
        await desk.receive(call("c1", "ringing"))
    await desk.receive(call("c1", "answered"))
    await desk.receive(call("c1", "ended", seconds=60))
    shown = await numbers(desk)
    assert (shown.now.messages_out, shown.waits) == (0, [0, 0, 1, 0, 0, 0])
    desk.clock.move(9 * HOUR)
    await desk.answer(asked.conversation_id, "As I said")
    shown = await numbers(desk)
    assert (shown.now.messages_out, shown.waits) == (1, [0, 0, 1, 0, 0, 0])


async def test_who_called_in_vain_waits_for_an_answer(desk: Desk) -> None:
    await desk.receive(call("c1", "missed"))
    [message_id] = (await desk.receive(call("c2", "missed"))).message_ids
    desk.clock.move(2 * HOUR)
    await desk.answer((await desk.message(str(message_id))).conversation_id, "You called")
    assert (await numbers(desk)).waits == [0, 0, 1, 0, 0, 0]


async def test_what_is_asked_aside_and_taken_back_counts_nowhere(desk: Desk) -> None:
    asked = await desk.say("Hello")
    await desk.answer(asked.conversation_id)
    supplier = Address("pigeon", "supplier", "Mill & Sons")
    words = Reply(
        conversation_id="", text="Any left?", scheme="pigeon", value="supplier", inbox_id=desk.inbox, undo_seconds=9
    )
    question = Question(parent_id=asked.conversation_id, to=supplier, about_id=None)
    aside = await desk.write(start_side, question, words, actor=f"agent:{desk.agent}")
    assert (await numbers(desk)).now.messages_out == 1
    await desk.write(undo_reply, aside, actor=f"agent:{desk.agent}")
    assert (await numbers(desk)).now.messages_out == 1


async def test_resolved_and_reopened(desk: Desk) -> None:
    asked = await desk.say("Hello")
    ticket = await desk.ticket(asked.conversation_id)
    await desk.write(partial(set_status, ticket_id=ticket.id, status="resolved"))
    desk.clock.move(HOUR)
    await desk.say("Not quite")
    shown = await numbers(desk)
    assert (shown.now.resolved, shown.now.reopened) == (1, 1)


async def test_nothing_is_counted_twice_however_it_is_cut(desk: Desk) -> None:
    for _ in range(3):
        asked = await desk.say("Hello")
        await desk.answer(asked.conversation_id)
        await numbers(desk)
    assert (await numbers(desk)).now.messages_in == 3
    assert (await numbers(desk)).now.messages_out == 3


async def test_what_is_out_of_reach_counts_nowhere(desk: Desk) -> None:
    await desk.say("Hello")
    await desk.say("Hello", who="ben", inbox=desk.other_inbox)
    seen: Sequence[tuple[Reach, int]] = (
        (EVERYTHING, 2),
        (Reach(frozenset({desk.inbox})), 1),
        (Reach(frozenset()), 0),
    )
    for reach, count in seen:
        shown = await numbers(desk, reach)
        assert (shown.now.contacts, shown.now.messages_in) == (count, count)


async def test_a_team_has_the_numbers_of_its_tickets_and_of_those_who_are_in_no_other(desk: Desk) -> None:
    crew = await desk.write(create_team, "Crew", [desk.agent], [])
    other = await desk.write(create_team, "Others", [desk.colleague], [])
    await desk.write(create_team, "More", [desk.colleague], [])
    for who, owner in (
        ("ann", {"team_id": crew, "agent_id": None}),
        ("ben", {"team_id": None, "agent_id": desk.agent}),
        ("cid", {"team_id": None, "agent_id": desk.colleague}),
        ("dan", {"team_id": other, "agent_id": desk.agent}),
    ):
        asked = await desk.say("Hello", who=who)
        ticket = await desk.ticket(asked.conversation_id)
        await desk.write(partial(assign_ticket, ticket_id=ticket.id, **owner))
        await desk.answer(asked.conversation_id)
        await desk.write(partial(set_status, ticket_id=ticket.id, status="resolved"))
    shown = [await numbers(desk, team_id=team_id) for team_id in (crew, other)]
    assert [(one.now.contacts, one.now.messages_out, one.now.resolved) for one in shown] == [(2, 2, 2), (1, 1, 1)]
    assert (await numbers(desk)).now.resolved == 4
    assert (await numbers(desk, Reach(frozenset({desk.other_inbox})), team_id=crew)).now.resolved == 0


async def test_a_channel_has_the_numbers_of_its_inboxes(desk: Desk) -> None:
    await desk.say("Hello")
    assert (await numbers(desk, channel="pigeon")).now.messages_in == 1
    assert (await numbers(desk, channel="owl")).now.messages_in == 0
    assert (await numbers(desk, Reach(frozenset({desk.other_inbox})), channel="pigeon")).now.messages_in == 0


async def test_waiting_is_counted_by_the_clock_and_within_opening_hours(desk: Desk) -> None:
    asked = await desk.say("Hello")
    desk.clock.move(2 * HOUR)
    await desk.answer(asked.conversation_id)
    assert (await numbers(desk)).waits_open is None
    hours = [{"day": day, "opens": 9 * 60, "closes": 17 * 60} for day in range(7)]
    await desk.write(change_workspace, None, {"hours": hours})
    desk.clock.move(8 * HOUR)  # two hours after closing
    asked = await desk.say("Anybody?", who="ben")
    desk.clock.move(14 * HOUR + 30 * MINUTE)
    await desk.answer(asked.conversation_id)
    shown = await numbers(desk)
    assert shown.waits == [0, 0, 1, 1, 0, 0]
    assert shown.waits_open == [0, 1, 1, 0, 0, 0]


async def test_a_kind_has_the_numbers_of_the_tickets_that_are_of_it_now(desk: Desk) -> None:
    asked = await desk.say("Hello")
    await desk.say("Hello", who="ben")
    ticket = await desk.ticket(asked.conversation_id)
    first = [(await numbers(desk, kind=kind)).now.messages_in for kind in ("question", "complaint")]
    await desk.write(set_kind, ticket.id, "complaint")
    await desk.answer(asked.conversation_id)
    await desk.write(partial(set_status, ticket_id=ticket.id, status="resolved"))
    kinds = [(await numbers(desk, kind=kind)).now for kind in ("question", "complaint")]
    assert first == [2, 0]
    assert [(one.contacts, one.messages_in, one.messages_out, one.resolved) for one in kinds] == [
        (1, 1, 0, 0),
        (1, 1, 1, 1),
    ]
    shown = await numbers(desk, kind="complaint", channel="pigeon")
    assert (shown.now, sum(shown.waits)) == (kinds[1], 1)
    assert (await numbers(desk, Reach(frozenset({desk.other_inbox})), kind="complaint")).now.messages_in == 0
    assert (await numbers(desk)).now.messages_in == 2


async def test_what_opened_no_ticket_counts_but_is_of_no_kind(desk: Desk) -> None:
    asked = await desk.say("Hello")
    ticket = await desk.ticket(asked.conversation_id)
    await desk.write(mark_spam, ticket.id)
    await desk.say("Buy this", who="ann")
    assert (await numbers(desk)).now.messages_in == 2
    assert (await numbers(desk)).now.contacts == 1


@pytest.mark.parametrize(("waited", "which"), [(0, 0), (WAITS[0], 0), (WAITS[0] + 1, 1), (WAITS[-1] + 1, len(WAITS))])
def test_a_time_waited_has_its_class(waited: int, which: int) -> None:
    assert wait_class(waited) == which
