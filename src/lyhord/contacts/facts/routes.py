"""The REST routes of facts. Who may see a contact sees what is noted about them."""

from typing import Any

from litestar import get, patch, post
from msgspec import UNSET, Struct, UnsetType

from lyhord.contacts.facts import actions
from lyhord.contacts.facts.actions import FactChange
from lyhord.contacts.facts.model import Fact
from lyhord.contacts.listing import Asker, Timelines
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import IdempotencyKey, Principal, once, requires
from lyhord.workspaces.reach import Reach

_READ: dict[str, Any] = {"guards": [requires("conversations.read")]}
_EDIT: dict[str, Any] = {"guards": [requires("contacts.edit")]}


class NewFact(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to note. `quote` are the contact's own words."""

    text: str
    quote: str = ""


class EditedFact(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is left out stays."""

    text: str | UnsetType = UNSET
    quote: str | UnsetType = UNSET
    removed: bool | UnsetType = UNSET


@get("/api/v1/contacts/{contact_id:str}/facts", **_READ)
async def list_facts(database: Database, principal: Principal, timelines: Timelines, contact_id: str) -> list[Fact]:
    """What is noted about a contact, the latest first."""

    def view(tx: ReadTx) -> list[Fact]:
        Asker(tx, Reach(principal.inbox_ids), timelines).one(contact_id)
        return actions.list_facts(tx, contact_id)

    return await database.read(principal.workspace_id, view)


@post("/api/v1/contacts/{contact_id:str}/facts", **_EDIT)
async def note_fact(
    database: Database,
    principal: Principal,
    timelines: Timelines,
    contact_id: str,
    data: NewFact,
    key: IdempotencyKey = None,
) -> Fact:
    """Note something that is good to know about a contact."""
    await _look(database, principal, timelines, contact_id)
    action = once(actions.note_fact, key, Fact)
    return await database.write(
        principal.workspace_id, action, contact_id, data.text, data.quote, actor=principal.subject
    )


@patch("/api/v1/facts/{fact_id:str}", **_EDIT)
async def change_fact(
    database: Database, principal: Principal, timelines: Timelines, fact_id: str, data: EditedFact
) -> Fact:
    """Correct a fact, take it away (`removed`), or put it back."""
    fact = await database.read(principal.workspace_id, actions.get_fact, fact_id)
    await _look(database, principal, timelines, fact.contact_id)
    change = FactChange(text=data.text, quote=data.quote, removed=data.removed)
    return await database.write(principal.workspace_id, actions.change_fact, fact_id, change, actor=principal.subject)


async def _look(database: Database, principal: Principal, timelines: Timelines, contact_id: str) -> None:
    await database.read(
        principal.workspace_id, lambda tx: Asker(tx, Reach(principal.inbox_ids), timelines).one(contact_id)
    )


routes: list[Any] = [list_facts, note_fact, change_fact]
