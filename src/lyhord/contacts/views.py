"""Contacts as screens see them."""

from lyhord.contacts import store
from lyhord.contacts.model import Contact
from lyhord.contacts.reading import contacts_by_id, get_contact, with_identities
from lyhord.kit.database import ReadTx

__all__ = ["contacts_by_id", "get_contact", "list_contacts"]


def list_contacts(tx: ReadTx, *, after: tuple[str, str] | None = None, most: int = 50) -> list[Contact]:
    """Contacts by name, merged ones left out. `after` is the (name, id) of the last one on the page before."""
    if after is None:
        return with_identities(tx, tx.all(store.first_contacts, most=most))
    return with_identities(tx, tx.all(store.next_contacts, name=after[0], id=after[1], most=most))
