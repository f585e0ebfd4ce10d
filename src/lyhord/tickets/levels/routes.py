"""The REST routes of service levels and of the clocks of a ticket."""

from typing import Annotated

from litestar import delete, get, post, put
from msgspec import Meta, Struct

from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import IdempotencyKey, Principal, once, requires
from lyhord.tickets.levels import actions, views
from lyhord.tickets.levels.book import list_levels as all_levels
from lyhord.tickets.levels.model import Level, LevelWords
from lyhord.tickets.levels.views import ClockShown
from lyhord.tickets.views import get_row
from lyhord.workspaces.reach import Reach

MANAGE = "workspace.manage"


class Order(Struct, forbid_unknown_fields=True):
    """All levels in the order in which they are tried."""

    level_ids: Annotated[list[Annotated[str, Meta(max_length=36)]], Meta(min_length=1, max_length=50)]


@get("/api/v1/levels", guards=[requires("conversations.read")], summary="Service levels")
async def list_levels(database: Database, principal: Principal) -> list[Level]:
    """In the order in which they are tried. The last is the workspace's one promise, if it makes one: it can't be changed here."""
    return await database.read(principal.workspace_id, all_levels)


@post("/api/v1/levels", guards=[requires(MANAGE)], summary="Make a service level")
async def make_level(data: LevelWords, database: Database, principal: Principal, key: IdempotencyKey = None) -> Level:
    """Behind the others. Tickets that it fits have it a moment later."""
    create = once(actions.create_level, key, str)
    level_id = await database.write(principal.workspace_id, create, data, actor=principal.subject)
    return await database.read(principal.workspace_id, views.get_level, level_id)


@put("/api/v1/levels/{level_id:str}", guards=[requires(MANAGE)], summary="Change a service level")
async def change_level(level_id: str, data: LevelWords, database: Database, principal: Principal) -> Level:
    """Replaces the whole of it; clocks that run are reckoned anew."""
    await database.write(principal.workspace_id, actions.change_level, level_id, data, actor=principal.subject)
    return await database.read(principal.workspace_id, views.get_level, level_id)


@delete("/api/v1/levels/{level_id:str}", guards=[requires(MANAGE)], summary="Remove a service level")
async def remove_level(level_id: str, database: Database, principal: Principal) -> None:
    """Its tickets have the next level that fits."""
    await database.write(principal.workspace_id, actions.remove_level, level_id, actor=principal.subject)


@put("/api/v1/level-order", guards=[requires(MANAGE)], summary="Put service levels in order")
async def order_levels(data: Order, database: Database, principal: Principal) -> list[Level]:
    """The first that fits a ticket is the ticket's."""
    await database.write(principal.workspace_id, actions.order_levels, data.level_ids, actor=principal.subject)
    return await database.read(principal.workspace_id, all_levels)


@get("/api/v1/tickets/{ticket_id:str}/clocks", guards=[requires("conversations.read")], summary="Clocks of a ticket")
async def list_clocks(ticket_id: str, database: Database, principal: Principal) -> list[ClockShown]:
    """What is owed and what was, in the order in which it began."""

    def view(tx: ReadTx) -> list[ClockShown]:
        get_row(tx, Reach(principal.inbox_ids), principal.agent_id, ticket_id)
        return views.clocks_of(tx, [ticket_id])

    return await database.read(principal.workspace_id, view)


routes = [list_levels, make_level, change_level, remove_level, order_levels, list_clocks]
