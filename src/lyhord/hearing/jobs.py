"""The jobs that hear again: all messages after the models have changed, in chunks, and by their meaning what was just said. Both stay
behind whatever else is done.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from lyhord.hearing.actions import (
    CLOSER_JOB,
    DEAF,
    Ears,
    hear_again,
    hear_messages,
    hear_stretch,
    read_words,
    think_before,
    think_of_stretch,
)
from lyhord.hearing.reasons.embedders import Found
from lyhord.hearing.reasons.learner import Classifier
from lyhord.hearing.reasons.points import POINTS_OF, find_points
from lyhord.hearing.reasons.telling import Models, Telling
from lyhord.hearing.thinking import Memory
from lyhord.kit.clock import SECOND
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.jobs import Context, Handler
from lyhord.kit.leases import Job, Patience

if TYPE_CHECKING:
    from lyhord.hearing.mood.judging import Own

PATIENCE = Patience(seconds=600)
LATER = 5 * SECOND
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
        given = (after, AT_ONCE, ears)
        memory = await context.database.read(context.workspace_id, think_of_stretch, *given)
        after = await context.database.write(context.workspace_id, hear_stretch, *given, memory, bulk=True)
    if after is not None:
        await context.database.write(context.workspace_id, partial(_go_on, job=job, after=after), bulk=True)


def _go_on(tx: Tx, job: Job, after: str) -> None:
    job.complete(tx)
    hear_again(tx, after)


class Closer:
    """Implements `hearing.thinking.Teller` for texts whose points are known."""

    def __init__(self, models: Models, points: Found) -> None:
        self._points = points
        self._models = models
        self._using: tuple[Classifier, Classifier] | None = None

    def at(self, tx: ReadTx) -> Telling:
        """As `Models.at`, by meaning."""
        telling = self._models.at(tx)
        if self._using is None or self._using[0] is not telling.model:
            self._using = telling.model, telling.model.using(self._points)
        return replace(telling, model=self._using[1])

    def complaints(self, tx: ReadTx) -> "Own | None":
        """As `Models.complaints`."""
        return self._models.complaints(tx)


def make_hear_closely(models: Models, ears: Ears) -> Handler:
    """The handler of the job that hears what was just said by its meaning. One does so at a time: it takes a core and much memory.

    The others come again: who waited here would keep other kinds of jobs from being done.
    """
    alone = asyncio.Semaphore(1)

    async def hear_closely(context: Context, job: Job) -> None:
        ids = job.read(dict[str, list[str]])["ids"]
        words = await context.database.read(context.workspace_id, partial(_words_for, models=models, ids=ids))
        if not words:
            return
        if alone.locked():
            await context.database.write(context.workspace_id, partial(_hear_later, job=job), bulk=True)
            return
        async with alone:
            points = await find_points(list(dict.fromkeys(words.values())))
        hearing = replace(ears, teller=Closer(models, points), closely=False)
        memory = await context.database.read(
            context.workspace_id, partial(_think, ids=ids, points=points, ears=hearing)
        )
        hear = partial(_hear, job=job, points=points, ears=hearing, memory=memory)
        await context.database.write(context.workspace_id, hear, bulk=True)

    return hear_closely


def _hear_later(tx: Tx, job: Job) -> None:
    job.complete(tx)
    enqueue(tx, CLOSER_JOB, job.read(dict[str, list[str]]), due_at=tx.now + LATER)


def _words_for(tx: ReadTx, models: Models, ids: Sequence[str]) -> dict[str, str]:
    """Nothing where the workspace's model knows nothing of points."""
    return read_words(tx, ids) if models.of(tx)[1].wants == POINTS_OF else {}


def _known(tx: ReadTx, ids: Sequence[str], points: Found) -> list[str]:
    """Those that say what they said; what was edited meanwhile is heard for itself."""
    return [one for one, text in read_words(tx, ids).items() if text in points]


def _think(tx: ReadTx, ids: Sequence[str], points: Found, ears: Ears) -> Memory:
    return think_before(tx, _known(tx, ids, points), ears)


def _hear(tx: Tx, job: Job, points: Found, ears: Ears, memory: Memory) -> None:
    known = _known(tx, job.read(dict[str, list[str]])["ids"], points)
    hear_messages(tx, known, ears=ears, memory=memory)
    job.complete(tx)
