"""Say something to colleagues, on the conversation but never out of it."""

from lyhord.conversations import store
from lyhord.conversations.actions.reply import agent_of, take_attachments
from lyhord.conversations.events import NoteAdded
from lyhord.conversations.model import More, Note, write_more
from lyhord.conversations.timeline import get_conversation
from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid


def add_note(tx: Tx, words: Note) -> str:
    """Store a note; its message id. Colleagues named in `mentions` find it in their list of mentions."""
    conversation = get_conversation(tx, words.conversation_id)
    if conversation.parent_id is not None:
        raise Invalid("Leave a note in the customer's conversation.", key="problem.note_aside")
    if not words.text.strip() and not words.attachment_ids:
        raise Invalid("Write something, or attach a file.", fields={"text": "problem.empty"})
    message_id = tx.new_id()
    files = take_attachments(tx, message_id, conversation.id, words.attachment_ids)
    tx.run(
        store.insert_message,
        conversation_id=conversation.id,
        id=message_id,
        direction="note",
        inbox_id=None,
        external_id=None,
        scheme=None,
        value=None,
        agent_id=agent_of(tx),
        text=words.text,
        html=None,
        quoted="",
        subject=None,
        more=write_more(More(attachments=files, mentions=words.mentions)),
        claimed_at=None,
        removed_at=None,
        created_at=tx.now,
    )
    for named in words.mentions:
        tx.run(store.add_mention, agent_id=named, message_id=message_id, conversation_id=conversation.id)
    agent_id = agent_of(tx)
    if agent_id:
        tx.run(store.drop_draft, agent=agent_id, id=conversation.id)
    tx.emit(
        NoteAdded(conversation_id=conversation.id, message_id=message_id, agent_id=agent_id, mentions=words.mentions)
    )
    return message_id
