"""How a conversation begins: the row of one in which nobody has spoken."""

from typing import Any

from lyhord.conversations import store
from lyhord.conversations.events import ConversationStarted
from lyhord.conversations.sides.placing import SIDE
from lyhord.kit.database import Tx


def new_conversation(
    tx: Tx,
    *,
    contact_id: str | None = None,
    inbox_id: str | None = None,
    group_id: str | None = None,
    title: str = "",
    parent_id: str | None = None,
) -> dict[str, Any]:
    """The row of a conversation with a contact, of a group of an inbox (`title` is its name), or beside another conversation."""
    return {
        "id": tx.new_id(),
        "kind": SIDE if parent_id else "direct" if contact_id else "group",
        "contact_id": contact_id,
        "group_inbox_id": inbox_id,
        "group_id": group_id,
        "title": title,
        "inbox_id": inbox_id,
        "scheme": None,
        "value": None,
        "last_message_id": None,
        "last_inbound_id": None,
        "last_inbound_at": None,
        "contact_read_id": None,
        "responder": "queue",
        "language": None,
        "delivery_n": 0,
        "parent_id": parent_id,
        "about_id": None,
        "closed_at": None,
        "timers": None,
        "created_at": tx.now,
        "changed_at": tx.now,
    }


def conversation_with(tx: Tx, contact_id: str) -> str:
    """The id of the one direct conversation of a contact who wasn't merged, begun where there is none yet."""
    row = tx.one(store.conversations_by_contacts, contact_ids=[contact_id])
    if row is not None:
        return str(row[0])
    fresh = new_conversation(tx, contact_id=contact_id)
    tx.run_many(store.insert_conversation, [fresh])
    tx.emit(ConversationStarted(conversation_id=fresh["id"], contact_id=contact_id))
    return str(fresh["id"])
