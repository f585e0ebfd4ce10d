"""Two contacts turn out to be one person, or one turns out to be two. No row moves: one row says who became whom."""

import msgspec

from lyhord.contacts import store
from lyhord.contacts.actions.edit import put_contact
from lyhord.contacts.actions.find import contact_row
from lyhord.contacts.events import ContactCreated, ContactMerged, ContactSeparated
from lyhord.contacts.facts.heard import forget_withdrawn
from lyhord.contacts.lineage import survivors
from lyhord.contacts.model import Address, Contact, Identity, Lent, key_of
from lyhord.contacts.reading import get_contact
from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.kit.text import clean_name

_lent = msgspec.json.Decoder(Lent)
_NOTHING = Lent()


def merge_contacts(tx: Tx, contact_id: str, into_id: str) -> Contact:
    """Make `contact_id`, and whoever was merged into it, one with `into_id`; the surviving contact.

    The survivor keeps what is known about it, and gets what it lacks; what is kept only with a consent that either has withdrawn since is
    taken away. Both may have been merged before: then their survivors are
    merged. Raises `NotFound`, and `Invalid` where they are one already.
    """
    ends = survivors(tx, [contact_id, into_id])
    if len({contact_id, into_id} & ends.keys()) < len({contact_id, into_id}):
        raise NotFound("There is no such contact.")
    one, into = ends[contact_id], ends[into_id]
    if one == into:
        raise Invalid("They are one contact already.", key="problem.one_already", fields={"into": "field.invalid"})
    survivor = get_contact(tx, into)
    lent = Lent.between(get_contact(tx, one), survivor)
    tx.run(
        store.set_merged,
        key=one,
        merged_into=into,
        merged_at=tx.now,
        merged_by=tx.actor,
        lent=msgspec.json.encode(lent).decode(),
        changed_at=tx.now,
    )
    if lent != _NOTHING:
        put_contact(tx, lent.given(survivor))
    forget_withdrawn(tx, into)
    tx.emit(ContactMerged(contact_id=one, into_id=into))
    return get_contact(tx, into)


def separate_contact(tx: Tx, contact_id: str) -> Contact:
    """Undo the merge of `contact_id`: it is itself again, with whoever was merged into it before.

    Each identity still names the contact that it was made for, so everything said through it, after the merge too, is found
    with that contact. Raises `NotFound`, and `Taken` where it isn't merged.
    """
    contact = get_contact(tx, contact_id)
    if contact.merged_into is None:
        raise Taken("The contact isn't merged.", key="problem.not_merged")
    survivor = survivors(tx, [contact_id])[contact_id]
    _take_back(tx, contact)
    tx.run(
        store.set_merged,
        key=contact_id,
        merged_into=None,
        merged_at=None,
        merged_by=None,
        lent=None,
        changed_at=tx.now,
    )
    tx.emit(ContactSeparated(contact_id=contact_id, from_id=survivor))
    return get_contact(tx, contact_id)


def split_identity(tx: Tx, contact_id: str, address: Address) -> Contact:
    """Make an address of a contact a contact of its own, with everything that was said through it; that contact.

    Where the address is all that a merged contact had, that contact is separated. Raises `NotFound` where the contact hasn't the
    address, `Invalid` where it has no other.
    """
    survivor = survivors(tx, [contact_id]).get(contact_id, contact_id)
    contact = get_contact(tx, survivor)
    own = next((one for one in contact.identities if (one.scheme, one.value) == key_of(address)), None)
    if own is None:
        raise NotFound("The contact has no such address.")
    others = [one for one in contact.identities if one is not own]
    if not others:
        raise Invalid("It is the contact's only address.", key="problem.only_address")
    owner = own.contact_id
    whole = all(one.contact_id != owner for one in others) and not tx.all(store.merged_into, ids=[owner])
    if owner != survivor and whole:
        return separate_contact(tx, owner)
    return _begin(tx, own, survivor)


def _begin(tx: Tx, own: Identity, from_id: str) -> Contact:
    fresh = contact_row(tx.new_id(), clean_name(own.name or own.shown), tx.now)
    tx.run_many(store.insert_contact, [fresh])
    tx.run(store.move_identity, key=own.scheme, folded=own.value, contact_id=fresh["id"])
    tx.emit(ContactCreated(contact_id=fresh["id"]))
    tx.emit(ContactSeparated(contact_id=fresh["id"], from_id=from_id))
    return get_contact(tx, fresh["id"])


def _take_back(tx: Tx, contact: Contact) -> None:
    """Take what a contact lent from all who have it from the contact, as far as nobody has changed it since."""
    into_id, lent = contact.merged_into, _lent_by(tx, contact.id)
    while into_id is not None:
        into = get_contact(tx, into_id)
        lent = lent.still_with(into)
        if lent == _NOTHING:
            return
        put_contact(tx, lent.taken_from(into))
        passed_on = _lent_by(tx, into_id)
        lent = Lent(
            language=lent.language if passed_on.language == lent.language else None,
            language_heard_in=lent.language_heard_in if passed_on.language == lent.language else None,
            about=lent.about if passed_on.about == lent.about else "",
            organization_id=lent.organization_id if passed_on.organization_id == lent.organization_id else None,
            attributes={key: value for key, value in lent.attributes.items() if key in passed_on.attributes},
            tags=tuple(tag for tag in lent.tags if tag in passed_on.tags),
        )
        into_id = into.merged_into


def _lent_by(tx: Tx, contact_id: str) -> Lent:
    stored = tx.value(store.lent_of, id=contact_id)
    return _lent.decode(stored) if stored else _NOTHING
