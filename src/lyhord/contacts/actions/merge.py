"""Two contacts turn out to be one person, or one turns out to be two. Nothing moves: one row says who became whom."""

from lyhord.contacts import store
from lyhord.contacts.events import ContactMerged, ContactSeparated
from lyhord.contacts.lineage import survivors
from lyhord.contacts.model import Contact
from lyhord.contacts.reading import get_contact
from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid, NotFound, Taken


def merge_contacts(tx: Tx, contact_id: str, into_id: str) -> Contact:
    """Make `contact_id`, and whoever was merged into it, one with `into_id`; the surviving contact.

    Both may have been merged before: then their survivors are merged. Raises `NotFound`, and `Invalid` where they are one already.
    """
    ends = survivors(tx, [contact_id, into_id])
    if len({contact_id, into_id} & ends.keys()) < len({contact_id, into_id}):
        raise NotFound("There is no such contact.")
    one, into = ends[contact_id], ends[into_id]
    if one == into:
        raise Invalid("They are one contact already.", fields={"into": "field.invalid"})
    tx.run(store.set_merged, key=one, merged_into=into, merged_at=tx.now, changed_at=tx.now)
    tx.emit(ContactMerged(contact_id=one, into_id=into))
    return get_contact(tx, into)


def separate_contact(tx: Tx, contact_id: str) -> Contact:
    """Undo the merge of `contact_id`: it is itself again, with whoever was merged into it before.

    Each identity still names the contact that it was made for, so everything said through it, after the merge too, is found
    with that contact. Raises `NotFound`, and `Taken` where it isn't merged.
    """
    contact = get_contact(tx, contact_id)
    if contact.merged_into is None:
        raise Taken("The contact isn't merged.")
    survivor = survivors(tx, [contact_id])[contact_id]
    tx.run(store.set_merged, key=contact_id, merged_into=None, merged_at=None, changed_at=tx.now)
    tx.emit(ContactSeparated(contact_id=contact_id, from_id=survivor))
    return get_contact(tx, contact_id)
