"""The jobs that hear again: all messages after the models have changed, in chunks, and by their meaning what was just said. Both stay
behind whatever else is done.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from functools import partial

import structlog
from msgspec.structs import replace

from lyhord.hearing import store
from lyhord.hearing.actions import CLOSER_JOB, DEAF, Ears, Ponder, hear_again, hear_messages, think_before
from lyhord.hearing.events import AllHeard
from lyhord.hearing.reasons.closely import NothingCloser
from lyhord.hearing.thinking import Thoughts, Unthinkable
from lyhord.kit.clock import SECOND
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.followers import ATTEMPTS
from lyhord.kit.jobs import Context, Handler
from lyhord.kit.leases import Job, Patience
from lyhord.kit.storing import Outdated

PATIENCE = Patience(seconds=600)
LATER = 5 * SECOND
AT_ONCE = 50
STRETCHES = 100
"""Chunks of one job; the next one goes on from there, so that a crash repeats little."""

Find = Callable[[ReadTx, Sequence[str]], Collection[str]]
"""The messages that are meant by ids."""
_log = structlog.get_logger()


def themselves(_tx: ReadTx, ids: Sequence[str]) -> Sequence[str]:
    """Ids of messages mean these."""
    return ids


class Chunks:
    """Hears some messages after others. One of which nobody can think is tried three times, then passed over, and holds up no other."""

    def __init__(
        self, context: Context, ears: Ears, find: Find = themselves, *, again: bool = False, quiet: bool = False
    ) -> None:
        """As `hear_messages` has it; `quiet`: nothing is told of any."""
        self._context = context
        self._ears = ears
        self._find = find
        self._again = again
        self._quiet = quiet

    async def hear(self, ids: Sequence[str]) -> None:
        """Hear them together, or one by one where that fails."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self._try(ids)
            except Outdated:
                continue
            except Unthinkable as error:
                if len(ids) > 1:
                    for one in ids:
                        await self.hear([one])
                    return
                if attempt == ATTEMPTS:
                    _log.error("what nobody can think of is passed over", id=ids[0], error=repr(error))
            else:
                return

    async def _try(self, ids: Sequence[str]) -> None:
        database, workspace_id = self._context.database, self._context.workspace_id
        read = partial(database.read, workspace_id)
        thoughts = await think_before(read, lambda tx: self._find(tx, ids), self._ears, again=self._again)
        await database.write(workspace_id, self._keep, ids, thoughts, bulk=True)

    def _keep(self, tx: Tx, ids: Sequence[str], thoughts: Thoughts) -> None:
        found = self._find(tx, ids)
        quiet = found if self._quiet else ()
        hear_messages(tx, found, quiet, again=self._again, ears=self._ears, thoughts=thoughts)


def make_hear_all(ears: Ears) -> Handler:
    """The handler of the job that hears all."""
    return partial(hear_all, ears=replace(ears, closely=False))


async def hear_all(context: Context, job: Job, ears: Ears = DEAF) -> None:
    """Hear the next 5,000 messages, and queue what comes after them in the transaction that ends the job."""
    after = job.read(dict[str, str])["after"]
    chunks = Chunks(context, ears, again=True, quiet=True)
    for _ in range(STRETCHES):
        ids = await context.database.read(context.workspace_id, _stretch, after)
        await chunks.hear(ids)
        if len(ids) < AT_ONCE:
            await context.database.write(context.workspace_id, _end, bulk=True)
            return
        after = ids[-1]
    await context.database.write(context.workspace_id, partial(_go_on, job=job, after=after), bulk=True)


def _stretch(tx: ReadTx, after: str) -> list[str]:
    return [str(row[0]) for row in tx.all(store.messages_after, after=after, most=AT_ONCE)]


def _end(tx: Tx) -> None:
    tx.emit(AllHeard())


def _go_on(tx: Tx, job: Job, after: str) -> None:
    job.complete(tx)
    hear_again(tx, after)


def make_hear_closely(closely: Ponder, ears: Ears) -> Handler:
    """The handler of the job that hears what was just said by its meaning. One does so at a time: it takes a core and much memory.

    The others come again: who waited here would keep other kinds of jobs from being done.
    """
    alone = asyncio.Semaphore(1)
    closer = replace(ears, ponder=closely, closely=False)

    async def hear_closely(context: Context, job: Job) -> None:
        if alone.locked():
            await context.database.write(context.workspace_id, partial(_hear_later, job=job), bulk=True)
            return
        async with alone:
            try:
                await Chunks(context, closer).hear(job.read(dict[str, list[str]])["ids"])
            except NothingCloser:
                return

    return hear_closely


def _hear_later(tx: Tx, job: Job) -> None:
    job.complete(tx)
    enqueue(tx, CLOSER_JOB, job.read(dict[str, list[str]]), due_at=tx.now + LATER)
