"""What the director's page asks about promises."""

from typing import Annotated, Any, Literal

from litestar import get
from litestar.di import Provide
from litestar.params import QueryParameter

from lyhord.insights.kept.views import LevelNumbers, Only, ToldNumbers, show_levels, show_told
from lyhord.insights.routes import Channel, Days
from lyhord.kit.database import Database
from lyhord.kit.http import Principal, requires
from lyhord.workspaces.reach import Reach

Of = Annotated[str | None, QueryParameter(max_length=36, description="only what is this one's")]
Kind = Annotated[Literal["first_answer", "next_answer", "resolution"], QueryParameter(description="of which clock")]
READ = "numbers.read"


def choose(
    level_id: Of = None, team_id: Of = None, agent_id: Of = None, inbox_id: Of = None, channel: Channel = None
) -> Only:
    """Of which clocks and promises alone it is told."""
    return Only(level_id=level_id, team_id=team_id, agent_id=agent_id, inbox_id=inbox_id, channel=channel)


_dependencies = {"only": Provide(choose, sync_to_thread=False)}


@get(
    "/api/v1/numbers/levels",
    guards=[requires(READ)],
    dependencies=_dependencies,
    summary="How long customers waited, and what was kept",
)
async def get_level_numbers(
    database: Database, principal: Principal, only: Only, clock: Kind = "first_answer", days: Days = 28
) -> LevelNumbers:
    """Clocks of service levels that began in these days, a moment after it happened. What runs still is counted as having taken at least
    so long: percentiles are those of Kaplan and Meier.
    """
    reach = Reach(principal.inbox_ids)
    return await database.read(principal.workspace_id, show_levels, reach, clock, days, only)


@get(
    "/api/v1/numbers/promises",
    guards=[requires(READ)],
    dependencies=_dependencies,
    summary="What customers were told, and what was kept",
)
async def get_told_numbers(database: Database, principal: Principal, only: Only, days: Days = 28) -> ToldNumbers:
    """Promises of an answer that customers were told in these days, in the chat or in a reply, as a whole and by hour of the week.

    Of `only` the inbox and the channel count: what was told is no level's, team's or agent's.
    """
    return await database.read(principal.workspace_id, show_told, Reach(principal.inbox_ids), days, only)


routes: list[Any] = [get_level_numbers, get_told_numbers]
