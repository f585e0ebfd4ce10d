"""What the blocked say is stored and makes no work; let in again, nothing of it is lost. Spam teaches whom to block."""

from lyhord.contacts.actions import ContactChange, block_identity, change_contact, merge_contacts
from lyhord.conversations.exchange import Address
from lyhord.tickets.actions import mark_spam, set_status
from tests.conversations.desk import Desk, texts

ANN = Address("pigeon", "ann", verified=True)
ANN_AT_WORK = Address("pigeon", "ann-at-work", verified=True)


async def contact_of(desk: Desk, conversation_id: str) -> str:
    return str((await desk.ticket(conversation_id)).contact_id)


async def test_the_blocked_are_heard_and_open_nothing(desk: Desk) -> None:
    first = await desk.say("Hello")
    contact_id = await contact_of(desk, first.conversation_id)
    ticket = await desk.ticket(first.conversation_id)
    await desk.write(set_status, ticket.id, "resolved")
    await desk.write(change_contact, contact_id, ContactChange(blocked=True))
    desk.kinds()
    blocked = await desk.say("Buy now")
    assert blocked.flags == ("blocked",)
    assert desk.kinds() == ["message.received"]
    after = await desk.ticket(first.conversation_id)
    assert (after.status, after.preview) == ("resolved", "Hello")

    await desk.write(change_contact, contact_id, ContactChange(blocked=False))
    after = await desk.ticket(first.conversation_id)
    assert (after.status, after.preview, after.waiting_since) == ("open", "Buy now", desk.clock.now)
    assert texts((await desk.timeline(first.conversation_id)).items) == ["Hello", "Buy now"]


async def test_one_address_is_blocked_and_the_other_not(desk: Desk) -> None:
    first = await desk.say("Hello", sender=(ANN, ANN_AT_WORK))
    contact_id = await contact_of(desk, first.conversation_id)
    await desk.write(block_identity, contact_id, ANN, True)
    assert (await desk.say("From there", sender=(ANN,))).flags == ("blocked",)
    assert (await desk.say("From work", sender=(ANN_AT_WORK,))).flags == ()
    await desk.write(block_identity, contact_id, ANN, False)
    assert (await desk.say("From there", sender=(ANN,))).flags == ()


async def test_whoever_is_one_with_the_blocked_is_blocked(desk: Desk) -> None:
    ann, bob = await desk.say("From Ann"), await desk.say("From Bob", who="bob")
    one, other = await contact_of(desk, ann.conversation_id), await contact_of(desk, bob.conversation_id)
    await desk.write(merge_contacts, one, other)
    await desk.write(change_contact, other, ContactChange(blocked=True))
    assert (await desk.say("Again")).flags == ("blocked",)


async def test_a_blocked_stranger_keeps_a_job_free_retry(desk: Desk) -> None:
    """The flag stands with the message, so that a reaction that is repeated knows it, too."""
    first = await desk.say("Hello")
    await desk.write(change_contact, await contact_of(desk, first.conversation_id), ContactChange(blocked=True))
    said = await desk.say("Buy now")
    assert (await desk.message(said.id)).flags == ("blocked",)


async def test_spam_is_resolved_and_its_sender_blocked_until_it_is_undone(desk: Desk) -> None:
    first = await desk.say("You have won")
    ticket = await desk.ticket(first.conversation_id)
    spam = await desk.write(mark_spam, ticket.id)
    assert (spam.status, spam.spam_at, spam.waiting_since) == ("resolved", desk.clock.now, None)
    assert (await desk.say("Answer now")).flags == ("blocked",)
    assert (await desk.ticket(first.conversation_id)).status == "resolved"

    undone = await desk.write(mark_spam, ticket.id, False)
    assert (undone.status, undone.spam_at, undone.waiting_since) == ("open", None, ticket.waiting_since)
    assert (await desk.say("Really")).flags == ()


async def test_reopening_by_hand_is_no_verdict(desk: Desk) -> None:
    first = await desk.say("You have won")
    spam = await desk.write(mark_spam, (await desk.ticket(first.conversation_id)).id)
    assert (await desk.write(set_status, spam.id, "open")).spam_at is None
    assert (await desk.say("More")).flags == ("blocked",)
