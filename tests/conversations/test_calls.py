"""Calls over a messenger: one entry each, which says how far the call has come; whoever wasn't answered waits."""

from typing import Any

import pytest

from lyhord.app.wiring import EVENTS
from lyhord.conversations.actions.calls import JOB, RINGS
from lyhord.conversations.exchange import Address, InboundCall, InboundEdit
from lyhord.conversations.jobs import stop_ringing_call
from lyhord.conversations.model import Call, Message
from lyhord.kit.clock import HOUR
from lyhord.kit.events import Catalogue
from lyhord.kit.jobs import JobRunner, Work
from tests.conversations.desk import Desk


def call(state: Any, *, key: str = "c1", **more: Any) -> InboundCall:
    return InboundCall(external_id=key, sender=(Address("pigeon", "ann", "Ann", verified=True),), state=state, **more)


async def heard(desk: Desk, *calls: InboundCall) -> Message:
    """What the timeline has of a call once this was told, all at once."""
    receipt = await desk.receive(*calls)
    return await desk.message(str(receipt.message_ids[0]))


async def test_a_missed_call_makes_whoever_called_wait(desk: Desk) -> None:
    rings = await heard(desk, call("ringing"))
    assert (rings.call, rings.direction, rings.text) == (Call("ringing"), "in", "")
    assert desk.kinds() == ["contact.created", "conversation.started", "message.changed"]
    missed = await heard(desk, call("missed"))
    assert (missed.id, missed.call, missed.flags) == (rings.id, Call("missed"), ("call", "missed"))
    assert desk.kinds() == ["message.received", "ticket.opened"]
    ticket = await desk.ticket(rings.conversation_id)
    assert (ticket.status, ticket.waiting_since, ticket.preview) == ("open", rings.at, "call.missed")
    assert len((await desk.timeline(rings.conversation_id)).items) == 1


async def test_an_answered_call_makes_no_work(desk: Desk) -> None:
    rings = await heard(desk, call("ringing"))
    await heard(desk, call("answered"))
    ended = await heard(desk, call("ended", seconds=65))
    assert (ended.id, ended.call) == (rings.id, Call("ended", 65))
    assert desk.kinds()[2:] == ["message.changed", "message.received", "message.changed"]


async def test_the_row_of_an_open_ticket_tells_of_it_and_who_waits_goes_on_waiting(desk: Desk) -> None:
    asked = await desk.say()
    desk.clock.move(HOUR)
    await heard(desk, call("answered"))
    await heard(desk, call("ended", seconds=65))
    ticket = await desk.ticket(asked.conversation_id)
    assert (ticket.preview, ticket.preview_by) == ("call.ended: 1:05", "in")
    assert (ticket.status, ticket.waiting_since) == ("open", asked.at)


async def test_a_call_of_which_nothing_more_is_told_was_missed(desk: Desk) -> None:
    rings, taken = await heard(desk, call("ringing")), await heard(desk, call("ringing", key="c2"))
    await heard(desk, call("answered", key="c2"))
    runner = JobRunner(desk.database, Catalogue(EVENTS), {JOB: Work(stop_ringing_call)})
    desk.clock.move(RINGS - 1)
    await runner.catch_up()
    assert (await desk.message(rings.id)).call == Call("ringing")
    desk.clock.move(1)
    await runner.catch_up()
    assert [(await desk.message(one.id)).call for one in (rings, taken)] == [Call("missed"), Call("answered")]
    assert (await desk.ticket(rings.conversation_id)).waiting_since == rings.at
    await heard(desk, call("ended", seconds=600))
    assert (await desk.message(rings.id)).call == Call("ended", 600)


@pytest.mark.parametrize("order", [("ended", "ringing"), ("ringing", "ended", "answered"), ("ended", "ended")])
async def test_late_and_repeated_tidings_change_nothing(desk: Desk, order: tuple[str, ...]) -> None:
    for state in order:
        message = await heard(desk, call(state, seconds=9 if state == "ended" else None))
    assert message.call == Call("ended", 9)
    assert desk.kinds().count("message.received") == 1


async def test_told_all_at_once_it_is_one_entry(desk: Desk) -> None:
    message = await heard(desk, call("ringing"), call("answered"), call("ended", seconds=3), call("missed", key="c2"))
    items = (await desk.timeline(message.conversation_id)).items
    assert [one.call for one in items] == [Call("ended", 3), Call("missed")]
    assert (await desk.ticket(message.conversation_id)).preview == "call.missed"


async def test_a_call_of_the_company_answers_when_it_was_taken(desk: Desk) -> None:
    asked = await desk.say()
    await heard(desk, call("missed", ours=True))
    ticket = await desk.ticket(asked.conversation_id)
    assert (ticket.status, ticket.preview, ticket.preview_by) == ("open", "call.not_reached", "out")
    taken = await heard(desk, call("ended", key="c2", ours=True, seconds=120))
    assert (taken.direction, taken.agent_id) == ("out", None)
    ticket = await desk.ticket(asked.conversation_id)
    assert (ticket.status, ticket.waiting_since, ticket.preview) == ("pending", None, "call.ended: 2:00")


async def test_a_call_has_no_words_to_change(desk: Desk) -> None:
    message = await heard(desk, call("missed"))
    await desk.receive(InboundEdit(message="c1", sender=(Address("pigeon", "bea", "Bea"),), text="Forged"))
    assert (await desk.message(message.id)).text == ""
