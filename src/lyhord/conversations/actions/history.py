"""What the company said before it had this product: messages that left long ago, each in the conversation of whom it was said to."""

from collections.abc import Sequence
from typing import Any

import msgspec

from lyhord.contacts.actions import find_or_make_contacts
from lyhord.contacts.model import Found
from lyhord.conversations import store
from lyhord.conversations.beginning import new_conversation
from lyhord.conversations.events import ConversationStarted, MessageReplied
from lyhord.conversations.exchange import InboundMessage
from lyhord.conversations.model import Attached, More, Receipt, Received, later, write_more
from lyhord.kit.database import Tx, batched
from lyhord.kit.ids import new_id


@batched
def record_sent(tx: Tx, items: Sequence[Received]) -> list[Receipt]:
    """Outbound messages without a delivery, placed where they were said; nobody is told and nothing is sent.

    The first of an inbound's `recipients` is the customer. What we have already (same inbox, same external id) changes nothing.
    """
    return [_record_all(tx, item) for item in items]


def _record_all(tx: Tx, received: Received) -> Receipt:
    told = [
        _record(tx, received, one) for one in received.inbounds if isinstance(one, InboundMessage) and one.recipients
    ]
    return Receipt(tuple(message_id for message_id, _ in told), sum(1 for _, fresh in told if not fresh))


def _record(tx: Tx, received: Received, sent: InboundMessage) -> tuple[str, bool]:
    known = tx.all(store.known_messages, inbox_id=received.inbox_id, external_ids=[sent.external_id])
    if known:
        return known[0][1], False
    contact = find_or_make_contacts(tx, [sent.recipients[:1]])[0]
    row = _conversation_row(tx, contact.contact_id)
    message_id = new_id(tx.now if sent.at is None else min(sent.at, tx.now))
    _write(tx, received, sent, contact=contact, conversation_id=row[0], message_id=message_id)
    tx.run(store.add_carrier, conversation_id=row[0], inbox_id=received.inbox_id)
    tx.run(
        store.touch_inbound,
        key=row[0],
        inbox_id=row[4] or received.inbox_id,
        scheme=row[5] or sent.recipients[0].scheme,
        value=row[6] or contact.value,
        last_message_id=later(row[7], message_id),
        last_inbound_id=row[8],
        last_inbound_at=row[9],
        changed_at=tx.now,
    )
    tx.emit(MessageReplied(conversation_id=row[0], inbox_id=received.inbox_id, message_id=message_id, imported=1))
    return message_id, True


def _conversation_row(tx: Tx, contact_id: str) -> tuple[Any, ...]:
    found = tx.one(store.conversations_by_contacts, contact_ids=[contact_id])
    if found is not None:
        return tuple(found)
    made = new_conversation(tx, contact_id=contact_id)
    tx.run(store.insert_conversation, **made)
    tx.emit(ConversationStarted(conversation_id=made["id"], contact_id=contact_id))
    return tuple(made[column.name] for column in store.conversation_columns)


def _write(
    tx: Tx, received: Received, sent: InboundMessage, *, contact: Found, conversation_id: str, message_id: str
) -> None:
    files = tuple(
        Attached(new_id(), media.file or "", media.name, media.type, media.size, media.inline_id)
        for media in sent.media
    )
    tx.run(
        store.insert_message,
        conversation_id=conversation_id,
        id=message_id,
        direction="out",
        inbox_id=received.inbox_id,
        external_id=sent.external_id,
        scheme=sent.recipients[0].scheme,
        value=contact.value,
        agent_id=None,
        text=sent.text,
        html=sent.html,
        quoted=sent.quoted,
        subject=sent.subject,
        more=write_more(More(attachments=files, copies=(*sent.recipients[1:], *sent.copies), place=sent.place)),
        claimed_at=sent.at,
        removed_at=None,
        amended_at=None,
        created_at=tx.now,
    )
    rows = [
        {
            **msgspec.structs.asdict(file),
            "message_id": message_id,
            "conversation_id": conversation_id,
            "uploaded_by": "channel",
            "created_at": tx.now,
        }
        for file in files
    ]
    tx.run_many(store.insert_attachment, rows)
