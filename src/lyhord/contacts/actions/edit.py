"""What agents change about a contact."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from lyhord.contacts import store
from lyhord.contacts.actions.attributes import check_attributes, merge_attributes
from lyhord.contacts.actions.find import contact_row, identity_row
from lyhord.contacts.actions.organizations import get_organization
from lyhord.contacts.events import ContactChanged, ContactCreated, ContactUnblocked
from lyhord.contacts.model import (
    ABOUT_LIMIT,
    MOST_IDENTITIES,
    Address,
    Attribute,
    Contact,
    Identity,
    Verification,
    key_of,
    retag,
    stronger,
    traits_of,
    write_tags,
)
from lyhord.contacts.reading import get_contact
from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.kit.text import VALUE_LIMIT, clean, clean_name


class ContactChange(Struct, frozen=True, kw_only=True):
    """What to change; what is left out stays. `attributes` are merged in, and a null removes one."""

    name: str | UnsetType = UNSET
    language: str | UnsetType | None = UNSET
    about: str | UnsetType = UNSET
    attributes: Mapping[str, Attribute | None] | UnsetType = UNSET
    blocked: bool | UnsetType = UNSET
    organization_id: str | UnsetType | None = UNSET
    add_tags: Sequence[str] = ()
    remove_tags: Sequence[str] = ()


def create_contact(tx: Tx, change: ContactChange, address: Address | None = None) -> Contact:
    """A contact made by hand, with an address or without; raises `Taken` when somebody has the address, `Invalid` without any name."""
    contact_id = tx.new_id()
    name = change.name or (address.value if address else "")
    tx.run_many(store.insert_contact, [contact_row(contact_id, _name(name or ""), tx.now)])
    tx.emit(ContactCreated(contact_id=contact_id))
    if address is not None:
        _insert_identity(tx, contact_id, address)
    _write(tx, get_contact(tx, contact_id), msgspec.structs.replace(change, name=UNSET))
    return get_contact(tx, contact_id)


def change_contact(tx: Tx, contact_id: str, change: ContactChange) -> Contact:
    """Change a contact and say so, if anything is different; raises `NotFound` and `Invalid`."""
    before = get_contact(tx, contact_id)
    if _write(tx, before, change):
        tx.emit(ContactChanged(contact_id=contact_id))
    if change.blocked is False and before.blocked_at is not None:
        tx.emit(ContactUnblocked(contact_id=contact_id))
    return get_contact(tx, contact_id)


def block_identity(tx: Tx, contact_id: str, address: Address, blocked: bool) -> Contact:
    """Let what comes from one address of a contact open no ticket, or again. Raises `NotFound`."""
    contact = get_contact(tx, contact_id)
    own = _identity_of(contact, address)
    if blocked != (own.blocked_at is not None):
        tx.run(store.block_identity, key=own.scheme, folded=own.value, blocked_at=tx.now if blocked else None)
        tx.run(store.set_barred, key=own.contact_id)
        tx.emit(ContactChanged(contact_id=contact_id))
        if not blocked:
            tx.emit(ContactUnblocked(contact_id=contact_id))
    return get_contact(tx, contact_id)


def add_identity(tx: Tx, contact_id: str, address: Address) -> Contact:
    """Give a contact an address that nobody has; one of us vouches for it. Raises `Taken` with the owner's id as detail."""
    contact = get_contact(tx, contact_id)
    if len(contact.identities) >= MOST_IDENTITIES:
        raise Invalid("A contact can't have more addresses.", fields={"value": "field.invalid"})
    _insert_identity(tx, contact_id, address)
    tx.emit(ContactChanged(contact_id=contact_id))
    return get_contact(tx, contact_id)


def remove_identity(tx: Tx, contact_id: str, address: Address) -> Contact:
    """Take an address away from a contact; what was said through it stays. Raises `NotFound`."""
    own = _identity_of(get_contact(tx, contact_id), address)
    tx.run(store.delete_identity, scheme=own.scheme, value=own.value, contact_id=own.contact_id)
    tx.run(store.set_barred, key=own.contact_id)
    tx.emit(ContactChanged(contact_id=contact_id))
    return get_contact(tx, contact_id)


def verify_identity(tx: Tx, scheme: str, value: str, verification: Verification) -> None:
    """Raise the verification of an identity; a weaker word than the one that it has changes nothing. `value` is folded.

    Raises `NotFound`.
    """
    row = tx.one(store.identity_by_key, scheme=scheme, value=value)
    if row is None:
        raise NotFound("Nobody has this address.")
    better = stronger(verification, row[4])
    if better != row[4]:
        tx.run(store.verify_identity, key=scheme, folded=value, verification=better, verified_at=tx.now)
        tx.emit(ContactChanged(contact_id=row[6]))


def _identity_of(contact: Contact, address: Address) -> Identity:
    for one in contact.identities:
        if (one.scheme, one.value) == key_of(address):
            return one
    raise NotFound("The contact has no such address.")


def _insert_identity(tx: Tx, contact_id: str, address: Address) -> None:
    key = key_of(address)
    if not key[1] or not address.scheme or len(address.value) > VALUE_LIMIT:
        raise Invalid("This isn't an address.", fields={"value": "field.invalid"})
    if address.scheme == "email" and ("@" not in key[1][1:-1] or " " in key[1]):
        raise Invalid("This isn't an e-mail address.", fields={"value": "field.email"})
    taken = tx.one(store.identity_by_key, scheme=key[0], value=key[1])
    if taken is not None:
        raise Taken(taken[6], fields={"value": "field.taken"})
    row = identity_row(contact_id, address, key, tx.now)
    tx.run_many(store.insert_identity, [{**row, "verification": "confirmed", "verified_at": tx.now}])


def _write(tx: Tx, before: Contact, change: ContactChange) -> bool:
    """Write what differs; whether anything did."""
    after = _changed(before, change, tx.now)
    if after == before:
        return False
    if after.organization_id not in (None, before.organization_id):
        get_organization(tx, after.organization_id)
    check_attributes(tx, "contact", before.attributes, after.attributes)
    put_contact(tx, after)
    if after.blocked_at != before.blocked_at:
        tx.run(store.set_barred, key=after.id)
    return True


def put_contact(tx: Tx, after: Contact) -> None:
    """Write what may change about a contact as it stands in `after`."""
    tx.run(
        store.change_contact,
        key=after.id,
        name=after.name,
        language=after.language,
        language_heard_in=after.language_heard_in,
        about=after.about,
        attributes=msgspec.json.encode(after.attributes).decode(),
        blocked_at=after.blocked_at,
        organization_id=after.organization_id,
        tags=write_tags(after.tags),
        changed_at=tx.now,
    )
    tx.run(store.drop_traits, contact_id=after.id)
    put_traits(tx, [after])


def put_traits(tx: Tx, contacts: Sequence[Contact]) -> None:
    """Let contacts be found by their tags and attributes, and have the tags known as words that are in use."""
    traits = [(kind, value, one.id) for one in contacts for kind, value in traits_of(one)]
    rows = [{"kind": kind, "value": value, "contact_id": one} for kind, value, one in dict.fromkeys(traits)]
    tx.run_many(store.put_trait, rows)
    tx.run_many(store.know_tag, [{"name": tag} for tag in sorted({tag for one in contacts for tag in one.tags})])


def tag_contacts(tx: Tx, contact_ids: Sequence[str], add: Sequence[str], remove: Sequence[str]) -> list[str]:
    """Put tags on several contacts and take others off; those that weren't so already. Raises `NotFound`, `Invalid`."""
    change = ContactChange(add_tags=add, remove_tags=remove)
    changed = [one for one in dict.fromkeys(contact_ids) if _write(tx, get_contact(tx, one), change)]
    for contact_id in changed:
        tx.emit(ContactChanged(contact_id=contact_id))
    return changed


def _changed(before: Contact, change: ContactChange, now: int) -> Contact:
    new: dict[str, Any] = {}
    if change.name is not UNSET:
        new["name"] = _name(change.name)
    if change.language is not UNSET:
        new |= {"language": _language(change.language), "language_heard_in": None, "language_heard_at": None}
    if change.about is not UNSET:
        new["about"] = clean(change.about, ABOUT_LIMIT).strip()
    if change.attributes is not UNSET:
        new["attributes"] = merge_attributes(before.attributes, change.attributes)
    if change.add_tags or change.remove_tags:
        new["tags"] = retag(before.tags, change.add_tags, change.remove_tags)
    if change.organization_id is not UNSET:
        new["organization_id"] = change.organization_id
    if change.blocked is not UNSET and change.blocked != (before.blocked_at is not None):
        new["blocked_at"] = now if change.blocked else None
    return msgspec.structs.replace(before, **new)


def _name(name: str) -> str:
    name = clean_name(name)
    if not name:
        raise Invalid("Give the contact a name.", fields={"name": "field.missing"})
    return name


def _language(language: str | None) -> str | None:
    """A language tag such as sv or zh-CN."""
    if not language:
        return None
    if len(language) > 16 or not language.isascii() or not language.replace("-", "").isalnum():
        raise Invalid("This isn't a language tag.", fields={"language": "field.invalid"})
    return language
