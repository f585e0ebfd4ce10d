"""Groups as screens read them."""

from collections.abc import Collection, Sequence

from lyhord.contacts.lineage import survivors
from lyhord.contacts.reading import contacts_by_id
from lyhord.conversations.groups import store
from lyhord.conversations.groups.model import GroupChange, Participant
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import id_time

MOST_SHOWN = 500
"""Participants and changes that one answer names."""


def participants_of(tx: ReadTx, conversation_id: str) -> list[Participant]:
    """Who is in a group, then who was; nobody for other conversations. Of a large group the first `MOST_SHOWN`."""
    rows = tx.all(store.participants_of, id=conversation_id, most=MOST_SHOWN)
    known = _people(tx, {row[3] for row in rows if row[3]})
    return [
        Participant(scheme, value, name_of(known, contact_id, name), known.get(contact_id, ("", None))[1], left_at)
        for scheme, value, name, contact_id, left_at in rows
    ]


def count_participants(tx: ReadTx, conversation_id: str) -> int:
    """How many are in a group now, as far as we know them."""
    return int(tx.value(store.count_present, id=conversation_id) or 0)


def changes_of(tx: ReadTx, conversation_ids: Sequence[str]) -> list[GroupChange]:
    """What happened to a group, or to the timers of a timeline's chats, oldest first; of very much the latest."""
    rows = tx.all(store.changes_of, ids=list(conversation_ids), most=MOST_SHOWN)[::-1]
    known = _people(tx, {row[6] for row in rows if row[6]})
    return [
        GroupChange(
            row[0], row[1], row[2] or name_of(known, row[6], row[5]) or row[4] or "", id_time(row[0]), row[3], row[4]
        )
        for row in rows
    ]


def name_of(known: dict[str, tuple[str, str]], contact_id: str | None, name: str | None) -> str:
    """The contact's name, else the one that came with the identity."""
    return known.get(contact_id or "", ("", ""))[0] or name or ""


def _people(tx: ReadTx, contact_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """The name and id of who each contact is today."""
    ends = survivors(tx, contact_ids) if contact_ids else {}
    contacts = contacts_by_id(tx, sorted(set(ends.values()))) if ends else {}
    return {one: (contacts[end].name, end) for one, end in ends.items() if end in contacts}
