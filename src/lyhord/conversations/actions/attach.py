"""Note a file that somebody uploaded, for a message that they may yet write."""

from lyhord.conversations import store
from lyhord.conversations.model import Attachment
from lyhord.kit.database import Tx
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
