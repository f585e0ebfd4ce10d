"""Who has read how far, and what somebody was about to say."""

from lyhord.conversations import store
from lyhord.conversations.actions.reply import write_draft
from lyhord.conversations.events import ConversationRead, ConversationSeen, DraftChanged
from lyhord.conversations.model import Draft
from lyhord.conversations.timeline import get_conversation
from lyhord.kit.database import Tx
from lyhord.kit.ids import id_before


def mark_seen(tx: Tx, agent_id: str, conversation_id: str, message_id: str) -> str:
    """Move an agent's read position forward, never back; the position that now holds."""
    get_conversation(tx, conversation_id)
    before = tx.value(store.find_position, agent=agent_id, id=conversation_id)
    if before is not None and before >= message_id:
        return str(before)
    tx.run(store.write_position, agent_id=agent_id, conversation_id=conversation_id, message_id=message_id)
    tx.emit(ConversationSeen(conversation_id=conversation_id, agent_id=agent_id, message_id=message_id))
    return message_id


def mark_unseen(tx: Tx, agent_id: str, conversation_id: str, message_id: str) -> None:
    """Put an agent's read position just before a message, so that it counts as unread again."""
    get_conversation(tx, conversation_id)
    before = id_before(message_id)
    tx.run(store.write_position, agent_id=agent_id, conversation_id=conversation_id, message_id=before)
    tx.emit(ConversationSeen(conversation_id=conversation_id, agent_id=agent_id, message_id=before))


def mark_contact_read(tx: Tx, conversation_id: str, message_id: str) -> None:
    """The customer has read up to a message; going back changes nothing."""
    conversation = get_conversation(tx, conversation_id)
    if conversation.contact_read_id is None or conversation.contact_read_id < message_id:
        tx.run(store.set_contact_read, key=conversation_id, message_id=message_id)
        tx.emit(ConversationRead(conversation_id=conversation_id, message_id=message_id))


def save_draft(tx: Tx, agent_id: str, conversation_id: str, draft: Draft) -> None:
    """Keep an agent's unsent words; on all their devices."""
    get_conversation(tx, conversation_id)
    write_draft(tx, agent_id, conversation_id, draft)
    tx.emit(DraftChanged(conversation_id=conversation_id, agent_id=agent_id))


def discard_draft(tx: Tx, agent_id: str, conversation_id: str) -> None:
    """Forget an agent's unsent words."""
    if tx.run(store.drop_draft, agent=agent_id, id=conversation_id):
        tx.emit(DraftChanged(conversation_id=conversation_id, agent_id=agent_id))
