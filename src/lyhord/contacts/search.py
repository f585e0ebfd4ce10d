"""Contacts found by any part of their name, e-mail address or phone number."""

from collections.abc import Collection, Iterable

from lyhord.contacts.lineage import survivors
from lyhord.contacts.model import Contact
from lyhord.contacts.views import contacts_by_id
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.search import NEWEST, Document, Index, parse_query
from lyhord.kit.text import segment

index = Index("contact")
MOST_SIGNS = 40
SHORTEST_PART = 3
"""Digits of a phone number from which a part of it is found."""


def index_contacts(tx: Tx, contact_ids: Collection[str]) -> None:
    """Bring the index up to date about these contacts; those that were merged are found as their survivors."""
    ends = survivors(tx, contact_ids)
    contacts = contacts_by_id(tx, ends.values())
    index.remove(tx, set(contact_ids) - contacts.keys())
    index.put(tx, [Document(one.id, one.created_at, _words(one)) for one in contacts.values()])


def find_contacts(tx: ReadTx, typed: str, *, before: int = NEWEST, most: int = 50) -> tuple[list[Contact], list[int]]:
    """Contacts that match what was typed, the newest first, and beside each the place to go on from."""
    hits = index.find(tx, parse_query(_as_number(typed)), before=before, most=most)
    contacts = contacts_by_id(tx, [hit.ref for hit in hits])
    found = [(contacts[hit.ref], hit.place) for hit in hits if hit.ref in contacts]
    return [contact for contact, _ in found], [place for _, place in found]


def best_first(contacts: Iterable[Contact], typed: str) -> list[Contact]:
    """Those whose name begins with what was typed before the others, each group by name."""
    beginning = " ".join(segment(typed))
    named = [(" ".join(segment(contact.name)), contact) for contact in contacts]
    named.sort(key=lambda pair: (not pair[0].startswith(beginning), pair[0], pair[1].id))
    return [contact for _, contact in named]


def _words(contact: Contact) -> str:
    parts = [contact.name]
    for one in contact.identities:
        parts += [one.name, one.shown, one.value]
        if one.scheme == "tel":
            digits = "".join(filter(str.isdigit, one.value))
            parts += [digits[start:] for start in range(len(digits) - SHORTEST_PART + 1)]
    return "\n".join(parts)


def _as_number(typed: str) -> str:
    """A phone number without the signs between its digits, and without the zeros that are dialled before it abroad or at home."""
    if len(typed) > MOST_SIGNS or typed.strip("+0123456789 -/.()"):
        return typed
    digits = "".join(filter(str.isdigit, typed))
    return digits.lstrip("0") or digits
