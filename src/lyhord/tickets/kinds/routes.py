"""The REST routes of kinds."""

from litestar import get

from lyhord.kit.database import Database
from lyhord.kit.http import Principal, requires
from lyhord.tickets.kinds import views
from lyhord.tickets.kinds.model import Kind


@get("/api/v1/kinds", guards=[requires("conversations.read")], summary="Kinds of tickets")
async def list_kinds(database: Database, principal: Principal) -> list[Kind]:
    """What a ticket can be, in the order in which screens offer it."""
    return await database.read(principal.workspace_id, views.list_kinds)


routes = [list_kinds]
