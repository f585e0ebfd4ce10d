"""The runner of jobs: work with a retry life of its own.

A job's effect may be there although its worker died before saying so. Handlers are repeated, and must bear it, or finish the job
in the transaction of its effect (`Job.complete`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

import structlog
from msgspec import Struct
from sqlalchemy import bindparam, select

from lyhord.kit.clock import SECOND
from lyhord.kit.database import Busy, Database, Statement, StorageFull, Tx, values_in
from lyhord.kit.database.database import NOWHERE
from lyhord.kit.database.log import event
from lyhord.kit.events import Catalogue
from lyhord.kit.leases import GiveUp, Job, Later, LeaseLost, Patience, claim_jobs, finish_job, list_next_due, put_back
from lyhord.kit.measures import measured
from lyhord.kit.pacing import Pulse, full_jitter

REACTION = "reaction."

_log = structlog.get_logger()
W: Any = bindparam("workspace_id")
_events = Statement(
    select(event.c.seq, event.c.kind, event.c.at, event.c.actor, event.c.body, event.c.trace)
    .where(event.c.workspace_id == W, values_in(event.c.seq, "seqs"))
    .order_by(event.c.seq)
)


class Context(Struct, frozen=True):
    """What a handler works with."""

    database: Database
    workspace_id: str


Handler = Callable[[Context, Job], Awaitable[None]]


class Work(Struct, frozen=True):
    """How one kind of job is done. A handler that takes longer than its lease is stopped, and has failed."""

    handler: Handler
    patience: Patience = Patience()


class JobRunner:
    """Does the jobs of every workspace, at most `at_once` at the same time. Several processes may; a lease decides."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        work: Mapping[str, Work],
        *,
        at_once: int = 8,
        poll_seconds: float = 2.0,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        repeat = {f"{REACTION}{name}": Work(self._react) for name in database.reactions.by_name}
        self._work: Mapping[str, Work] = {**repeat, **work}
        self._kinds = {kind: how.patience for kind, how in self._work.items()}
        self._at_once = at_once
        self._poll_seconds = poll_seconds
        self._pulse = Pulse()
        self._running: set[asyncio.Task[None]] = set()

    def poke(self) -> None:
        """There may be a new job."""
        self._pulse.poke()

    async def run(self) -> None:
        """Work until cancelled; what is under way then is given up, and due again when its lease ends."""
        try:
            while True:
                await self._pulse.wait(await self._start_due())
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    async def catch_up(self) -> None:
        """Do everything that is due now, and return when it is done."""
        while await self._start_due() == 0 or self._running:
            if self._running:
                await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    async def _start_due(self) -> float:
        """Start what is due and find room; how many seconds to sleep if nobody pokes. 0: there may be more at once."""
        room = self._at_once - len(self._running)
        if room <= 0:
            return self._poll_seconds
        try:
            found = await self._database.read(NOWHERE, list_next_due, self._kinds, max(room, 8))
        except Busy as error:
            _log.warning("jobs wait for the database", error=repr(error))
            return self._poll_seconds
        now = self._database.clock()
        started = 0
        for workspace_id in dict.fromkeys(workspace_id for workspace_id, due in found if due <= now):
            started += await self._start_in(workspace_id, self._at_once - len(self._running))
        if started:
            return 0
        ahead = [(due - now) / SECOND for _, due in found if due > now]
        return min([self._poll_seconds, *ahead])

    async def _start_in(self, workspace_id: str, room: int) -> int:
        if room <= 0:
            return 0
        try:
            jobs = await self._database.write(workspace_id, claim_jobs, self._kinds, room)
        except (Busy, StorageFull) as error:
            _log.warning("jobs wait for the database", error=repr(error))
            return 0
        for job in jobs:
            task = asyncio.ensure_future(self._do(workspace_id, job))
            self._running.add(task)
            task.add_done_callback(self._done)
        return len(jobs)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._pulse.poke()

    async def _do(self, workspace_id: str, job: Job) -> None:
        """One attempt, and what becomes of it. If even that can't be written, the lease ends and the job is due again."""
        how = self._work[job.kind]
        try:
            async with asyncio.timeout(how.patience.seconds):
                await how.handler(Context(self._database, workspace_id), job)
        except LeaseLost:
            return
        except Exception as error:  # noqa: BLE001 - written into the job's row, where people see it
            await self._failed(workspace_id, job, how.patience, error)
        else:
            await self._settle(workspace_id, lambda tx: finish_job(tx, job))

    async def _failed(self, workspace_id: str, job: Job, how: Patience, error: Exception) -> None:
        over = isinstance(error, GiveUp) or job.attempt >= how.attempts
        wait = (
            error.seconds * SECOND if isinstance(error, Later) else full_jitter(job.attempt, base=how.base, cap=how.cap)
        )
        why = str(error) if isinstance(error, (GiveUp, Later)) else repr(error)
        measured.dead["job"] += over
        named = why if isinstance(error, (GiveUp, Later)) else type(error).__name__
        _log.warning("job failed", kind=job.kind, id=job.id, attempt=job.attempt, ended=over, error=named)

        def write(tx: Tx) -> None:
            put_back(tx, job, due_at=None if over else tx.now + int(wait), error=why)

        await self._settle(workspace_id, write)

    async def _settle(self, workspace_id: str, action: Callable[[Tx], Any]) -> None:
        try:
            await self._database.write(workspace_id, action)
        except (Busy, StorageFull) as error:
            _log.warning("a job's end couldn't be written; it will be repeated", error=repr(error))

    async def _react(self, context: Context, job: Job) -> None:
        """Run a failed reaction again over the events that it was for; its effects and the job's end are one transaction."""
        reaction = self._database.reactions.by_name[job.kind.removeprefix(REACTION)]
        seqs: Collection[int] = job.read(dict[str, list[int]])["seqs"]

        def react(tx: Tx) -> None:
            job.complete(tx)
            reaction(tx, self._catalogue.decode(tx.all(_events, seqs=list(seqs))))

        await context.database.write(context.workspace_id, react)
