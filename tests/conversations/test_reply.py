"""What agents say is queued once, can be taken back in time, and never leaves when it is a note."""

import msgspec
import pytest

from lyhord.contacts.actions import merge_contacts, separate_contact
from lyhord.conversations import store, views
from lyhord.conversations.actions.note import add_note
from lyhord.conversations.actions.reading import mark_contact_read, mark_seen, mark_unseen, save_draft
from lyhord.conversations.actions.reply import reply, retry_delivery, start_conversation, undo_reply
from lyhord.conversations.exchange import Address
from lyhord.conversations.model import Draft, Note, Reply
from lyhord.conversations.timeline import find_conversation, get_conversation
from lyhord.kit.clock import SECOND
from lyhord.kit.database import ReadTx
from lyhord.kit.http import once
from lyhord.kit.ids import new_id
from lyhord.kit.problems import Gone, Invalid, NotFound, Taken
from tests.conversations.desk import Desk, texts


async def test_a_reply_is_queued_in_order_with_its_undo_time(desk: Desk) -> None:
    asked = await desk.say()
    one = await desk.answer(asked.conversation_id, undo_seconds=10)
    two = await desk.answer(asked.conversation_id)
    assert one.delivery is not None
    assert two.delivery is not None
    assert (one.delivery.state, one.delivery.due_at) == ("queued", desk.clock.now + 10 * SECOND)
    assert two.delivery.due_at == desk.clock.now
    assert one.id < two.id


async def test_empty_words_are_refused_with_the_field_named(desk: Desk) -> None:
    asked = await desk.say()
    with pytest.raises(Invalid) as refused:
        await desk.answer(asked.conversation_id, "  \n")
    assert refused.value.fields == {"text": "problem.empty"}


async def test_a_removed_inbox_is_named_as_the_reason(desk: Desk) -> None:
    asked = await desk.say()
    with pytest.raises(Invalid) as refused:
        await desk.answer(asked.conversation_id, inbox_id=new_id())
    assert refused.value.fields == {"inbox_id": "problem.inbox_removed"}


async def test_nobody_replies_to_nowhere(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await desk.answer(new_id())


async def test_undo_gives_the_words_back_as_a_draft_and_the_customer_still_waits(desk: Desk) -> None:
    asked = await desk.say("where is it?")
    waiting = (await desk.ticket(asked.conversation_id)).waiting_since
    said = await desk.answer(asked.conversation_id, "wrong words", subject="Re", undo_seconds=10)
    draft = await desk.write(undo_reply, said.id, actor=f"agent:{desk.agent}")
    assert draft.text == "wrong words"
    assert (await desk.read(views.find_draft, desk.agent, asked.conversation_id)) == draft
    removed = (await desk.timeline(asked.conversation_id)).items[-1]
    assert (removed.text, removed.delivery) == ("", None)
    assert removed.removed_at is not None
    ticket = await desk.ticket(asked.conversation_id)
    assert (ticket.preview, ticket.waiting_since, ticket.status) == ("where is it?", waiting, "open")


async def test_what_has_left_can_not_be_taken_back(desk: Desk) -> None:
    said = await desk.answer((await desk.say()).conversation_id)
    await desk.write(lambda tx: tx._cursor.execute("UPDATE delivery SET state = 'sending'") and None)
    with pytest.raises(Gone):
        await desk.write(undo_reply, said.id)


async def test_only_what_failed_is_tried_again(desk: Desk) -> None:
    said = await desk.answer((await desk.say()).conversation_id)
    with pytest.raises(Taken):
        await desk.write(retry_delivery, said.id)
    await desk.write(lambda tx: tx._cursor.execute("UPDATE delivery SET state = 'failed', due_at = NULL") and None)
    await desk.write(retry_delivery, said.id)
    again = await desk.message(said.id)
    assert again.delivery is not None
    assert (again.delivery.state, again.delivery.due_at) == ("queued", desk.clock.now)


async def test_the_same_key_says_it_once(desk: Desk) -> None:
    asked = await desk.say()
    words = Reply(conversation_id=asked.conversation_id, text="once")
    ids = [await desk.write(once(reply, "k1", str), words, actor=f"agent:{desk.agent}") for _ in range(3)]
    assert len(set(ids)) == 1
    assert texts((await desk.timeline(asked.conversation_id)).items) == ["Hello", "once"]


async def test_a_note_has_no_delivery_and_leaves_the_customer_waiting(desk: Desk) -> None:
    asked = await desk.say()
    note = Note(conversation_id=asked.conversation_id, text="ask Bo", mentions=(desk.colleague,))
    noted = await desk.message(await desk.write(add_note, note, actor=f"agent:{desk.agent}"))
    assert (noted.direction, noted.delivery, noted.inbox_id) == ("note", None, None)
    assert noted.mentions == (desk.colleague,)
    ticket = await desk.ticket(asked.conversation_id)
    assert ticket.waiting_since is not None
    assert ticket.preview == "Hello"


async def test_an_agent_writes_first_and_the_answer_comes_to_the_same_place(desk: Desk) -> None:
    words = Reply(conversation_id="", text="Your order is here", inbox_id=desk.inbox)
    message_id = await desk.write(
        start_conversation, None, Address("pigeon", "dora", "Dora"), words, actor=f"agent:{desk.agent}"
    )
    started = await desk.message(message_id)
    ticket = await desk.ticket(started.conversation_id)
    assert (ticket.status, ticket.owner_agent_id, ticket.title) == ("pending", desk.agent, "Dora")
    answered = await desk.say("thanks", who="dora")
    assert answered.conversation_id == started.conversation_id


async def test_a_conversation_starts_once_for_a_contact_who_is_known(desk: Desk) -> None:
    known = await desk.say(who="ann")
    words = Reply(conversation_id="", text="One more thing", inbox_id=desk.inbox)
    message_id = await desk.write(start_conversation, None, Address("pigeon", "ann"), words)
    assert (await desk.message(message_id)).conversation_id == known.conversation_id


async def test_read_positions_go_forward_and_back_only_on_purpose(desk: Desk) -> None:
    first, second = await desk.say("1"), await desk.say("2")
    place = (desk.agent, first.conversation_id)
    await desk.write(mark_seen, *place, second.id)
    await desk.write(mark_seen, *place, first.id)
    assert await desk.read(views.find_position, *place) == second.id
    await desk.write(mark_unseen, *place, second.id)
    position = await desk.read(views.find_position, *place)
    assert first.id < position < second.id


async def test_the_customers_read_mark_never_goes_back(desk: Desk) -> None:
    asked = await desk.say()
    one, two = await desk.answer(asked.conversation_id), await desk.answer(asked.conversation_id)
    await desk.write(mark_contact_read, asked.conversation_id, two.id)
    await desk.write(mark_contact_read, asked.conversation_id, one.id)
    conversation = await desk.read(get_conversation, asked.conversation_id)
    assert conversation.contact_read_id == two.id


async def test_a_draft_is_kept_until_it_is_said(desk: Desk) -> None:
    asked = await desk.say()
    draft = Draft(text="almost", copies=(Address("pigeon", "x"),))
    await desk.write(save_draft, desk.agent, asked.conversation_id, draft)
    assert await desk.read(views.find_draft, desk.agent, asked.conversation_id) == draft
    await desk.answer(asked.conversation_id, "done")
    assert await desk.read(views.find_draft, desk.agent, asked.conversation_id) is None


async def test_an_outbound_carries_the_thread_of_its_own_inbox_alone(desk: Desk) -> None:
    asked = await desk.say("q", subject="Order 7", external_id="m1")
    await desk.say("elsewhere", inbox=desk.other_inbox, external_id="n1")
    await desk.say("more", external_id="m2")
    said = await desk.answer(asked.conversation_id)
    outbound, inbox_id = await desk.read(views.outbound_of, said.id)
    assert inbox_id == desk.inbox
    assert outbound.references == ("m1", "m2")
    assert outbound.answers == "m2"
    assert outbound.subject == "Order 7"
    assert outbound.sender_name == "Anna"


async def test_pages_of_a_timeline_meet_without_gap_or_overlap(desk: Desk) -> None:
    for number in range(25):
        last = await desk.say(f"{number}")
    found: list[str] = []
    before = None
    while True:
        page = await desk.timeline(last.conversation_id, before=before, most=7)
        found = texts(page.items) + found
        before = page.next
        if before is None:
            break
    assert found == [str(number) for number in range(25)]
    newer = await desk.timeline(last.conversation_id, after=page.items[-1].id, most=100)
    assert texts(page.items) + texts(newer.items) == found


async def test_merged_contacts_have_one_timeline_and_separating_gives_each_their_own_back(desk: Desk) -> None:
    ann, bea = await desk.say("ann 1", who="ann"), await desk.say("bea 1", who="bea")

    def contact_of(tx: ReadTx, conversation_id: str) -> str:
        found = tx.one(store.conversation_by_id, id=conversation_id)
        assert found is not None
        return str(found[2])

    one, other = await desk.read(contact_of, ann.conversation_id), await desk.read(contact_of, bea.conversation_id)
    await desk.write(merge_contacts, other, one)
    await desk.say("bea 2", who="bea")
    merged = await desk.read(find_conversation, bea.conversation_id)
    assert merged.id == ann.conversation_id
    assert texts((await desk.timeline(bea.conversation_id)).items) == ["ann 1", "bea 1", "bea 2"]
    await desk.answer(bea.conversation_id, "to bea")
    await desk.write(separate_contact, other)
    assert texts((await desk.timeline(ann.conversation_id)).items) == ["ann 1"]
    assert texts((await desk.timeline(bea.conversation_id)).items) == ["bea 1", "bea 2", "to bea"]


def test_a_draft_says_nothing_of_what_it_has_not() -> None:
    assert msgspec.json.encode(Draft(text="a")) == b'{"text":"a"}'


async def test_a_certain_message_is_answered_however_old_it_is(desk: Desk) -> None:
    first = await desk.say("Which lamp?", external_id="<first@x>")
    for _ in range(25):
        await desk.say("more")
    said = await desk.answer(first.conversation_id, "The brass one", answers=first.id)
    assert said.answers == first.id
    outbound, _ = await desk.read(views.outbound_of, said.id)
    assert (outbound.answers, outbound.quote) == ("<first@x>", "Which lamp?")
    draft = await desk.write(undo_reply, said.id, actor=f"agent:{desk.agent}")
    assert draft.answers == first.id
    plain, _ = await desk.read(views.outbound_of, (await desk.answer(first.conversation_id)).id)
    assert plain.quote == ""


async def test_what_stands_elsewhere_or_never_left_is_not_answered(desk: Desk) -> None:
    asked, other = await desk.say(), await desk.say(who="bo")
    note = await desk.write(add_note, Note(conversation_id=asked.conversation_id, text="Hm"))
    for wrong in (other.id, note, new_id()):
        with pytest.raises(Invalid):
            await desk.answer(asked.conversation_id, answers=wrong)


async def test_what_came_with_a_message_goes_back_with_its_quote_through_the_same_inbox(desk: Desk) -> None:
    asked = await desk.say("Which?", handle="h7")
    await desk.say("Or this?", handle="h8")
    chosen = await desk.answer(asked.conversation_id, "That", answers=asked.id)
    assert (await desk.read(views.outbound_of, chosen.id))[0].handle == "h7"
    plain = await desk.answer(asked.conversation_id, "Well")
    assert (await desk.read(views.outbound_of, plain.id))[0].handle == ""
    elsewhere = await desk.answer(asked.conversation_id, "That", answers=asked.id, inbox_id=desk.other_inbox)
    assert (await desk.read(views.outbound_of, elsewhere.id))[0].handle == ""
