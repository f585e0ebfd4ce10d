"""Companies and households: made, changed, put away and taken out again."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from lyhord.contacts import organization_store as store
from lyhord.contacts.actions.attributes import check_attributes, merge_attributes
from lyhord.contacts.events import OrganizationChanged
from lyhord.contacts.model import ABOUT_LIMIT, MOST_DOMAINS, Attribute, Organization
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.kit.text import clean, clean_name, fold_email, fold_for_search

_attributes = msgspec.json.Decoder(dict[str, Attribute])


class OrganizationChange(Struct, frozen=True, kw_only=True):
    """What to change; what is left out stays. `attributes` are merged in, and a null removes one; `domains` are all of them."""

    name: str | UnsetType = UNSET
    kind: Literal["company", "household"] | UnsetType = UNSET
    about: str | UnsetType = UNSET
    attributes: Mapping[str, Attribute | None] | UnsetType = UNSET
    domains: Sequence[str] | UnsetType = UNSET
    removed: bool | UnsetType = UNSET


def organizations_by_id(tx: ReadTx, ids: Sequence[str]) -> list[Organization]:
    """Organizations by id, those that were removed too, in no order."""
    return read_organizations(tx, tx.all(store.by_ids, ids=list(ids))) if ids else []


def read_organizations(tx: ReadTx, rows: Sequence[tuple[Any, ...]]) -> list[Organization]:
    """Organizations from rows of the store, in their order."""
    domains: dict[str, list[str]] = {row[0]: [] for row in rows}
    for organization_id, domain in tx.all(store.domains_of, ids=list(domains)) if rows else ():
        domains[organization_id].append(domain)
    return [
        Organization(one, name, kind, about, _attributes.decode(values), created, changed, removed, tuple(domains[one]))
        for one, name, kind, about, values, created, changed, removed, _ in rows
    ]


def get_organization(tx: ReadTx, organization_id: str) -> Organization:
    """One that is there; raises `NotFound`."""
    for one in organizations_by_id(tx, [organization_id]):
        if one.removed_at is None:
            return one
    raise NotFound("There is no such organization.")


def find_named(tx: ReadTx, names: Collection[str]) -> dict[str, str]:
    """The ids of organizations that have these names, by the name as search compares it; of several the oldest."""
    places = sorted({fold_for_search(name) for name in names})
    rows = tx.all(store.by_places, places=places) if places else []
    return {row[1]: row[0] for row in sorted(rows, key=lambda row: str(row[0]), reverse=True)}


def create_organization(tx: Tx, change: OrganizationChange, organization_id: str | None = None) -> Organization:
    """A new one; raises `Invalid` without a name, `Taken` for a domain that another one has."""
    fresh = Organization(organization_id or tx.new_id(), "", "company", "", {}, tx.now, tx.now, None)
    tx.run_many(store.insert_organization, [{"id": fresh.id, "created_at": tx.now, **_row(fresh)}])
    return _put(tx, fresh, change if change.name is not UNSET else msgspec.structs.replace(change, name=""))


def change_organization(tx: Tx, organization_id: str, change: OrganizationChange) -> Organization:
    """Change one, put it away or take it out again: its members stay its members. Raises `NotFound`, `Invalid`, `Taken`."""
    for before in organizations_by_id(tx, [organization_id]):
        if before.removed_at is None or change.removed is False:
            return _put(tx, before, change)
    raise NotFound("There is no such organization.")


def _put(tx: Tx, before: Organization, change: OrganizationChange) -> Organization:
    new: dict[str, Any] = {}
    if change.name is not UNSET:
        new["name"] = clean_name(change.name)
        if not new["name"]:
            raise Invalid("Give the organization a name.", fields={"name": "field.missing"})
    if change.kind is not UNSET:
        new["kind"] = change.kind
    if change.about is not UNSET:
        new["about"] = clean(change.about, ABOUT_LIMIT).strip()
    if change.attributes is not UNSET:
        new["attributes"] = merge_attributes(before.attributes, change.attributes)
    if change.domains is not UNSET:
        new["domains"] = _put_domains(tx, before.id, change.domains)
    if change.removed is not UNSET:
        new["removed_at"] = tx.now if change.removed else None
    after = msgspec.structs.replace(before, **new)
    check_attributes(tx, "organization", before.attributes, after.attributes)
    if after != before:
        after = msgspec.structs.replace(after, changed_at=tx.now)
        tx.run(store.change_organization, key=before.id, **_row(after))
        tx.emit(OrganizationChanged(organization_id=before.id))
    return after


def _put_domains(tx: Tx, organization_id: str, written: Sequence[str]) -> tuple[str, ...]:
    domains = sorted({fold_email(f"a@{one.strip().removeprefix('@')}").rpartition("@")[2] for one in written})
    if len(domains) > MOST_DOMAINS or not all("." in one.strip(".") and " " not in one for one in domains):
        raise Invalid("Write domains like acme.example.", fields={"domains": "field.domain"})
    for _, owner in tx.all(store.owners_of, domains=domains):
        if owner != organization_id and organizations_by_id(tx, [owner])[0].removed_at is None:
            raise Taken(owner, fields={"domains": "field.taken"})
    tx.run(store.drop_domains, of=organization_id)
    for domain in domains:
        tx.run(store.free_domain, domain=domain)
        tx.run(store.add_domain, domain=domain, organization_id=organization_id)
    return tuple(domains)


def _row(one: Organization) -> dict[str, Any]:
    return {
        "name": one.name,
        "place": fold_for_search(one.name),
        "kind": one.kind,
        "about": one.about,
        "attributes": msgspec.json.encode(one.attributes).decode(),
        "changed_at": one.changed_at,
        "removed_at": one.removed_at,
    }
