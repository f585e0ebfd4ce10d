"""What must be true in conversations at once when something happens below."""

from collections.abc import Iterable, Sequence

from lyhord.contacts.events import ContactSeparated
from lyhord.contacts.lineage import members
from lyhord.conversations import store
from lyhord.conversations.amending_store import deliveries_of
from lyhord.conversations.beginning import conversation_with
from lyhord.conversations.events import MessagesMoved
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.ids import id_time


def give_messages_back(tx: Tx, logged: Sequence[Logged]) -> None:
    """A contact who is separated again gets every message of their own identities, those written while merged included.

    They may lie with anybody of those whom the contact leaves: with whoever survived at the time.
    """
    for event in (one.event for one in logged):
        if not isinstance(event, ContactSeparated):
            continue
        theirs = tx.all(store.identities_of, contact_ids=members(tx, event.contact_id))
        left = tx.all(store.conversations_by_contacts, contact_ids=members(tx, event.from_id))
        sources = [row[0] for row in left if _has_any(tx, row[0], theirs)]
        if not sources:
            continue
        target = conversation_with(tx, event.contact_id)
        for source in sources:
            for scheme, value in theirs:
                _move(tx, source, target, scheme, value)
        for conversation_id in (*sources, target):
            _reset(tx, conversation_id)
        for source in sources:
            tx.emit(MessagesMoved(conversation_id=source, contact_id=event.from_id, into_id=target))
        tx.emit(MessagesMoved(conversation_id=target, contact_id=event.contact_id))


def _has_any(tx: Tx, conversation_id: str, identities: Iterable[tuple[str, ...]]) -> bool:
    return any(
        tx.all(store.messages_to_move, conversation=conversation_id, scheme_of=scheme, value_of=value)
        for scheme, value in identities
    )


def _move(tx: Tx, source: str, target: str, scheme: str, value: str) -> None:
    moved = {"conversation": source, "scheme_of": scheme, "value_of": value}
    for message_id, inbox_id in tx.all(store.messages_to_move, **moved):
        tx.run(store.move_attachments, of=message_id, target=target)
        for (delivery_id,) in tx.all(deliveries_of, of=message_id):
            tx.run(store.move_delivery, of=delivery_id, target=target)
        if inbox_id:
            tx.run(store.add_carrier, conversation_id=target, inbox_id=inbox_id)
    tx.run(store.move_messages, **moved, target=target)


def _reset(tx: Tx, conversation_id: str) -> None:
    """Let a conversation say what is in it now: its last words, where they came from, who may see it, what leaves next."""
    last = tx.one(store.last_of[False], of=conversation_id)
    heard = tx.one(store.last_of[True], of=conversation_id)
    door = heard or last
    tx.run(
        store.reset_conversation,
        key=conversation_id,
        last_message_id=last[0] if last else None,
        last_inbound_id=heard[0] if heard else None,
        last_inbound_at=id_time(heard[0]) if heard else None,
        inbox_id=door[1] if door else None,
        scheme=door[2] if door else None,
        value=door[3] if door else None,
    )
    tx.run(store.drop_carriers, of=conversation_id)
