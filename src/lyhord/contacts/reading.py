"""Contacts with their identities, as actions and views read them."""

from collections.abc import Iterable
from typing import Any

import msgspec

from lyhord.contacts import store
from lyhord.contacts.lineage import members_of
from lyhord.contacts.model import Attribute, Contact, Identity
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import id_time
from lyhord.kit.problems import NotFound

_attributes = msgspec.json.Decoder(dict[str, Attribute])


def contacts_by_id(tx: ReadTx, contact_ids: Iterable[str]) -> dict[str, Contact]:
    """The contacts among `contact_ids` that exist, by id, each with its identities and those of all that were merged into it."""
    return {one.id: one for one in with_identities(tx, tx.all(store.contacts_by_ids, ids=sorted(set(contact_ids))))}


def get_contact(tx: ReadTx, contact_id: str) -> Contact:
    """One contact as `contacts_by_id` gives it; raises `NotFound`."""
    found = contacts_by_id(tx, [contact_id]).get(contact_id)
    if found is None:
        raise NotFound("There is no such contact.")
    return found


def with_identities(tx: ReadTx, rows: list[tuple[Any, ...]]) -> list[Contact]:
    """Contacts from rows of `store.contact_columns`, in their order."""
    owners: dict[str, list[str]] = {row[0]: [row[0]] for row in rows}
    for member, survivor in members_of(tx, [row[0] for row in rows if row[5] is None]).items():
        if member != survivor:
            owners.setdefault(member, []).append(survivor)
    identities: dict[str, list[Identity]] = {}
    for row in tx.all(store.identities_of, ids=sorted(owners)):
        for owner in owners[row[6]]:
            identities.setdefault(owner, []).append(Identity(*row))
    return [_contact(row, tuple(identities.get(row[0], ()))) for row in rows]


def _contact(row: tuple[Any, ...], identities: tuple[Identity, ...]) -> Contact:
    (
        contact_id,
        name,
        language,
        about,
        attributes,
        into,
        blocked_at,
        created_at,
        changed_at,
        organization_id,
        tags,
        heard,
    ) = row
    return Contact(
        id=contact_id,
        name=name,
        language=language,
        about=about,
        attributes={} if attributes == "{}" else _attributes.decode(attributes),
        merged_into=into,
        blocked_at=blocked_at,
        created_at=created_at,
        changed_at=changed_at,
        organization_id=organization_id,
        tags=tuple(tags.split()),
        identities=identities,
        language_heard_in=heard,
        language_heard_at=id_time(heard) if heard else None,
    )
