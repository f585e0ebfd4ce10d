"""What the company said long ago stands where it was said, and wakes nobody."""

from lyhord.conversations.actions.history import record_sent
from lyhord.conversations.exchange import Address, InboundMessage, Media
from lyhord.conversations.model import Receipt, Received
from lyhord.kit.ids import id_time
from tests.conversations.desk import Desk, texts

YEAR = 365 * 24 * 3_600_000
ANN = Address("pigeon", "ann", "Ann")


def sent(desk: Desk, text: str, external_id: str, **more: object) -> Received:
    said = InboundMessage(
        external_id=external_id,
        sender=(Address("pigeon", "firm"),),
        text=text,
        recipients=(ANN,),
        **more,  # type: ignore[arg-type]
    )
    return Received(inbox_id=desk.inbox, channel="pigeon", inbounds=(said,), imported=True)


async def record(desk: Desk, *items: Received) -> list[Receipt]:
    return [await desk.write(record_sent, item) for item in items]


async def test_it_stands_where_it_was_said_without_a_delivery_or_a_ticket(desk: Desk) -> None:
    now = desk.clock.now
    await desk.receive(desk.words("Long ago", at=now - YEAR), imported=True)
    (receipt,) = await record(desk, sent(desk, "Then", "s1", at=now - YEAR + 1_000))
    last = await desk.say("Today")
    message = await desk.message(str(receipt.message_ids[0]))
    assert message.conversation_id == last.conversation_id
    assert (message.direction, message.delivery, id_time(message.id)) == ("out", None, now - YEAR + 1_000)
    timeline = await desk.timeline(message.conversation_id)
    assert texts(timeline.items) == ["Long ago", "Then", "Today"]


async def test_a_second_time_changes_nothing(desk: Desk) -> None:
    first, second = await record(desk, sent(desk, "Then", "s1"), sent(desk, "Then", "s1"))
    assert (first.duplicates, second.duplicates) == (0, 1)
    assert first.message_ids == second.message_ids


async def test_whom_nobody_heard_of_becomes_a_contact_who_can_be_answered(desk: Desk) -> None:
    (receipt,) = await record(desk, sent(desk, "First word", "s1"))
    message = await desk.message(str(receipt.message_ids[0]))
    assert "ticket.opened" not in desk.kinds()
    answer = await desk.answer(message.conversation_id, "More")
    assert (answer.inbox_id, answer.value) == (desk.inbox, "ann")
    assert (await desk.say("Hello")).conversation_id == message.conversation_id


async def test_a_reply_finds_what_it_answers(desk: Desk) -> None:
    (receipt,) = await record(desk, sent(desk, "Then", "s1"))
    reply = await desk.say("About that", answers=("s1",))
    assert reply.answers == receipt.message_ids[0]


async def test_files_stay_with_it(desk: Desk) -> None:
    (receipt,) = await record(
        desk, sent(desk, "See", "s1", media=(Media("a.pdf", "application/pdf", 3, file="0" * 64),))
    )
    message = await desk.message(str(receipt.message_ids[0]))
    assert [(one.name, one.size) for one in message.attachments] == [("a.pdf", 3)]
