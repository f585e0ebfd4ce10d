"""Contacts as screens see them."""

from lyhord.contacts import store
from lyhord.contacts.lineage import members
from lyhord.contacts.model import Contact, Merge
from lyhord.contacts.reading import contacts_by_id, get_contact, with_identities
from lyhord.kit.database import ReadTx

__all__ = ["contacts_by_id", "get_contact", "list_contacts", "list_merges"]


def list_contacts(tx: ReadTx, *, after: tuple[str, str] | None = None, most: int = 50) -> list[Contact]:
    """Contacts by name, merged ones left out. `after` is the (name, id) of the last one on the page before."""
    if after is None:
        return with_identities(tx, tx.all(store.first_contacts, most=most))
    return with_identities(tx, tx.all(store.next_contacts, name=after[0], id=after[1], most=most))


def list_merges(tx: ReadTx, contact_id: str) -> list[Merge]:
    """Everybody who was merged into a contact, directly or not, the latest first."""
    merged = members(tx, contact_id)[1:]
    contacts = contacts_by_id(tx, merged)
    rows = sorted(tx.all(store.merges_of, ids=merged), key=lambda row: (-row[2], str(row[0])))
    return [Merge(contacts[row[0]], into_id=row[1], merged_at=row[2], merged_by=row[3] or "system") for row in rows]
