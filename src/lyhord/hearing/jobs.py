"""The job that hears all messages again, after the models have changed: in chunks, behind whatever else is done."""

from functools import partial

from lyhord.hearing.actions import DEAF, Ears, hear_again, hear_stretch, think_of_stretch
from lyhord.kit.database import Tx
from lyhord.kit.jobs import Context, Handler
from lyhord.kit.leases import Job, Patience

PATIENCE = Patience(seconds=600)
AT_ONCE = 50
STRETCHES = 100
"""Chunks of one job; the next one goes on from there, so that a crash repeats little."""


def make_hear_all(ears: Ears) -> Handler:
    """The handler of the job."""
    return partial(hear_all, ears=ears)


async def hear_all(context: Context, job: Job, ears: Ears = DEAF) -> None:
    """Hear the next 5,000 messages, and queue what comes after them in the transaction that ends the job."""
    after: str | None = job.read(dict[str, str])["after"]
    for _ in range(STRETCHES):
        if after is None:
            return
        given = (after, AT_ONCE, ears)
        memory = await context.database.read(context.workspace_id, think_of_stretch, *given)
        after = await context.database.write(context.workspace_id, hear_stretch, *given, memory, bulk=True)
    if after is not None:
        await context.database.write(context.workspace_id, partial(_go_on, job=job, after=after), bulk=True)


def _go_on(tx: Tx, job: Job, after: str) -> None:
    job.complete(tx)
    hear_again(tx, after)
