"""Whether the customer was told that somebody has their complaint, as our own words make it."""

from msgspec.structs import replace

from lyhord.kit.database import Tx
from lyhord.kit.ids import id_time
from lyhord.tickets.complaints.keeping import Keeping
from lyhord.tickets.complaints.reading import read_complaints


def note_told(tx: Tx, ticket_id: str, message_id: str) -> None:
    """They were, by this message of ours."""
    one = read_complaints(tx, [ticket_id])[ticket_id]
    Keeping(tx).put(one, replace(one, told_at=id_time(message_id), told_by=message_id, untold=None))


def note_untold(tx: Tx, ticket_id: str, why: str) -> None:
    """They couldn't be: the channel carries nothing to them now, or only what everybody reads. Whoever has it answers in time."""
    one = read_complaints(tx, [ticket_id]).get(ticket_id)
    if one is not None and one.told_at is None:
        Keeping(tx).put(one, replace(one, untold=why))
