"""The jobs that hear again: all messages after the models have changed, in chunks, and by their meaning what was just said. Both stay
behind whatever else is done.
"""

import asyncio
from collections.abc import Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from lyhord.hearing.actions import DEAF, Ears, hear_again, hear_messages, hear_stretch, read_words
from lyhord.hearing.findings.model import Finding
from lyhord.hearing.reasons.embedders import Found
from lyhord.hearing.reasons.points import POINTS_OF, find_points
from lyhord.hearing.reasons.telling import Models
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.jobs import Context, Handler
from lyhord.kit.leases import Job, Patience

PATIENCE = Patience(seconds=600)
AT_ONCE = 50
STRETCHES = 100
"""Chunks of one job; the next one goes on from there, so that a crash repeats little."""


def make_hear_all(ears: Ears) -> Handler:
    """The handler of the job that hears all."""
    return partial(hear_all, ears=replace(ears, closely=False))


async def hear_all(context: Context, job: Job, ears: Ears = DEAF) -> None:
    """Hear the next 5,000 messages, and queue what comes after them in the transaction that ends the job."""
    after: str | None = job.read(dict[str, str])["after"]
    for _ in range(STRETCHES):
        if after is None:
            return
        after = await context.database.write(context.workspace_id, hear_stretch, after, AT_ONCE, ears, bulk=True)
    if after is not None:
        await context.database.write(context.workspace_id, partial(_go_on, job=job, after=after), bulk=True)


def _go_on(tx: Tx, job: Job, after: str) -> None:
    job.complete(tx)
    hear_again(tx, after)


class Closer(Struct, frozen=True):
    """Implements `hearing.actions.Teller` for texts whose points are known."""

    models: Models
    points: Found

    def tell(
        self, tx: ReadTx, texts: Sequence[str], languages: Sequence[str]
    ) -> Sequence[Sequence[tuple[Finding, str]]]:
        """As `Models.tell`."""
        return self.models.tell(tx, texts, languages, self.points)


def make_hear_closely(models: Models, ears: Ears) -> Handler:
    """The handler of the job that hears what was just said by its meaning. One does so at a time: it takes a core and much memory."""
    alone = asyncio.Semaphore(1)

    async def hear_closely(context: Context, job: Job) -> None:
        ids = job.read(dict[str, list[str]])["ids"]
        words = await context.database.read(context.workspace_id, partial(_words_for, models=models, ids=ids))
        if not words:
            return
        async with alone:
            points = await find_points(list(dict.fromkeys(words.values())))
        hear = partial(_hear, job=job, ears=replace(ears, teller=Closer(models, points), closely=False))
        await context.database.write(context.workspace_id, hear, bulk=True)

    return hear_closely


def _words_for(tx: ReadTx, models: Models, ids: Sequence[str]) -> dict[str, str]:
    """None where the workspace's model knows nothing of points."""
    return read_words(tx, ids) if models.of(tx)[1].wants == POINTS_OF else {}


def _hear(tx: Tx, job: Job, ears: Ears) -> None:
    """What was edited meanwhile is heard for itself."""
    closer = ears.teller
    words = read_words(tx, job.read(dict[str, list[str]])["ids"])
    if isinstance(closer, Closer):
        hear_messages(tx, [one for one, text in words.items() if text in closer.points], ears=ears)
    job.complete(tx)
