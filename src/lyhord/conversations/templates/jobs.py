"""The job that fetches the templates of an inbox."""

from typing import cast

from lyhord.conversations.besides import Approving
from lyhord.conversations.jobs import Adapters
from lyhord.conversations.templates.actions import forget_templates, keep_templates, note_trouble
from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Tx
from lyhord.kit.jobs import Context, Handler
from lyhord.kit.leases import Job, Patience
from lyhord.kit.problems import NotFound

PATIENCE = Patience(attempts=4, seconds=120, cap=10 * MINUTE)
"""A day later they are asked for again."""
TROUBLE = "templates.trouble"


def make_fetch_templates(adapters: Adapters) -> Handler:
    """The work of asking a channel's owner. What goes wrong stands beside the list until it goes right."""

    async def fetch(context: Context, job: Job) -> None:
        inbox_id = job.read(str)

        async def end(action: object, *args: object) -> None:
            def write(tx: Tx) -> None:
                job.complete(tx)
                action(tx, inbox_id, *args)  # type: ignore[operator]

            await context.database.write(context.workspace_id, write)

        try:
            adapter = await adapters.adapter(context.workspace_id, inbox_id)
        except NotFound:
            return await end(forget_templates)
        if not adapter.descriptor.templates:
            return await end(forget_templates)
        try:
            found = await cast("Approving", adapter).list_templates()
        except NotFound as refused:
            return await end(note_trouble, TROUBLE if refused.key == NotFound.key else refused.key)
        except Exception:
            await context.database.write(context.workspace_id, note_trouble, inbox_id, TROUBLE)
            raise
        await end(keep_templates, found)
        return None

    return fetch
