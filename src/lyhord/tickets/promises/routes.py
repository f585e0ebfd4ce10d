"""The REST route of what is promised now."""

from litestar import get

from lyhord.kit.database import Database
from lyhord.kit.http import Principal, requires
from lyhord.tickets.promises.views import Current, list_current
from lyhord.workspaces.reach import Reach


@get("/api/v1/reply-promises", guards=[requires("conversations.read")], summary="What customers are promised now")
async def list_promises(database: Database, principal: Principal) -> list[Current]:
    """By inbox, as far as the caller reaches: by when who writes now has an answer, and on what that stands."""
    return await database.read(principal.workspace_id, list_current, Reach(principal.inbox_ids))


routes = [list_promises]
