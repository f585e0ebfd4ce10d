"""The REST routes of organizations and of the typed fields that the workspace defines."""

from typing import Annotated, Any, Literal

from litestar import delete, get, patch, post
from litestar.params import QueryParameter
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import asdict

from lyhord.contacts import organization_store as store
from lyhord.contacts.actions import attributes, organizations
from lyhord.contacts.listing import Asker, Timelines
from lyhord.contacts.model import Attribute, AttributeKind, AttributeSubject, Contact, Definition, Organization
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import Cursor, IdempotencyKey, Limit, Page, Principal, decode_cursor, once, page_of, requires
from lyhord.kit.ids import LOWEST_ID
from lyhord.kit.text import fold_for_search
from lyhord.workspaces.reach import Reach

LAST = "\U0010ffff"
_READ: dict[str, Any] = {"guards": [requires("conversations.read")], "tags": ["contacts"]}
_EDIT: dict[str, Any] = {"guards": [requires("contacts.edit")], "tags": ["contacts"]}
_DEFINE: dict[str, Any] = {"guards": [requires("workspace.manage")], "tags": ["contacts"]}
Typed = Annotated[str, QueryParameter(name="query", max_length=200, description="how a name begins; empty for all")]


class EditedOrganization(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is left out stays. A null attribute goes; `domains` are all of them."""

    name: str | UnsetType = UNSET
    kind: Literal["company", "household"] | UnsetType = UNSET
    about: str | UnsetType = UNSET
    attributes: dict[str, Attribute | None] | UnsetType = UNSET
    domains: list[str] | UnsetType = UNSET
    removed: bool | UnsetType = UNSET

    def change(self) -> organizations.OrganizationChange:
        """The same for the action."""
        return organizations.OrganizationChange(**asdict(self))


class NewAttribute(Struct, kw_only=True, forbid_unknown_fields=True):
    """A typed field to define. `choices` are those of a choice."""

    subject: AttributeSubject
    name: str
    kind: AttributeKind
    choices: tuple[str, ...] = ()


class EditedAttribute(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change about a field; its kind stays."""

    name: str | None = None
    choices: tuple[str, ...] | None = None


@get("/api/v1/organizations", **_READ)
async def list_organizations(
    database: Database, principal: Principal, typed: Typed = "", cursor: Cursor = None, limit: Limit = 50
) -> Page[Organization]:
    """Organizations by name, or those whose name begins with what was typed."""
    place, after_id = decode_cursor(cursor, tuple[str, str]) if cursor else ("", LOWEST_ID)
    begins = fold_for_search(typed.strip())

    def view(tx: ReadTx) -> Page[Organization]:
        span = {"begins": begins, "ends": begins + LAST}
        rows = tx.all(store.by_name, after_place=place, after_id=after_id, most=limit + 1, **span)
        found = page_of(rows, limit, lambda row: (row[-1], row[0]))
        return Page(organizations.read_organizations(tx, found.items), found.next)

    return await database.read(principal.workspace_id, view)


@post("/api/v1/organizations", **_EDIT)
async def create_organization(
    database: Database, principal: Principal, data: EditedOrganization, key: IdempotencyKey = None
) -> Organization:
    """Make an organization."""
    action = once(organizations.create_organization, key, Organization)
    return await database.write(principal.workspace_id, action, data.change(), actor=principal.subject)


@get("/api/v1/organizations/{organization_id:str}", **_READ)
async def get_organization(database: Database, principal: Principal, organization_id: str) -> Organization:
    """One organization."""
    return await database.read(principal.workspace_id, organizations.get_organization, organization_id)


@patch("/api/v1/organizations/{organization_id:str}", **_EDIT)
async def change_organization(
    database: Database, principal: Principal, organization_id: str, data: EditedOrganization
) -> Organization:
    """Change an organization, put it away (`removed`), or take it out again with the members that it had."""
    return await database.write(
        principal.workspace_id,
        organizations.change_organization,
        organization_id,
        data.change(),
        actor=principal.subject,
    )


@get("/api/v1/organizations/{organization_id:str}/contacts", **_READ)
async def list_members(
    database: Database,
    principal: Principal,
    timelines: Timelines,
    organization_id: str,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[Contact]:
    """The contacts of an organization by name, as far as the caller may see them."""

    def view(tx: ReadTx) -> Page[Contact]:
        organizations.get_organization(tx, organization_id)
        return Asker(tx, Reach(principal.inbox_ids), timelines).of_organization(organization_id, cursor, limit)

    return await database.read(principal.workspace_id, view)


@get("/api/v1/contacts/{contact_id:str}/proposed-organizations", **_READ)
async def list_proposed(
    database: Database, principal: Principal, timelines: Timelines, contact_id: str
) -> list[Organization]:
    """The organizations to which the domains of a contact's mail addresses point."""

    def view(tx: ReadTx) -> list[Organization]:
        contact = Asker(tx, Reach(principal.inbox_ids), timelines).one(contact_id)
        domains = {one.value.rpartition("@")[2] for one in contact.identities if one.scheme == "email"}
        owners = sorted({row[1] for row in tx.all(store.owners_of, domains=sorted(domains))} if domains else ())
        return [
            one
            for one in organizations.organizations_by_id(tx, owners)
            if one.removed_at is None and one.id != contact.organization_id
        ]

    return await database.read(principal.workspace_id, view)


@get("/api/v1/attributes", **_READ)
async def list_attributes(database: Database, principal: Principal) -> list[Definition]:
    """The typed fields of contacts, organizations and tickets. Those of tickets stand on their kinds."""
    return await database.read(principal.workspace_id, attributes.list_attributes)


@post("/api/v1/attributes", **_DEFINE)
async def define_attribute(database: Database, principal: Principal, data: NewAttribute) -> Definition:
    """Define a field. Its kind and the key of its values never change."""
    return await database.write(
        principal.workspace_id,
        attributes.define_attribute,
        data.subject,
        data.name,
        data.kind,
        data.choices,
        actor=principal.subject,
    )


@patch("/api/v1/attributes/{subject:str}", **_DEFINE)
async def change_attribute(
    database: Database, principal: Principal, subject: AttributeSubject, key: str, data: EditedAttribute
) -> Definition:
    """Call a field something else, or give it other choices."""
    return await database.write(
        principal.workspace_id,
        attributes.change_attribute,
        subject,
        key,
        data.name,
        data.choices,
        actor=principal.subject,
    )


@delete("/api/v1/attributes/{subject:str}", **_DEFINE)
async def remove_attribute(database: Database, principal: Principal, subject: AttributeSubject, key: str) -> None:
    """Forget a field. Its values stay where they stand."""
    await database.write(principal.workspace_id, attributes.remove_attribute, subject, key, actor=principal.subject)


routes: list[Any] = [
    list_organizations,
    create_organization,
    get_organization,
    change_organization,
    list_members,
    list_proposed,
    list_attributes,
    define_attribute,
    change_attribute,
    remove_attribute,
]
