"""What the director's page asks for."""

from typing import Annotated, Any

from litestar import get
from litestar.params import QueryParameter

from lyhord.insights.model import Numbers
from lyhord.insights.views import show_numbers
from lyhord.kit.database import Database
from lyhord.kit.http import Principal, requires
from lyhord.workspaces.reach import Reach

Days = Annotated[int, QueryParameter(ge=1, le=92, description="how many days, today included")]


@get("/api/v1/numbers", guards=[requires("numbers.read")], summary="How much came in, and how we answered")
async def get_numbers(database: Database, principal: Principal, days: Days = 28) -> Numbers:
    """As far as the caller reaches, a few seconds after it happened."""
    return await database.read(principal.workspace_id, show_numbers, Reach(principal.inbox_ids), days)


routes: list[Any] = [get_numbers]
