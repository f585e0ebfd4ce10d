"""The runner of jobs: work with a retry life of its own.

A job's effect may be there although its worker died before saying so. Handlers are repeated, and must bear it, or finish the job
in the transaction of its effect (`Job.complete`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

import structlog
from msgspec import Struct
from sqlalchemy import bindparam, select
from typing_extensions import override

from lyhord.kit.clock import SECOND
from lyhord.kit.database import Busy, Database, Statement, StorageFull, Tx, values_in
from lyhord.kit.database.log import event
from lyhord.kit.due import DueRunner
from lyhord.kit.events import Catalogue
from lyhord.kit.leases import GiveUp, Job, Later, LeaseLost, Patience, claim_jobs, finish_job, list_next_due, put_back
from lyhord.kit.measures import measured
from lyhord.kit.pacing import full_jitter
from lyhord.kit.tracing import span

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


class JobRunner(DueRunner[Job]):
    """Does the jobs of every workspace. What is under way when it is stopped is given up, and due again when its lease ends."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        work: Mapping[str, Work],
        *,
        at_once: int = 8,
        poll_seconds: float = 2.0,
    ) -> None:
        super().__init__(database, at_once=at_once, poll_seconds=poll_seconds)
        self._catalogue = catalogue
        repeat = {f"{REACTION}{name}": Work(self._react) for name in database.reactions.by_name}
        self._work: Mapping[str, Work] = {**repeat, **work}
        self._kinds = {kind: how.patience for kind, how in self._work.items()}

    @override
    async def _find(self, most: int) -> Sequence[Sequence[tuple[str, int]]]:
        return await self._database.read_reachable(list_next_due, self._kinds, most)

    @override
    async def _claim(self, workspace_id: str, most: int) -> Sequence[Job]:
        return await self._database.write(workspace_id, claim_jobs, self._kinds, most)

    @override
    async def _do(self, workspace_id: str, job: Job) -> None:
        with span("job", job.trace, job=job.kind, attempt=job.attempt) as mine:
            if mine.parent:
                mine.note(workspace_id=workspace_id, job_id=job.id)
            mine.note(outcome=await self._attempt(workspace_id, job))

    async def _attempt(self, workspace_id: str, job: Job) -> str:
        """One attempt, and what became of it in a word. If even that can't be written, the lease ends and the job is due again."""
        how = self._work[job.kind]
        try:
            async with asyncio.timeout(how.patience.seconds):
                await how.handler(Context(self._database, workspace_id), job)
        except LeaseLost:
            return "lost"
        except Exception as error:  # noqa: BLE001 - written into the job's row, where people see it
            return await self._failed(workspace_id, job, how.patience, error)
        await self._settle(workspace_id, lambda tx: finish_job(tx, job))
        return "done"

    async def _failed(self, workspace_id: str, job: Job, how: Patience, error: Exception) -> str:
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
        return "ended" if over else "again"

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
