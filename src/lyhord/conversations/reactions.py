"""What must be true in conversations at once when something happens below."""

from collections.abc import Sequence

from lyhord.contacts.events import ContactSeparated
from lyhord.contacts.lineage import members
from lyhord.conversations import store
from lyhord.conversations.actions.receive import new_conversation
from lyhord.conversations.events import ConversationStarted, MessagesMoved
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged


def give_messages_back(tx: Tx, logged: Sequence[Logged]) -> None:
    """A contact who is separated again gets every message of their own identities, those written while merged included."""
    for event in (one.event for one in logged):
        if not isinstance(event, ContactSeparated):
            continue
        theirs = tx.all(store.identities_of, contact_ids=members(tx, event.contact_id))
        shared = tx.all(store.conversations_by_contacts, contact_ids=[event.from_id])
        if not shared or not theirs:
            continue
        target = _conversation_of(tx, event.contact_id)
        for scheme, value in theirs:
            moved = {"conversation": shared[0][0], "scheme_of": scheme, "value_of": value, "target": target}
            for message_id, inbox_id in tx.all(store.messages_to_move, **moved):
                tx.run(store.move_attachments, of=message_id, target=target)
                tx.run(store.move_deliveries, of=message_id, target=target)
                if inbox_id:
                    tx.run(store.add_carrier, conversation_id=target, inbox_id=inbox_id)
            tx.run(store.move_messages, **moved)
        for conversation_id in (shared[0][0], target):
            tx.run(store.reset_last_message, key=conversation_id)
            tx.emit(MessagesMoved(conversation_id=conversation_id, contact_id=event.contact_id))


def _conversation_of(tx: Tx, contact_id: str) -> str:
    row = tx.one(store.conversations_by_contacts, contact_ids=[contact_id])
    if row is not None:
        return str(row[0])
    fresh = new_conversation(tx, contact_id=contact_id)
    tx.run_many(store.insert_conversation, [fresh])
    tx.emit(ConversationStarted(conversation_id=fresh["id"], contact_id=contact_id))
    return str(fresh["id"])
