"""What customers say is stored once, with the right person, in one conversation."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import BindParameter, bindparam, func, select

from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.exchange import Address, InboundMessage, InboundPeer, Media, Peer, Raw, Unsupported
from lyhord.conversations.model import Received
from lyhord.conversations.tables import conversation, message, raw_payload
from lyhord.conversations.views import conversations_by_id
from lyhord.kit.clock import DAY
from lyhord.kit.database import Statement, Tx
from lyhord.kit.database.log import read_events
from lyhord.kit.ids import id_time
from tests.conversations.desk import Desk, texts

W: BindParameter[str] = bindparam("workspace_id")
count_messages = Statement(select(func.count()).select_from(message).where(message.c.workspace_id == W))
count_conversations = Statement(select(func.count()).select_from(conversation).where(conversation.c.workspace_id == W))
raw_rows = Statement(select(raw_payload).where(raw_payload.c.workspace_id == W))


async def test_both_doors_of_one_person_lead_to_one_conversation(desk: Desk) -> None:
    first = await desk.say("by mail")
    second = await desk.say("by chat", inbox=desk.other_inbox)
    assert second.conversation_id == first.conversation_id
    assert texts((await desk.timeline(first.conversation_id)).items) == ["by mail", "by chat"]


async def test_two_persons_never_share_a_conversation(desk: Desk) -> None:
    ann, bea = await desk.say(who="ann"), await desk.say(who="bea")
    assert ann.conversation_id != bea.conversation_id


async def test_a_redelivery_is_answered_as_the_first_time_and_changes_nothing(desk: Desk) -> None:
    words = desk.words("once")
    first = await desk.receive(words)
    desk.events.clear()
    again = await desk.receive(words)
    assert again.message_ids == first.message_ids
    assert again.duplicates == 1
    assert desk.kinds() == []
    assert await desk.read(lambda tx: tx.value(count_messages)) == 1


async def test_the_same_message_twice_in_one_call_is_stored_once(desk: Desk) -> None:
    words = desk.words("once")
    receipt = await desk.receive(words, words)
    assert receipt.message_ids[0] == receipt.message_ids[1]
    assert receipt.duplicates == 1


async def test_the_same_external_id_at_another_inbox_is_another_message(desk: Desk) -> None:
    words = desk.words("each")
    one, other = await desk.receive(words), await desk.receive(words, inbox=desk.other_inbox)
    assert one.message_ids != other.message_ids


async def test_a_hundred_first_messages_at_once_make_one_contact_and_one_conversation(desk: Desk) -> None:
    messages = await asyncio.gather(*(desk.say(f"{n}") for n in range(100)))
    assert len({one.conversation_id for one in messages}) == 1
    timeline = await desk.timeline(messages[0].conversation_id, most=200)
    assert texts(timeline.items) == [str(n) for n in range(100)]
    assert await desk.read(lambda tx: tx.value(count_conversations)) == 1


async def test_numbers_have_no_gaps_though_every_third_call_fails(desk: Desk) -> None:
    def fail(tx: Tx) -> None:
        receive_messages(tx, [Received(inbox_id=desk.inbox, channel="pigeon", inbounds=(desk.words(),))])
        raise ValueError("after storing")

    async def one(number: int) -> None:
        if number % 3:
            await desk.say(who=f"p{number}")
        else:
            with pytest.raises(ValueError, match="after storing"):
                await desk.write(fail)

    await asyncio.gather(*(one(number) for number in range(60)))
    rows = await desk.read(lambda tx: tx.all(read_events, after=0, most=10_000))
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert await desk.read(lambda tx: tx.value(count_messages)) == 40


async def test_one_bad_item_in_a_batch_fails_alone(desk: Desk) -> None:
    good = [Received(inbox_id=desk.inbox, channel="pigeon", inbounds=(desk.words(),)) for _ in range(5)]
    bad = Received(inbox_id=desk.inbox, channel="pigeon", inbounds=(desk.words(sender=()),))
    calls = [desk.database.write(desk.workspace_id, receive_messages, one) for one in (*good[:3], bad, *good[3:])]
    results: list[Any] = await asyncio.gather(*calls, return_exceptions=True)
    assert [isinstance(result, Exception) for result in results] == [False, False, False, True, False, False]
    assert await desk.read(lambda tx: tx.value(count_messages)) == 5


async def test_what_is_not_understood_is_shown_and_its_bytes_are_kept(desk: Desk) -> None:
    receipt = await desk.receive(Unsupported(external_id="u1", reason="a kind from the future"), raw=Raw(b"\xff\x00{}"))
    shown = await desk.message(str(receipt.message_ids[0]))
    assert "unsupported" in shown.flags
    rows = await desk.read(lambda tx: tx.all(raw_rows))
    assert rows[0][3] == b"\xff\x00{}"
    assert rows[0][6] == "a kind from the future"


async def test_a_payload_bears_the_name_of_what_it_brought_and_is_kept_once(desk: Desk) -> None:
    words = desk.words()
    first = await desk.receive(words, desk.words("two"), raw=Raw(b"one"))
    again = await desk.receive(words, InboundPeer(sender=words.sender[0], peer=Peer()), raw=Raw(b"one"))
    assert again.message_ids[0] == first.message_ids[0]
    await desk.receive(raw=Raw(b"nothing for people"))
    rows = await desk.read(lambda tx: tx.all(raw_rows))
    assert sorted(row[3] for row in rows) == [b"nothing for people", b"one"]
    assert [row[1] for row in rows if row[3] == b"one"] == [first.message_ids[0]]


async def test_a_live_message_stands_where_it_arrived_whatever_its_sender_claims(desk: Desk) -> None:
    shown = await desk.say(at=desk.clock.now + 400 * DAY)
    assert id_time(shown.id) == desk.clock.now
    assert shown.claimed_at == desk.clock.now + 400 * DAY


async def test_history_stands_where_it_was_said_and_nobody_waits_for_it(desk: Desk) -> None:
    live = await desk.say("today")
    ticket = await desk.ticket(live.conversation_id)
    old = desk.words("long ago", at=desk.clock.now - 900 * DAY)
    future = desk.words("not yet", at=desk.clock.now + 900 * DAY)
    await desk.receive(old, future, imported=True)
    items = (await desk.timeline(live.conversation_id)).items
    assert items[0].text == "long ago"
    assert id_time(items[-1].id) <= desk.clock.now
    assert (await desk.ticket(live.conversation_id)).waiting_since == ticket.waiting_since
    other = await desk.receive(desk.words(who="new", at=desk.clock.now - DAY), imported=True)
    stored = await desk.message(str(other.message_ids[0]))
    with pytest.raises(IndexError):
        await desk.ticket(stored.conversation_id)


async def test_a_clock_that_goes_back_keeps_the_order_of_a_conversation(desk: Desk) -> None:
    first = await desk.say("first")
    desk.clock.move(-DAY)
    await desk.say("second")
    assert texts((await desk.timeline(first.conversation_id)).items) == ["first", "second"]


async def test_a_reference_into_anothers_conversation_lands_with_the_sender(desk: Desk) -> None:
    theirs = await desk.say("secret", who="ann", external_id="m1")
    mine = await desk.say("me too", who="eve", answers=("m1",))
    assert mine.conversation_id != theirs.conversation_id
    assert mine.answers is None


async def test_a_reply_address_leads_to_what_was_said_last_and_never_into_another_conversation(desk: Desk) -> None:
    first = await desk.say()
    await desk.answer(first.conversation_id, "one")
    last = await desk.answer(first.conversation_id, "two")
    assert (await desk.say("yes", answers=("unknown",), thread=first.conversation_id)).answers == last.id
    stranger = await desk.say("me too", who="eve", thread=first.conversation_id)
    assert stranger.conversation_id != first.conversation_id
    assert stranger.answers is None


async def test_an_answer_names_the_message_that_it_answers(desk: Desk) -> None:
    first = await desk.say("question", external_id="m1")
    second = await desk.say("more", answers=("m0", "m1"))
    assert second.answers == first.id


async def test_files_recipients_and_flags_come_along(desk: Desk) -> None:
    shown = await desk.say(
        media=(Media("photo.png", "image/png", 12, file="a" * 64, inline_id="cid1"),),
        copies=(Address("pigeon", "carl", "Carl"),),
        flags=frozenset({"auto_reply"}),
        subject="Order 7",
        quoted="> earlier",
        html="<p>Hello</p>",
    )
    assert shown.attachments[0].name == "photo.png"
    assert shown.copies[0].name == "Carl"
    assert shown.flags == ("auto_reply",)
    assert (shown.subject, shown.quoted, shown.html) == ("Order 7", "> earlier", True)


async def test_a_group_has_one_conversation_with_its_participants(desk: Desk) -> None:
    ann = await desk.say("one", who="ann", group_id="g1")
    bea = await desk.say("two", who="bea", group_id="g1")
    alone = await desk.say("three", who="ann")
    assert ann.conversation_id == bea.conversation_id != alone.conversation_id
    found = (await desk.read(conversations_by_id, [ann.conversation_id]))[0]
    assert (found.kind, found.contact_id) == ("group", None)


async def test_replies_leave_where_the_customer_wrote_last(desk: Desk) -> None:
    first = await desk.say(inbox=desk.inbox)
    await desk.say(inbox=desk.other_inbox)
    answered = await desk.answer(first.conversation_id)
    assert answered.inbox_id == desk.other_inbox


def test_an_inbound_message_needs_no_more_than_an_id_and_a_sender() -> None:
    assert InboundMessage(external_id="1", sender=(Address("pigeon", "a"),)).text == ""
