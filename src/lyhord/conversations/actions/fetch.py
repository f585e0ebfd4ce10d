"""Files that a channel named by an address: a job fetches them once their message is stored."""

from msgspec import Struct
from msgspec.structs import replace

from lyhord.conversations import amending_store
from lyhord.conversations.amending import get_row, keep_more, tell_change
from lyhord.conversations.exchange import Media
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue

JOB = "fetch"
COMING, LOST = "file.coming", "file.lost"


class Wanted(Struct, frozen=True):
    """A file to be fetched: `media.url` says where, the ids what it belongs to."""

    inbox_id: str
    message_id: str
    attachment_id: str
    media: Media


def ask_for_file(tx: Tx, wanted: Wanted) -> None:
    """Have it fetched. Until then its attachment has no file."""
    enqueue(tx, JOB, wanted)


def keep_file(tx: Tx, wanted: Wanted, file: str, content_type: str, size: int) -> None:
    """The file is in the store (`file` is its hash, `size` in bytes). Of a message that was deleted meanwhile nothing is kept."""
    row = get_row(tx, wanted.message_id)
    if row.facts["removed_at"] is not None:
        return
    tx.run(amending_store.write_file, key=wanted.attachment_id, file=file, type=content_type, size=size)
    files = tuple(
        replace(one, file=file, type=content_type, size=size) if one.id == wanted.attachment_id else one
        for one in row.more.attachments
    )
    missing = {key: why for key, why in row.more.missing.items() if key != wanted.attachment_id}
    keep_more(tx, row, replace(row.more, attachments=files, missing=missing))
    tell_change(tx, row, "fetched")


def lose_file(tx: Tx, wanted: Wanted, why: str) -> None:
    """It can't be had: the message says so, with the message key `why`."""
    row = get_row(tx, wanted.message_id)
    if row.facts["removed_at"] is None:
        keep_more(tx, row, replace(row.more, missing={**row.more.missing, wanted.attachment_id: why}))
        tell_change(tx, row, "fetched")
