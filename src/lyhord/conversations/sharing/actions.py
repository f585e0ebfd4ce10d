"""Share a draft, keep its words, go on with another's, and make it one's own again."""

import msgspec

from lyhord.conversations import store as conversations
from lyhord.conversations.actions.reading import discard_draft, save_draft
from lyhord.conversations.actions.reply import agent_of
from lyhord.conversations.model import Draft
from lyhord.conversations.sharing import store
from lyhord.conversations.sharing.ending import Row, drop_shared
from lyhord.conversations.sharing.events import DraftShared, DraftTaken
from lyhord.conversations.sharing.model import MOST_SHARED, owner_of_files
from lyhord.conversations.timeline import get_conversation, timeline_ids
from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid, NotFound, Taken

_draft = msgspec.json.Decoder(Draft)


def share_draft(tx: Tx, conversation_id: str, words: Draft) -> str:
    """Put an agent's draft of a reply into the thread; its id. Their own draft there is this one from now on.

    Raises `Invalid` for a note or nothing, and `Taken` where too many are shared.
    """
    agent_id = _me(tx)
    _check(words)
    conversation = get_conversation(tx, conversation_id)
    if len(tx.all(store.of_conversations, ids=timeline_ids(tx, conversation))) >= MOST_SHARED:
        raise Taken("Twenty drafts are shared here already.", key="problem.too_many_shared")
    draft_id = tx.new_id()
    _own_files(tx, draft_id, words)
    tx.run(
        store.insert_shared,
        id=draft_id,
        conversation_id=conversation.id,
        inbox_id=words.inbox_id,
        agent_id=agent_id,
        taken_from=None,
        version=1,
        body=msgspec.json.encode(words).decode(),
        changed_at=tx.now,
    )
    discard_draft(tx, agent_id, conversation.id)
    _tell(tx, conversation.id, draft_id)
    return draft_id


def keep_shared(tx: Tx, conversation_id: str, draft_id: str, version: int, words: Draft) -> bool:
    """Keep what its writer wrote since `version`. Where that isn't the last any more it stays as it is: their words become their own
    draft, and this is False.
    """
    agent_id = _me(tx)
    _check(words)
    row = tx.one(store.by_id, id=draft_id)
    if row is None or (row[3], row[5]) != (agent_id, version):
        save_draft(tx, agent_id, get_conversation(tx, conversation_id).id, words)
        return False
    _own_files(tx, draft_id, words)
    tx.run(
        store.set_words,
        key=draft_id,
        door=words.inbox_id,
        words=msgspec.json.encode(words).decode(),
        now=tx.now,
    )
    _tell(tx, row[1], draft_id)
    return True


def take_shared(tx: Tx, draft_id: str) -> None:
    """Go on with a draft: from now on it is the caller's. Raises `NotFound` when it is shared no more."""
    agent_id, row = _me(tx), _get(tx, draft_id)
    if row[3] == agent_id:
        return
    _hand(tx, row, agent_id, row[3])
    tx.emit(DraftTaken(conversation_id=row[1], draft_id=draft_id, agent_id=agent_id, from_id=row[3]))


def give_back(tx: Tx, draft_id: str) -> None:
    """It is again whose it was before the caller went on with it. Raises `NotFound`, and `Taken` where there is nobody to give it to."""
    row = _mine(tx, draft_id)
    if row[4] is None:
        raise Taken("Nobody had this draft before.", key="problem.draft_taken")
    _hand(tx, row, row[4], None)


def unshare(tx: Tx, draft_id: str) -> None:
    """It becomes the caller's own draft. Raises `Taken` where they have one, too: neither may be lost."""
    row = _mine(tx, draft_id)
    conversation = get_conversation(tx, row[1])
    if tx.one(conversations.find_draft, agent=row[3], id=conversation.id):
        raise Taken("You have another draft here.", key="problem.two_drafts")
    words = _draft.decode(row[7])
    drop_shared(tx, row, words.attachment_ids)
    save_draft(tx, row[3], conversation.id, words)


def discard_shared(tx: Tx, draft_id: str) -> None:
    """Forget the caller's shared draft."""
    row = _mine(tx, draft_id)
    drop_shared(tx, row, _draft.decode(row[7]).attachment_ids)


def _me(tx: Tx) -> str:
    agent_id = agent_of(tx)
    if agent_id is None:
        raise Invalid("Only an agent has drafts, a token has none.")
    return agent_id


def _check(words: Draft) -> None:
    if words.kind != "reply":
        raise Invalid("Only the draft of a reply is shared: colleagues read notes anyway.", key="problem.only_replies")
    if not words.text.strip() and not words.attachment_ids:
        raise Invalid("Write something, or attach a file.", fields={"text": "problem.empty"})


def _get(tx: Tx, draft_id: str) -> Row:
    row = tx.one(store.by_id, id=draft_id)
    if row is None:
        raise NotFound("It was sent, or is shared no more.", key="problem.draft_gone")
    return row


def _mine(tx: Tx, draft_id: str) -> Row:
    row = _get(tx, draft_id)
    if row[3] != _me(tx):
        raise Taken("A colleague went on with this draft.", key="problem.draft_taken")
    return row


def _hand(tx: Tx, row: Row, writer: str, before: str | None) -> None:
    """Where contacts were merged it goes on in the conversation that does."""
    conversation = get_conversation(tx, row[1])
    tx.run(store.set_writer, key=row[0], conversation=conversation.id, writer=writer, before=before, now=tx.now)
    _tell(tx, conversation.id, row[0])


def _own_files(tx: Tx, draft_id: str, words: Draft) -> None:
    files, shared = words.attachment_ids, owner_of_files(draft_id)
    owned = tx.all(conversations.own_attachments, ids=files, owners=[tx.actor, shared], owner=shared) if files else ()
    if len(owned) != len(set(files)):
        raise Invalid("A file is missing; attach it again.", fields={"attachment_ids": "problem.file_missing"})


def _tell(tx: Tx, conversation_id: str, draft_id: str) -> None:
    tx.emit(DraftShared(conversation_id=conversation_id, draft_id=draft_id))
