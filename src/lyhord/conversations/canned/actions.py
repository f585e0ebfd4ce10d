"""Write canned replies, remove them and put them back, and count how often they are used."""

import msgspec

from lyhord.conversations import store as conversations
from lyhord.conversations.actions.attach import keep_files
from lyhord.conversations.actions.reply import agent_of
from lyhord.conversations.canned import store
from lyhord.conversations.canned.events import CannedReplyChanged
from lyhord.conversations.canned.model import CannedWords, Whose, checked
from lyhord.conversations.model import Attached, Attachment
from lyhord.kit.database import Tx
from lyhord.kit.problems import Forbidden, Invalid, NotFound, Taken
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.store import find_team

MOST_REPLIES = 2_000
"""In one workspace. Agents' apps hold all of them, so that they are found while one types."""

_attached = msgspec.json.Decoder(tuple[Attached, ...])
Row = tuple[object, ...]


def create_canned_reply(tx: Tx, words: CannedWords, *, may_share: bool) -> str:
    """Keep a text with variables; its id. Without `may_share` only the writer's own. Raises `Invalid`, `Forbidden`, `Taken`."""
    words = checked(words)
    agent_id = owner_of(tx, words.team_id, mine=words.mine, may_share=may_share)
    if tx.value(store.count, most=MOST_REPLIES) >= MOST_REPLIES:
        raise Taken("There are 2,000 canned replies; remove some first.", key="problem.too_many_replies")
    reply_id = tx.new_id()
    files = keep_files(tx, f"canned:{reply_id}", words.attachment_ids)
    tx.run(
        store.insert_reply,
        id=reply_id,
        name=words.name,
        shortcut=words.shortcut,
        texts=msgspec.json.encode(words.texts).decode(),
        attachments=msgspec.json.encode(files).decode(),
        buttons=msgspec.json.encode(words.buttons).decode(),
        team_id=words.team_id,
        agent_id=agent_id,
        uses=0,
        changed_at=tx.now,
        removed_at=None,
    )
    _tell(tx, "created", reply_id, words.name, shared=agent_id is None)
    return reply_id


def change_canned_reply(tx: Tx, whose: Whose, reply_id: str, words: CannedWords, *, may_share: bool) -> None:
    """Write it anew. Raises as `create_canned_reply` does, and `NotFound`."""
    old = _get(tx, whose, reply_id, may_share=may_share)
    words = checked(words)
    agent_id = owner_of(tx, words.team_id, mine=words.mine, may_share=may_share)
    files = keep_files(tx, f"canned:{reply_id}", words.attachment_ids, files_of(old))
    tx.run(
        store.write_reply,
        key=reply_id,
        name=words.name,
        shortcut=words.shortcut,
        texts=msgspec.json.encode(words.texts).decode(),
        attachments=msgspec.json.encode(files).decode(),
        buttons=msgspec.json.encode(words.buttons).decode(),
        team_id=words.team_id,
        agent_id=agent_id,
        changed_at=tx.now,
    )
    _tell(tx, "changed", reply_id, words.name, shared=agent_id is None or old[6] is None)


def remove_canned_reply(tx: Tx, whose: Whose, reply_id: str, *, may_share: bool) -> None:
    """Take it out of every list; its row stays, so that it can be put back."""
    old = _get(tx, whose, reply_id, may_share=may_share)
    tx.run(store.set_removed, key=reply_id, at=tx.now)
    _tell(tx, "removed", reply_id, str(old[1]), shared=old[6] is None)


def restore_canned_reply(tx: Tx, whose: Whose, reply_id: str, *, may_share: bool) -> None:
    """Put back what was removed."""
    old = _get(tx, whose, reply_id, may_share=may_share)
    tx.run(store.set_removed, key=reply_id, at=None)
    _tell(tx, "restored", reply_id, str(old[1]), shared=old[6] is None)


def use_canned_reply(tx: Tx, whose: Whose, reply_id: str) -> list[Attachment]:
    """Count that somebody puts it into what they write; copies of its files, which are the caller's to send."""
    row = tx.one(store.by_id[whose.team_ids is None], id=reply_id, viewer=whose.agent_id, teams=whose.team_ids or ())
    if row is None:
        raise NotFound("There is no such canned reply.")
    tx.run(store.count_use, key=reply_id)
    copies = [msgspec.structs.replace(file, id=tx.new_id()) for file in files_of(row)]
    tx.run_many(
        conversations.insert_attachment,
        [
            {
                **msgspec.structs.asdict(file),
                "message_id": None,
                "conversation_id": None,
                "uploaded_by": tx.actor,
                "created_at": tx.now,
            }
            for file in copies
        ],
    )
    return [Attachment(file.id, file.name, file.type, file.size) for file in copies]


def files_of(row: Row) -> tuple[Attached, ...]:
    """The files of a row of `store.columns`."""
    return _attached.decode(str(row[4]))


def _get(tx: Tx, whose: Whose, reply_id: str, *, may_share: bool) -> Row:
    row = tx.one(store.by_id[whose.team_ids is None], id=reply_id, viewer=whose.agent_id, teams=whose.team_ids or ())
    if row is None:
        raise NotFound("There is no such canned reply.")
    if row[6] is None and not may_share:
        raise Forbidden("This needs the power replies.manage.")
    return row


def owner_of(tx: Tx, team_id: str | None, *, mine: bool, may_share: bool) -> str | None:
    """The agent whose own something will be, None for what is shared. Raises `Forbidden` for sharing without `may_share`."""
    agent_id = agent_of(tx)
    if mine:
        if agent_id is None:
            raise Invalid("A program has nothing of its own.", fields={"mine": "field.invalid"})
        return agent_id
    if not may_share:
        raise Forbidden("This needs the power replies.manage.")
    if team_id is not None and tx.one(find_team, id=team_id) is None:
        raise Invalid("That team is not here any more.", fields={"team_id": "problem.no_such_team"})
    return None


def _tell(tx: Tx, what: str, reply_id: str, name: str, *, shared: bool) -> None:
    """Into the log; what everybody uses, into the audit too."""
    if shared:
        record(tx, f"canned_reply.{what}", f"canned_reply:{reply_id}", name=name)
    tx.emit(CannedReplyChanged(canned_reply_id=reply_id))
