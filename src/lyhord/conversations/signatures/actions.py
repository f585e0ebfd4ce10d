"""Give an agent or an inbox a signature, or take it away."""

import msgspec

from lyhord.conversations import store as conversations
from lyhord.conversations.actions.attach import keep_files
from lyhord.conversations.model import Attached
from lyhord.conversations.signatures import store
from lyhord.conversations.signatures.events import SignatureChanged
from lyhord.conversations.signatures.model import SignatureWords, checked, kept_by
from lyhord.kit.database import Tx
from lyhord.kit.problems import NotFound
from lyhord.workspaces.actions.audit import record

_attached = msgspec.json.Decoder(tuple[Attached, ...])
Row = tuple[object, ...]


def sign_as_agent(tx: Tx, agent_id: str, words: SignatureWords) -> None:
    """What stands below an agent's mails from now on. Raises `Invalid`."""
    if _write(tx, f"agent:{agent_id}", words):
        tx.emit(SignatureChanged(agent_id=agent_id))


def sign_for_inbox(tx: Tx, inbox_id: str, words: SignatureWords) -> None:
    """What stands below mails through an inbox whose writer has no signature. Raises `Invalid`, `NotFound`."""
    if tx.one(conversations.active_inbox, id=inbox_id) is None:
        raise NotFound("There is no such inbox.")
    if _write(tx, f"inbox:{inbox_id}", words):
        record(tx, "signature.changed", f"inbox:{inbox_id}")
        tx.emit(SignatureChanged(inbox_id=inbox_id))


def files_of(row: Row) -> tuple[Attached, ...]:
    """The pictures of a row of `store.of_owners`."""
    return _attached.decode(str(row[3]))


def _write(tx: Tx, owner: str, words: SignatureWords) -> bool:
    """Whether it is another one than before."""
    words = checked(words)
    before = tx.one(store.of_owners, owners=[owner], after="", most=1)
    files = keep_files(tx, kept_by(owner), words.attachment_ids, files_of(before) if before else ())
    attachments = msgspec.json.encode(files).decode()
    if before == (owner, words.text, words.html, attachments) or (before is None and not words.text and not words.html):
        return False
    if words.text or words.html:
        tx.run(store.write, owner=owner, text=words.text, html=words.html, attachments=attachments, changed_at=tx.now)
    else:
        tx.run(store.drop, whose=owner)
    return True
