"""The REST routes of kinds."""

from litestar import get, patch, post

from lyhord.kit.database import Database
from lyhord.kit.http import IdempotencyKey, Principal, once, requires
from lyhord.tickets.kinds import actions, reading
from lyhord.tickets.kinds.model import Kind, KindChange, NewKind


@get("/api/v1/kinds", guards=[requires("conversations.read")], summary="Kinds of tickets")
async def list_kinds(database: Database, principal: Principal) -> list[Kind]:
    """What a ticket can be, in the order in which screens offer it; at the end those that were removed, which some tickets may be.

    A ticket stands on the `stage` that was chosen last, where that is one of its status, else on the first stage of its status. Where
    its kind has none of that status, it stays on the one chosen last.
    """
    return await database.read(principal.workspace_id, reading.list_kinds)


@post("/api/v1/kinds", guards=[requires("workspace.manage")], summary="Add a kind of ticket")
async def add_kind(data: NewKind, database: Database, principal: Principal, key: IdempotencyKey = None) -> Kind:
    """Its attributes are among those that are defined for tickets."""
    action = once(actions.create_kind, key, Kind)
    return await database.write(principal.workspace_id, action, data, actor=principal.subject)


@patch("/api/v1/kinds/{kind_id:str}", guards=[requires("workspace.manage")], summary="Change a kind of ticket")
async def change_kind(kind_id: str, data: KindChange, database: Database, principal: Principal) -> Kind:
    """Or remove it (`removed`): tickets that are of it stay so, and it can come back."""
    return await database.write(principal.workspace_id, actions.change_kind, kind_id, data, actor=principal.subject)


routes = [list_kinds, add_kind, change_kind]
