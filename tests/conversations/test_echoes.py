"""What the company says in the app of the channel's owner: it answers the customer, and nobody here said it."""

from typing import Any

import pytest

from lyhord.conversations import views
from lyhord.conversations.actions.amend import edit_message, react
from lyhord.conversations.exchange import Address, InboundEdit, InboundMessage, InboundReaction, InboundRemoval
from lyhord.conversations.model import ELSEWHERE, Message
from lyhord.conversations.sending import claim_due
from lyhord.insights import store as numbers
from lyhord.insights.rollups import count_events
from lyhord.kit.clock import DAY, HOUR
from lyhord.kit.database import ReadTx
from lyhord.kit.problems import Invalid
from lyhord.tickets.actions import set_status
from tests.conversations.desk import Desk, texts


def ann() -> tuple[Address, ...]:
    return (Address("pigeon", "ann", "Ann", verified=True),)


async def echo(desk: Desk, text: str = "On its way", **more: Any) -> Message:
    """The company says something to Ann, elsewhere."""
    return await desk.say(text, ours=True, **more)


async def test_it_stands_among_what_was_said_to_the_customer_and_ends_the_waiting(desk: Desk) -> None:
    asked = await desk.say("Where is it?")
    desk.clock.move(HOUR)
    desk.kinds()
    said = await echo(desk)
    assert desk.kinds() == ["message.replied", "ticket.changed"]
    assert (said.conversation_id, said.direction, said.agent_id) == (asked.conversation_id, "out", None)
    assert (said.flags, said.delivery, said.value) == ((ELSEWHERE,), None, "ann")
    ticket = await desk.ticket(asked.conversation_id)
    assert (ticket.status, ticket.waiting_since, ticket.owner_agent_id) == ("pending", None, None)
    assert (ticket.preview, ticket.preview_by, ticket.last_inbound_id) == ("On its way", "out", asked.id)
    assert await desk.write(lambda tx: claim_due(tx, ["pigeon"], (), 10)) == []


async def test_told_again_it_stands_there_once(desk: Desk) -> None:
    words = desk.words("On its way", ours=True)
    for _ in range(2):
        receipt = await desk.receive(words)
    assert receipt.duplicates == 1
    message = await desk.message(str(receipt.message_ids[0]))
    assert texts((await desk.timeline(message.conversation_id)).items) == ["On its way"]


async def test_it_opens_no_ticket_and_wakes_none_that_is_done(desk: Desk) -> None:
    said = await echo(desk, "Welcome")
    assert "ticket.opened" not in desk.kinds()
    answer = await desk.answer(said.conversation_id, "How are you?")
    assert (answer.inbox_id, answer.value) == (desk.inbox, "ann")
    ticket = await desk.ticket(said.conversation_id)
    await desk.write(set_status, ticket.id, "resolved")
    desk.clock.move(DAY)
    await echo(desk, "Bye")
    now = await desk.ticket(said.conversation_id)
    assert (now.id, now.status, now.preview) == (ticket.id, "resolved", "Bye")


async def test_later_words_of_the_customer_still_wait(desk: Desk) -> None:
    words = [desk.words("One"), desk.words("Echo", ours=True), desk.words("Two")]
    receipt = await desk.receive(*words)
    two = await desk.message(str(receipt.message_ids[2]))
    ticket = await desk.ticket(two.conversation_id)
    assert (ticket.status, ticket.waiting_since, ticket.preview) == ("open", two.at, "Two")
    conversation = await desk.read(views.conversations_by_id, [two.conversation_id])
    assert conversation[0].last_inbound_id == conversation[0].last_message_id == two.id


async def test_the_customers_last_words_stay_theirs(desk: Desk) -> None:
    asked = await desk.say()
    other = await desk.say("Hi", inbox=desk.other_inbox)
    await echo(desk)
    [conversation] = await desk.read(views.conversations_by_id, [asked.conversation_id])
    assert (conversation.last_inbound_id, conversation.inbox_id) == (other.id, desk.other_inbox)


async def test_what_a_machine_said_there_ends_nobodys_waiting(desk: Desk) -> None:
    asked = await desk.say()
    await echo(desk, "We are closed", flags=frozenset({"automatic"}))
    ticket = await desk.ticket(asked.conversation_id)
    assert (ticket.status, ticket.waiting_since, ticket.preview) == ("open", asked.at, "We are closed")


async def test_it_counts_as_an_answer_of_nobody_in_particular(desk: Desk) -> None:
    await desk.say()
    desk.clock.move(HOUR)
    await echo(desk)
    await desk.write(count_events, list(desk.events))

    def read(tx: ReadTx) -> list[int]:
        rows = tx.all(numbers.hours[False][False, False], start=0, end=desk.clock.now + DAY)
        return [sum(row[place] for row in rows) for place in (1, 2, 6)]

    assert await desk.read(read) == [1, 1, 1]


async def test_what_was_done_there_with_it_is_done_here(desk: Desk) -> None:
    await desk.say()
    said = await echo(desk, external_id="e1")
    await desk.receive(InboundEdit(message="e1", sender=ann(), text="Forged"))
    assert (await desk.message(said.id)).text == "On its way"
    await desk.receive(InboundEdit(message="e1", sender=ann(), text="There soon", ours=True))
    await desk.receive(InboundReaction(message="e1", sender=ann(), emoji="👍"))
    await desk.receive(InboundReaction(message="e1", sender=ann(), emoji="🎉", ours=True))
    now = await desk.message(said.id)
    assert (now.text, now.edited_at) == ("There soon", desk.clock.now)
    assert [(one.by, one.emoji, one.name) for one in now.reactions] == [
        (ELSEWHERE, "🎉", ""),
        ("pigeon:ann", "👍", "Ann"),
    ]
    await desk.receive(InboundRemoval(message="e1", sender=ann(), ours=True))
    gone = await desk.message(said.id)
    assert (gone.text, gone.removed_by) == ("", ELSEWHERE)
    ticket = await desk.ticket(said.conversation_id)
    assert (ticket.status, ticket.preview) == ("open", "Hello")


async def test_the_company_changes_nothing_that_the_customer_said(desk: Desk) -> None:
    asked = await desk.say(external_id="a1")
    await desk.receive(InboundEdit(message="a1", sender=ann(), text="Forged", ours=True))
    await desk.receive(InboundRemoval(message="a1", sender=ann(), ours=True))
    assert (await desk.message(asked.id)).text == "Hello"


async def test_agents_leave_its_words_alone_and_may_react(desk: Desk) -> None:
    said = await echo(desk)
    with pytest.raises(Invalid) as refused:
        await desk.write(edit_message, said.id, "Other", actor=f"agent:{desk.agent}")
    assert refused.value.key == "amend.elsewhere"
    await desk.write(react, said.id, "👍", actor=f"agent:{desk.agent}")
    [claim] = await desk.write(lambda tx: claim_due(tx, ["pigeon"], (), 10))
    assert (claim.amends, claim.deed) == (said.id, "react")


async def test_history_of_the_company_comes_as_said_by_it(desk: Desk) -> None:
    words = InboundMessage(external_id="old", sender=ann(), text="Long ago", at=desk.clock.now - DAY, ours=True)
    receipt = await desk.receive(words, imported=True)
    message = await desk.message(str(receipt.message_ids[0]))
    assert (message.direction, message.at) == ("out", desk.clock.now - DAY)
