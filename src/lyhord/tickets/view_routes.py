"""The REST routes of saved views."""

from litestar import delete, get, patch, post

from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.http import Principal, requires
from lyhord.kit.problems import Forbidden
from lyhord.tickets import saved_views
from lyhord.tickets.saved_views import NewView, SavedView, ViewChange, list_saved_views
from lyhord.tickets.views import Count, count_list
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import list_team_ids

LEAD = "workspace.manage"
"""The power to change what others share."""


@get("/api/v1/saved-views", guards=[requires("conversations.read")], tags=["saved views"])
async def get_saved_views(database: Database, principal: Principal) -> list[SavedView]:
    """My own saved views, those of my teams and those for everybody, the oldest first."""
    return await database.read(principal.workspace_id, _usable, principal.agent_id)


@get("/api/v1/saved-views/counts", guards=[requires("conversations.read")], tags=["saved views"])
async def get_saved_view_counts(database: Database, principal: Principal) -> dict[str, Count]:
    """How many tickets lie in each of my saved views, by its id."""

    def view(tx: ReadTx) -> dict[str, Count]:
        reach, agent_id = Reach(principal.inbox_ids), principal.agent_id
        return {one.id: count_list(tx, reach, agent_id, one.filter) for one in _usable(tx, agent_id)}

    return await database.read(principal.workspace_id, view)


@post("/api/v1/saved-views", guards=[requires("conversations.read")], tags=["saved views"])
async def make_saved_view(database: Database, principal: Principal, data: NewView) -> SavedView:
    """Make a saved view."""
    return await database.write(
        principal.workspace_id, saved_views.create_saved_view, _agent(principal), data, actor=principal.subject
    )


@patch("/api/v1/saved-views/{view_id:str}", guards=[requires("conversations.read")], tags=["saved views"])
async def change_one_saved_view(database: Database, principal: Principal, view_id: str, data: ViewChange) -> SavedView:
    """Change my own saved view, or as an administrator one that is shared."""
    agent_id, lead = _agent(principal), principal.may(LEAD)

    def action(tx: Tx) -> SavedView:
        team_ids = list_team_ids(tx, agent_id)
        return saved_views.change_saved_view(tx, agent_id, team_ids, view_id, data, lead=lead)

    return await database.write(principal.workspace_id, action, actor=principal.subject)


@delete("/api/v1/saved-views/{view_id:str}", guards=[requires("conversations.read")], tags=["saved views"])
async def remove_one_saved_view(database: Database, principal: Principal, view_id: str) -> None:
    """Remove my own saved view, or as an administrator one that is shared."""
    agent_id, lead = _agent(principal), principal.may(LEAD)

    def action(tx: Tx) -> None:
        saved_views.remove_saved_view(tx, agent_id, list_team_ids(tx, agent_id), view_id, lead=lead)

    await database.write(principal.workspace_id, action, actor=principal.subject)


def _usable(tx: ReadTx, agent_id: str | None) -> list[SavedView]:
    return list_saved_views(tx, agent_id, list_team_ids(tx, agent_id) if agent_id else [])


def _agent(principal: Principal) -> str:
    if principal.agent_id is None:
        raise Forbidden("Only agents who signed in have saved views.")
    return principal.agent_id


routes = [get_saved_views, get_saved_view_counts, make_saved_view, change_one_saved_view, remove_one_saved_view]
