"""The job that asks a new model about the open tickets of which the one before wasn't sure: what is learned reaches what is open."""

from collections.abc import Sequence

from lyhord.hearing.actions import Ears
from lyhord.hearing.jobs import Chunks
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.jobs import Context, Handler
from lyhord.kit.leases import Job, Patience
from lyhord.tickets.reasons import store
from lyhord.tickets.reasons.model import AGENT

JOB = "tell reasons again"
PATIENCE = Patience(seconds=600)
MOST = 2_000
"""Tickets of one job, those first whose customers wait longest. The rest stays a question until somebody answers it."""
AT_ONCE = 50


def tell_again(tx: Tx) -> None:
    """Queue it."""
    enqueue(tx, JOB, {})


def make_telling(ears: Ears) -> Handler:
    """The handler of the job."""

    async def tell(context: Context, _job: Job) -> None:
        ids = await context.database.read(context.workspace_id, list_unsure)
        chunks = Chunks(context, ears, _first_words, again=True)
        for start in range(0, len(ids), AT_ONCE):
            await chunks.hear(ids[start : start + AT_ONCE])

    return tell


def list_unsure(tx: ReadTx) -> list[str]:
    """Tickets on which somebody works or will, and of which nobody knows why they are there; those about which an agent said so aside."""
    return [row[0] for row in tx.all(store.unsure, said=f"{AGENT}%", most=MOST)]


def _first_words(tx: ReadTx, ticket_ids: Sequence[str]) -> set[str]:
    return {one for row in tx.all(store.first_words, ids=sorted(ticket_ids)) for one in row[5:] if one}
