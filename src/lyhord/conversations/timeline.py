"""Which rows make up one timeline: a conversation's own, and those of the contacts that were merged into its contact."""

from collections.abc import Sequence

from lyhord.contacts.lineage import members, survivors
from lyhord.conversations import store
from lyhord.conversations.model import Conversation
from lyhord.kit.database import ReadTx
from lyhord.kit.problems import NotFound


def find_conversation(tx: ReadTx, conversation_id: str) -> Conversation | None:
    """The conversation, that of the surviving contact where contacts were merged."""
    row = tx.one(store.conversation_by_id, id=conversation_id)
    if row is None:
        return None
    conversation = Conversation(*row)
    if conversation.contact_id is None:
        return conversation
    survivor = survivors(tx, [conversation.contact_id])[conversation.contact_id]
    if survivor == conversation.contact_id:
        return conversation
    theirs = tx.one(store.conversations_by_contacts, contact_ids=[survivor])
    return Conversation(*theirs) if theirs else conversation


def find_timeline(tx: ReadTx, conversation_id: str) -> tuple[Conversation, list[str]] | None:
    """`find_conversation` and its `timeline_ids`, by one statement where nobody was merged."""
    row = tx.one(store.conversation_and_merges, id=conversation_id)
    if row is None:
        return None
    *own, merged = row
    conversation = find_conversation(tx, conversation_id) if merged else Conversation(*own)
    if conversation is None:
        return None
    return conversation, timeline_ids(tx, conversation) if merged else [conversation.id]


def get_conversation(tx: ReadTx, conversation_id: str) -> Conversation:
    """The same, but raises `NotFound`."""
    conversation = find_conversation(tx, conversation_id)
    if conversation is None:
        raise NotFound("There is no such conversation.")
    return conversation


def timeline_ids(tx: ReadTx, conversation: Conversation) -> list[str]:
    """The conversations whose messages make up one timeline: its own, and those of contacts merged into its contact."""
    if conversation.contact_id is None:
        return [conversation.id]
    contacts = members(tx, conversation.contact_id)
    if len(contacts) == 1:
        return [conversation.id]
    rows = tx.all(store.conversations_by_contacts, contact_ids=list(contacts))
    return sorted({conversation.id, *(row[0] for row in rows)})


def carriers_of(tx: ReadTx, conversation_ids: Sequence[str]) -> frozenset[str]:
    """The inboxes that ever carried messages of these conversations."""
    return frozenset(row[1] for row in tx.all(store.carriers_of, ids=conversation_ids))
