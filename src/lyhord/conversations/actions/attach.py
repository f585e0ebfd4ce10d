"""Note a file that somebody uploaded, for a message that they may yet write, and keep files for what is used again and again."""

from collections.abc import Iterable

from lyhord.conversations import store
from lyhord.conversations.model import Attached, Attachment
from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid
from lyhord.kit.text import clean_name

NAMELESS = "file"
NAME_LIMIT = 200


def attach_file(tx: Tx, file: str, *, name: str, content_type: str, size: int) -> Attachment:
    """The attachment for a file of the store (`file` is its hash, `size` in bytes). It is its uploader's until a message takes it."""
    name = clean_name(name.replace("/", "_").replace("\\", "_"), NAME_LIMIT) or NAMELESS
    attachment = Attachment(tx.new_id(), name, content_type, size)
    row = {
        "id": attachment.id,
        "file": file,
        "name": name,
        "type": content_type,
        "size": size,
        "inline_id": None,
        "message_id": None,
        "conversation_id": None,
        "uploaded_by": tx.actor,
        "created_at": tx.now,
    }
    tx.run_many(store.insert_attachment, [row])
    return attachment


def keep_files(tx: Tx, owner: str, ids: tuple[str, ...], held: Iterable[Attached] = ()) -> tuple[Attached, ...]:
    """These files in this order, kept by `owner` (`canned:<id>`) from now on; of those `held` the others go.

    Raises `Invalid` for files that aren't there, or that neither who acts nor `owner` has.
    """
    rows = tx.all(store.own_attachments, ids=ids, owners=[tx.actor, owner], owner=owner) if ids else []
    if len(rows) != len(set(ids)):
        raise Invalid("A file is missing; attach it again.", fields={"attachment_ids": "problem.file_missing"})
    gone = {file.id for file in held} - set(ids)
    if gone:
        tx.run(store.drop_attachments, ids=sorted(gone), owner=owner)
    order = {attachment_id: place for place, attachment_id in enumerate(ids)}
    return tuple(sorted((Attached(*row) for row in rows), key=lambda file: order[file.id]))
