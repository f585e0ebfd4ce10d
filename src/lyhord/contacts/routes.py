"""The REST routes of contacts. What they must know about conversations they ask `timelines`, which `app` offers."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

from litestar import delete, get, patch, post
from litestar.params import QueryParameter
from litestar.response import Stream
from msgspec import UNSET, Meta, Struct, UnsetType

from lyhord.contacts import actions, export, views
from lyhord.contacts.actions import ContactChange
from lyhord.contacts.actions.attributes import list_attributes
from lyhord.contacts.actions.organizations import organizations_by_id
from lyhord.contacts.facts.actions import facts_of
from lyhord.contacts.listing import Asker, Timelines
from lyhord.contacts.model import MOST_TAGS, Attribute, Contact, Merge
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import Cursor, IdempotencyKey, Limit, Page, Principal, once, requires
from lyhord.kit.problems import NotFound
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.reach import Reach

STEP = 500
"""Contacts that one read of an export takes."""

Typed = Annotated[
    str,
    QueryParameter(name="query", max_length=400, description="part of a name, address or number; empty for all"),
]
By = Annotated[
    str,
    QueryParameter(
        max_length=700,
        description="tag:<tag>, attribute:<key>=<value>, organization:<id>, import:<id> (whom it made), or identity:<scheme>:<value> "
        "for the one contact who has exactly that address; empty for all",
    ),
]
Words = Annotated[tuple[Annotated[str, Meta(max_length=60)], ...], Meta(max_length=MOST_TAGS)]
_READ: dict[str, Any] = {"guards": [requires("conversations.read")], "tags": ["contacts"]}
_EDIT: dict[str, Any] = {"guards": [requires("contacts.edit")], "tags": ["contacts"]}


class NewIdentity(Struct, frozen=True, forbid_unknown_fields=True):
    """An address to give to a contact, or one that it has."""

    scheme: str
    value: str
    name: str = ""

    @property
    def verified(self) -> bool:
        """Typed by hand: the channel says nothing."""
        return False


class BlockedIdentity(NewIdentity, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address that a contact has, to be blocked or not."""

    blocked: bool


class Edited(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is left out stays. A null attribute goes."""

    name: str | UnsetType = UNSET
    language: str | UnsetType | None = UNSET
    about: str | UnsetType = UNSET
    attributes: dict[str, Attribute | None] | UnsetType = UNSET
    blocked: bool | UnsetType = UNSET
    organization_id: str | UnsetType | None = UNSET
    add_tags: Words = ()
    remove_tags: Words = ()

    def change(self) -> ContactChange:
        """The same for the action."""
        return ContactChange(
            name=self.name,
            language=self.language,
            about=self.about,
            attributes=self.attributes,
            blocked=self.blocked,
            organization_id=self.organization_id,
            add_tags=self.add_tags,
            remove_tags=self.remove_tags,
        )


class NewContact(Edited, kw_only=True, forbid_unknown_fields=True):
    """A contact to make by hand; without a name it is called by its address."""

    identity: NewIdentity | None = None


class Tagging(Struct, kw_only=True, forbid_unknown_fields=True):
    """Tags to put on contacts, and tags to take off."""

    ids: Annotated[tuple[Annotated[str, Meta(min_length=36, max_length=36)], ...], Meta(max_length=200)]
    add: Words = ()
    remove: Words = ()


class Tagged(Struct):
    """The contacts that weren't so already."""

    changed: list[str]


class Survivor(Struct, forbid_unknown_fields=True):
    """With whom to be one."""

    into: str


class Whose(Struct):
    """The contact's one conversation, if anything was said yet."""

    conversation_id: str | None


@get("/api/v1/contacts", **_READ)
async def list_contacts(
    database: Database,
    principal: Principal,
    timelines: Timelines,
    typed: Typed = "",
    by: By = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[Contact]:
    """Contacts by name, those whom `by` chooses, or those that match what was typed, the newest first. Merged ones stand as one."""

    def view(tx: ReadTx) -> Page[Contact]:
        asker = Asker(tx, Reach(principal.inbox_ids), timelines)
        return asker.matching(typed, cursor, limit) if typed.strip() else asker.chosen(by, cursor, limit)

    return await database.read(principal.workspace_id, view)


@get("/api/v1/contacts/blocked", **_READ)
async def list_blocked(
    database: Database, principal: Principal, timelines: Timelines, cursor: Cursor = None, limit: Limit = 50
) -> Page[Contact]:
    """Contacts who are blocked, or of whom an address is, in the order in which they were."""

    def view(tx: ReadTx) -> Page[Contact]:
        return Asker(tx, Reach(principal.inbox_ids), timelines).blocked(cursor, limit)

    return await database.read(principal.workspace_id, view)


@get("/api/v1/contacts/export", guards=[requires("contacts.export")], tags=["contacts"])
async def export_contacts(database: Database, principal: Principal, timelines: Timelines, by: By = "") -> Stream:
    """All contacts that the caller may see, or those whom `by` chooses, as CSV. The audit says who took it."""
    fields = await database.read(principal.workspace_id, list_attributes)
    definitions = [one for one in fields if one.subject == "contact"]

    def view(tx: ReadTx, cursor: str | None) -> tuple[Page[Contact], dict[str, str], dict[str, list[str]]]:
        page = Asker(tx, Reach(principal.inbox_ids), timelines).chosen(by, cursor, STEP)
        ids = sorted({one.organization_id for one in page.items if one.organization_id})
        facts = facts_of(tx, [one.id for one in page.items])
        return page, {one.id: one.name for one in organizations_by_id(tx, ids)}, facts

    async def content() -> AsyncIterator[str]:
        yield export.header(definitions)
        page, names, facts = first
        while True:
            yield export.lines(page.items, definitions, names, facts)
            if page.next is None:
                return
            page, names, facts = await database.read(principal.workspace_id, view, page.next)

    first = await database.read(principal.workspace_id, view, None)
    chosen = "identity" if by.startswith("identity:") else by  # the audit outlives who is erased
    await database.write(
        principal.workspace_id,
        lambda tx: record(tx, "contacts.exported", "contacts", by=chosen),
        actor=principal.subject,
    )
    headers = {"content-disposition": 'attachment; filename="contacts.csv"'}
    return Stream(content(), media_type="text/csv", headers=headers)


@post("/api/v1/contacts/tags", status_code=200, **_EDIT)
async def tag_contacts(database: Database, principal: Principal, timelines: Timelines, data: Tagging) -> Tagged:
    """Put tags on several contacts and take others off. To undo it, ask for the opposite for those that were changed."""

    def look(tx: ReadTx) -> None:
        if len(timelines.visible(tx, Reach(principal.inbox_ids), data.ids)) < len(set(data.ids)):
            raise NotFound("There is no such contact.")

    await database.read(principal.workspace_id, look)
    return Tagged(
        await database.write(
            principal.workspace_id,
            actions.tag_contacts,
            data.ids,
            data.add,
            data.remove,
            actor=principal.subject,
            bulk=True,
        )
    )


@post("/api/v1/contacts", **_EDIT)
async def create_contact(
    database: Database, principal: Principal, data: NewContact, key: IdempotencyKey = None
) -> Contact:
    """Make a contact by hand. Asked again with the same `Idempotency-Key` it is made once."""
    action = once(actions.create_contact, key, Contact)
    return await database.write(principal.workspace_id, action, data.change(), data.identity, actor=principal.subject)


@get("/api/v1/contacts/{contact_id:str}", **_READ)
async def get_contact(database: Database, principal: Principal, timelines: Timelines, contact_id: str) -> Contact:
    """One contact with its identities. One that was merged says into whom."""
    return await _seen(database, principal, timelines, contact_id)


@patch("/api/v1/contacts/{contact_id:str}", **_EDIT)
async def change_contact(
    database: Database, principal: Principal, timelines: Timelines, contact_id: str, data: Edited
) -> Contact:
    """Change what is known about a contact, or block them."""
    return await _edit(database, principal, timelines, contact_id, actions.change_contact, data.change())


@get("/api/v1/contacts/{contact_id:str}/conversation", **_READ)
async def get_conversation_of_contact(
    database: Database, principal: Principal, timelines: Timelines, contact_id: str
) -> Whose:
    """The contact's one conversation."""
    return Whose((await _seen(database, principal, timelines, contact_id)).conversation_id)


@post("/api/v1/contacts/{contact_id:str}/merge", status_code=200, **_EDIT)
async def merge_contact(
    database: Database, principal: Principal, timelines: Timelines, contact_id: str, data: Survivor
) -> Contact:
    """Make a contact one with another, who stays. It can be undone."""
    await _seen(database, principal, timelines, data.into)
    return await _edit(database, principal, timelines, contact_id, actions.merge_contacts, data.into)


@post("/api/v1/contacts/{contact_id:str}/separate", status_code=200, **_EDIT)
async def separate_contact(database: Database, principal: Principal, timelines: Timelines, contact_id: str) -> Contact:
    """Undo a merge: everything said through the contact's own identities is theirs again."""
    return await _edit(database, principal, timelines, contact_id, actions.separate_contact)


@get("/api/v1/contacts/{contact_id:str}/merges", **_READ)
async def list_merges(database: Database, principal: Principal, timelines: Timelines, contact_id: str) -> list[Merge]:
    """Everybody who was merged into a contact, the latest first. Each can be separated again."""
    await _seen(database, principal, timelines, contact_id)
    return await database.read(principal.workspace_id, views.list_merges, contact_id)


@post("/api/v1/contacts/{contact_id:str}/split", status_code=200, **_EDIT)
async def split_identity(
    database: Database, principal: Principal, timelines: Timelines, contact_id: str, data: NewIdentity
) -> Contact:
    """Make an address a contact of its own, with everything that was said through it; that contact."""
    return await _edit(database, principal, timelines, contact_id, actions.split_identity, data)


@post("/api/v1/contacts/{contact_id:str}/identities", **_EDIT)
async def add_identity(
    database: Database, principal: Principal, timelines: Timelines, contact_id: str, data: NewIdentity
) -> Contact:
    """Give a contact an address that nobody has."""
    return await _edit(database, principal, timelines, contact_id, actions.add_identity, data)


@patch("/api/v1/contacts/{contact_id:str}/identities", **_EDIT)
async def block_identity(
    database: Database, principal: Principal, timelines: Timelines, contact_id: str, data: BlockedIdentity
) -> Contact:
    """Let what comes from one address of a contact open no ticket, or again."""
    return await _edit(database, principal, timelines, contact_id, actions.block_identity, data, data.blocked)


@delete("/api/v1/contacts/{contact_id:str}/identities", status_code=200, **_EDIT)
async def remove_identity(
    database: Database, principal: Principal, timelines: Timelines, contact_id: str, scheme: str, value: str
) -> Contact:
    """Take an address away from a contact; what was said through it stays."""
    address = NewIdentity(scheme, value)
    return await _edit(database, principal, timelines, contact_id, actions.remove_identity, address)


async def _seen(database: Database, principal: Principal, timelines: Timelines, contact_id: str) -> Contact:
    def view(tx: ReadTx) -> Contact:
        return Asker(tx, Reach(principal.inbox_ids), timelines).one(contact_id)

    return await database.read(principal.workspace_id, view)


async def _edit(
    database: Database,
    principal: Principal,
    timelines: Timelines,
    contact_id: str,
    action: Callable[..., Contact],
    *args: Any,
) -> Contact:
    """Run an action on a contact that the caller may see; the contact that it returns, with its conversation."""
    await _seen(database, principal, timelines, contact_id)
    contact = await database.write(principal.workspace_id, action, contact_id, *args, actor=principal.subject)
    return await _seen(database, principal, timelines, contact.id)


routes: list[Any] = [
    list_contacts,
    export_contacts,
    list_blocked,
    tag_contacts,
    create_contact,
    get_contact,
    change_contact,
    get_conversation_of_contact,
    merge_contact,
    separate_contact,
    list_merges,
    split_identity,
    add_identity,
    block_identity,
    remove_identity,
]
