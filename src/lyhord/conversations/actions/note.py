"""Say something to colleagues, on the conversation but never out of it."""

from collections.abc import Sequence

from lyhord.conversations import store
from lyhord.conversations.actions.reply import agent_of, row_by_name, take_attachments
from lyhord.conversations.events import MessageRemoved, NoteAdded
from lyhord.conversations.model import More, Note, write_more
from lyhord.conversations.timeline import get_conversation
from lyhord.conversations.watching.actions import watch_if_room
from lyhord.kit.database import Tx
from lyhord.kit.ids import is_id
from lyhord.kit.problems import Gone, Invalid, NotFound
from lyhord.workspaces.model import members_of
from lyhord.workspaces.store import list_known_agents
from lyhord.workspaces.views import list_teams


def add_note(tx: Tx, words: Note) -> str:
    """Store a note; its message id. Those named in `mentions`, agents or teams, find it in their list of mentions.

    An agent who is named watches the conversation from then on; of a named team nobody does, since its members come and go. Raises
    `Invalid` for somebody who isn't here.
    """
    conversation = get_conversation(tx, words.conversation_id)
    if conversation.parent_id is not None:
        raise Invalid("Leave a note in the customer's conversation.", key="problem.note_aside")
    if not words.text.strip() and not words.attachment_ids:
        raise Invalid("Write something, or attach a file.", fields={"text": "problem.empty"})
    meant = _meant(tx, words.mentions)
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
        amended_at=None,
        created_at=tx.now,
    )
    named = [{"agent_id": one, "message_id": message_id, "conversation_id": conversation.id} for one in meant]
    tx.run_many(store.add_mention, named)
    agent_id = agent_of(tx)
    if agent_id:
        tx.run(store.drop_draft, agent=agent_id, id=conversation.id)
    tx.emit(
        NoteAdded(
            conversation_id=conversation.id,
            message_id=message_id,
            agent_id=agent_id,
            mentions=tuple(meant),
            ticket_id=words.ticket_id,
        )
    )
    for one in meant:
        if one in words.mentions:
            watch_if_room(tx, one, conversation.id)
    return message_id


def take_back_note(tx: Tx, message_id: str) -> None:
    """Empty a note that shouldn't stand there; nobody is mentioned by it any more. Raises `NotFound`; `Gone` where it is empty already."""
    row = tx.one(store.message_row, id=message_id)
    note = row_by_name(row) if row else {}
    if note.get("direction") != "note":
        raise NotFound("There is no such note.")
    if note["removed_at"] is not None:
        raise Gone("It was taken back already.")
    tx.run(store.free_attachments, of=message_id)
    tx.run(store.erase_words, conversation=note["conversation_id"], key=message_id, at=tx.now)
    tx.run(store.drop_mentions, of=message_id)
    tx.emit(MessageRemoved(conversation_id=note["conversation_id"], message_id=message_id))


def _meant(tx: Tx, mentions: Sequence[str]) -> list[str]:
    """The agents whom ids of agents and teams mean; whoever names a team isn't told by it."""
    if not mentions:
        return []
    teams = {team.id: team.agent_ids for team in list_teams(tx)}
    single = {one for one in mentions if one not in teams}
    known = {row[0] for row in tx.all(list_known_agents, ids=sorted(filter(is_id, single)))}
    if single - known:
        raise Invalid("Somebody who is named isn't here any more.", fields={"mentions": "problem.no_such_mention"})
    return [one for one in members_of(mentions, teams) if one in single or one != agent_of(tx)]
