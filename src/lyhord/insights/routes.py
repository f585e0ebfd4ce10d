"""What the director's page asks for."""

from typing import Annotated, Any

from litestar import get
from litestar.params import QueryParameter

from lyhord.insights.model import Numbers
from lyhord.insights.shifts import DayAhead, show_day_ahead
from lyhord.insights.views import show_numbers
from lyhord.kit.database import Database
from lyhord.kit.http import Principal, requires
from lyhord.kit.ids import is_id
from lyhord.kit.problems import NotFound
from lyhord.workspaces.reach import Reach

TeamId = Annotated[str | None, QueryParameter(max_length=36, description="only what this team answered for")]
Channel = Annotated[str | None, QueryParameter(max_length=40, description="only what came and went by this channel")]
Kind = Annotated[str | None, QueryParameter(max_length=20, description="only tickets that are of this kind now")]
Days = Annotated[int, QueryParameter(ge=1, le=92, description="how many days, today included")]


@get("/api/v1/numbers", guards=[requires("numbers.read")], summary="How much came in, and how we answered")
async def get_numbers(
    database: Database,
    principal: Principal,
    days: Days = 28,
    team_id: TeamId = None,
    channel: Channel = None,
    kind: Kind = None,
) -> Numbers:
    """As far as the caller reaches, a few seconds after it happened."""
    if team_id is not None and not is_id(team_id):
        raise NotFound("There is no such team.")
    return await database.read(
        principal.workspace_id,
        show_numbers,
        Reach(principal.inbox_ids),
        days,
        team_id=team_id,
        channel=channel,
        kind=kind,
    )


@get("/api/v1/day-ahead", guards=[requires("wallboard.read")], summary="What today will bring, and who is on")
async def get_day_ahead(database: Database, principal: Principal, team_id: TeamId = None) -> DayAhead:
    """As far as the caller reaches, by hours of the workspace's time zone."""
    if team_id is not None and not is_id(team_id):
        raise NotFound("There is no such team.")
    return await database.read(principal.workspace_id, show_day_ahead, Reach(principal.inbox_ids), team_id)


routes: list[Any] = [get_numbers, get_day_ahead]
