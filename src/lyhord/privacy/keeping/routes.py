"""The REST routes of keeping."""

from typing import Annotated, Any

from litestar import get, post, put
from msgspec import Meta, Struct

from lyhord.kit.database import Database
from lyhord.kit.http import Principal, requires
from lyhord.privacy.keeping.actions import set_rules
from lyhord.privacy.keeping.model import Due, Keeping, Rule
from lyhord.privacy.keeping.views import count_due, show_keeping
from lyhord.workspaces.actions.proving import check_fresh
from lyhord.workspaces.routes.factors import owner_of

POWER = "workspace.erase"


class Rules(Struct, forbid_unknown_fields=True):
    """All rules together. What none speaks of is kept for ever, and payloads for thirty days."""

    rules: Annotated[list[Rule], Meta(max_length=1_000)]


@get("/api/v1/keeping", guards=[requires(POWER)], summary="How long things are kept")
async def get_keeping(principal: Principal, database: Database) -> Keeping:
    """With what the rules removed so far."""
    return await database.read(principal.workspace_id, show_keeping)


@post("/api/v1/keeping/count", guards=[requires(POWER)], status_code=200, summary="What rules would remove now")
async def count_keeping(data: Rules, principal: Principal, database: Database) -> list[Due]:
    """Nothing is stored or removed. Counting ends at ten thousand."""
    return await database.read(principal.workspace_id, count_due, data.rules)


@put("/api/v1/keeping", guards=[requires(POWER)], summary="Set how long things are kept")
async def put_keeping(data: Rules, principal: Principal, database: Database) -> Keeping:
    """What is old by the rules goes within the hour, for good. 403 `problem.confirm` asks to show who one is first."""
    owner = owner_of(principal)
    await database.read(principal.workspace_id, check_fresh, owner.session)
    await database.write(principal.workspace_id, set_rules, data.rules, actor=principal.subject)
    return await database.read(principal.workspace_id, show_keeping)


routes: list[Any] = [get_keeping, count_keeping, put_keeping]
