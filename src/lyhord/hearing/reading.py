"""What there is to think about, read from the database as it is now."""

from collections.abc import Collection, Sequence

from lyhord.contacts.actions.languages import languages_of
from lyhord.contacts.lineage import survivors
from lyhord.conversations.model import read_more
from lyhord.hearing import store
from lyhord.hearing.entities.reading import read_body
from lyhord.hearing.thinking import Means, Reading, Said, Teller
from lyhord.kit.database import ReadTx


def read(tx: ReadTx, message_ids: Collection[str], teller: Teller | None, *, again: bool = False) -> Reading:
    """Messages as they are now, and by what they are told."""
    said = tuple(read_said(tx, message_ids))
    known = languages_of(tx, {one.contact_id for one in said if one.contact_id})
    theirs = any(one.theirs for one in said)
    return Reading(
        said, known, teller.means(tx) if teller and theirs else Means(), read_body(tx) if theirs else "", again
    )


def read_said(tx: ReadTx, message_ids: Collection[str]) -> Sequence[Said]:
    """Those that say something in words, the earliest first."""
    rows = [row for row in tx.all(store.words_of, ids=sorted(message_ids)) if row[3] != "note" and row[4].strip()]
    last = survivors(tx, {row[7] for row in rows if row[7]})
    found = []
    for message_id, conversation_id, inbox_id, direction, text, stored, before, contact_id, subject in rows:
        more = read_more(stored)
        if "unsupported" not in more.flags and more.call is None:
            whose = last.get(contact_id) if contact_id else None
            said = (direction == "in", text, subject or "", more, before, whose, contact_id)
            found.append(Said(message_id, conversation_id, inbox_id, *said))
    return found
