"""Reckoning what is promised, in the background: read beside everybody's work, then written in one go."""

from lyhord.kit.database import Busy, Database, StorageFull
from lyhord.tickets.promises.actions import keep_promises
from lyhord.tickets.promises.views import reckon_inboxes
from lyhord.tickets.routing.views import Live

SECONDS = 60.0


async def reckon_promises(database: Database, live: Live) -> int:
    """Bring what is promised up to date in every workspace that wants it reckoned; of how many inboxes."""
    done = 0
    for workspace_id in await database.list_workspaces(reachable=True):
        try:
            rows = await database.read(workspace_id, reckon_inboxes, live)
            if rows:
                await database.write(workspace_id, keep_promises, rows, bulk=True)
        except (Busy, StorageFull):
            continue  # what was reckoned before stands for a while
        done += len(rows)
    return done
