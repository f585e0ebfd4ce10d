"""The job that replays a day under other rules: read once, computed in a thread of its own, written once."""

import asyncio

from lyhord.kit.database import ReadTx
from lyhord.kit.jobs import Context, Handler, Work
from lyhord.kit.leases import Job, Patience
from lyhord.tickets.routing import store
from lyhord.tickets.routing.actions import REPLAY_JOB, end_replay
from lyhord.tickets.routing.comparing import Comparison, Draft, Past, compare
from lyhord.tickets.routing.past import read_past
from lyhord.tickets.routing.replays import read_draft
from lyhord.tickets.routing.views import Live

PATIENCE = Patience(attempts=3, seconds=600)


def make_replaying(live: Live) -> dict[str, Work]:
    """Its kind, and how it is done. `live` as in `views.Live`."""
    return {REPLAY_JOB: Work(_make_handler(live), PATIENCE)}


def _make_handler(live: Live) -> Handler:
    async def replay_day(context: Context, job: Job) -> None:
        replay_id = job.read(str)

        def look(tx: ReadTx) -> tuple[Draft, Past] | None:
            row = tx.one(store.find_replay, key=replay_id)
            if row is None:
                return None
            draft = read_draft(row[2])
            return draft, read_past(tx, draft, live)

        async def keep(result: Comparison | None) -> None:
            await context.database.write(context.workspace_id, end_replay, replay_id, result, bulk=True)

        try:
            found = await context.database.read(context.workspace_id, look)
            if found is not None:
                draft, past = found
                await keep(await asyncio.to_thread(compare, past, draft))
        except Exception:
            if job.attempt >= PATIENCE.attempts:
                await keep(None)
            raise

    return replay_day
