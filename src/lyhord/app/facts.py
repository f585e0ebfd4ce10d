"""The files behind the pictures, from the command line."""

from collections.abc import Callable

from lyhord.app.first_run import list_workspaces, with_product
from lyhord.app.settings import Settings
from lyhord.app.wiring import Product
from lyhord.insights.facts.writing import rebuild

Say = Callable[[str], None]


def rebuild_insights(settings: Settings, workspace_id: str | None, say: Say) -> None:
    """Write the files of a workspace, or of all, anew from the tables. Raises `CommandRefused` for a workspace that isn't there."""

    async def write(product: Product) -> list[str]:
        lines = []
        for one in await list_workspaces(product, workspace_id):
            written = await rebuild(product.database, product.desk, one)
            lines.append(f"{one}: {written.tickets} tickets and {written.messages} messages.")
        return lines or ["There is no workspace yet."]

    for line in with_product(settings, write):
        say(line)
