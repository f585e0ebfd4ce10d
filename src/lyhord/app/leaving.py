"""The commands that end a workspace: in a while, at once, or after all not."""

from datetime import UTC, datetime

from lyhord.app.first_run import list_workspaces, with_product
from lyhord.app.refusals import CommandRefused
from lyhord.app.settings import Settings
from lyhord.app.wiring import Product
from lyhord.kit.clock import SECOND
from lyhord.kit.database.moving import MoveLost
from lyhord.kit.problems import Invalid
from lyhord.workspaces.actions.ending import end_workspace, keep_workspace
from lyhord.workspaces.actions.workspace import get_workspace

OPERATOR = "operator"


def delete_workspace(settings: Settings, workspace_id: str, name: str, *, now: bool) -> str:
    """Have a workspace erased in a while, or `now`; a sentence about it. Raises `CommandRefused` where `name` isn't what it is called."""

    async def delete(product: Product) -> str:
        await list_workspaces(product, workspace_id)
        try:
            found = await product.database.write(workspace_id, end_workspace, name, actor=OPERATOR)
        except Invalid:
            called = (await product.database.read(workspace_id, get_workspace)).name
            raise CommandRefused(f"Say its name, to show that you mean it: --name '{called}'.") from None
        if not now:
            day = datetime.fromtimestamp((found.ends_at or 0) / SECOND, UTC)
            return f"{found.name} is erased on {day:%Y-%m-%d %H:%M} UTC. `lyhord workspace keep {workspace_id}` takes that back."
        try:
            rows = await product.erasures.end(product.database, workspace_id)
        except MoveLost as error:
            raise CommandRefused(f"{error} Call this again.") from None
        return f"Erased {found.name}: {rows} rows. Its files go within a day, as far as no other workspace has them."

    return with_product(settings, delete)


def keep_it(settings: Settings, workspace_id: str) -> str:
    """Take back that a workspace is to be erased; a sentence about it."""

    async def keep(product: Product) -> str:
        await list_workspaces(product, workspace_id)
        found = await product.database.write(workspace_id, keep_workspace, actor=OPERATOR)
        return f"{found.name} stays."

    return with_product(settings, keep)
