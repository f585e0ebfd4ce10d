"""The job that draws, of a week's messages that weren't heard as complaints, those that somebody is to look at."""

from functools import partial

from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.ids import first_id_at
from lyhord.kit.jobs import Context
from lyhord.kit.leases import Job, Patience
from lyhord.tickets.hints import store
from lyhord.tickets.hints.events import ComplaintsLookedAt
from lyhord.tickets.hints.model import WEEK, draw

PATIENCE = Patience(seconds=600)


async def draw_looks(context: Context, job: Job) -> None:
    """Count the week and draw by lot; reading it holds up nobody who writes."""
    since: int = job.read(dict[str, int])["since"]
    said, others = await context.database.read(context.workspace_id, _count, since)
    keep = partial(_keep, job=job, since=since, said=said, others=len(others), drawn=draw(since, others))
    await context.database.write(context.workspace_id, keep, bulk=True)


def _count(tx: ReadTx, since: int) -> tuple[int, list[str]]:
    between = {"first": first_id_at(since), "end": first_id_at(since + WEEK)}
    return int(tx.value(store.count_said, **between)), [row[0] for row in tx.all(store.list_others, **between)]


def _keep(tx: Tx, job: Job, since: int, said: int, others: int, drawn: list[str]) -> None:
    rows = tx.all(store.talks_of, ids=drawn) if drawn else ()
    tx.run_many(
        store.insert_look,
        [
            {
                "message_id": row[0],
                "since": since,
                "conversation_id": row[1],
                "looked_at": None,
                "looked_by": None,
                "missed_at": None,
            }
            for row in rows
        ],
    )
    tx.run(store.write_week, since=since, said=said, heard=said - others, drawn_at=tx.now)
    if rows:
        tx.emit(ComplaintsLookedAt())
    job.complete(tx)
