"""The job that reckons every running clock anew, after a level or a schedule has changed: in chunks, behind whatever people do."""

from lyhord.kit.ids import LOWEST_ID
from lyhord.kit.jobs import Context
from lyhord.kit.leases import Job, Patience
from lyhord.tickets.levels.actions import reckon_clocks
from lyhord.tickets.levels.following import RECKON_JOB

JOB = RECKON_JOB
PATIENCE = Patience(seconds=1_800)


async def reckon_all(context: Context, _job: Job) -> None:
    """Go through all unresolved tickets of the workspace; done twice, it changes nothing."""
    after: str | None = LOWEST_ID
    while after is not None:
        after = await context.database.write(context.workspace_id, reckon_clocks, after, bulk=True)
