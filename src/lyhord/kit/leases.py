"""Leases on jobs: claimed with a token, finished by whoever still has it, repeated with growing pauses, ended visibly."""

import secrets
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, delete, func, select, update

from lyhord.kit.clock import HOUR, SECOND
from lyhord.kit.database import ReadTx, Statement, Tx, values_in
from lyhord.kit.database.jobs_table import job as table
from lyhord.kit.database.log import is_here

T = TypeVar("T")
DIED = "job.worker_died"
"""Message key: every attempt ended with the death of its worker."""

W: Any = bindparam("workspace_id")
_mine = (table.c.workspace_id == W, table.c.id == bindparam("key"), table.c.lease == bindparam("token"))
_due = Statement(
    select(table.c.id, table.c.kind, table.c.body, table.c.attempts, table.c.created_at, table.c.trace)
    .where(table.c.workspace_id == W, table.c.due_at <= bindparam("now"), values_in(table.c.kind, "kinds"))
    .order_by(table.c.due_at)
    .limit(bindparam("most"))
)
_next_due = Statement(
    select(table.c.workspace_id, table.c.due_at)
    .where(table.c.due_at.isnot(None), values_in(table.c.kind, "kinds"), is_here(table.c.workspace_id))
    .order_by(table.c.due_at)
    .limit(bindparam("most"))
)
_lease = Statement(
    update(table)
    .where(table.c.workspace_id == W, table.c.id == bindparam("key"))
    .values(
        attempts=table.c.attempts + 1,
        lease=bindparam("token"),
        lease_until=bindparam("until"),
        due_at=bindparam("until"),
    )
)
_put_back = Statement(
    update(table).where(*_mine).values(due_at=bindparam("due"), error=bindparam("why"), lease=None, lease_until=None)
)
_delete = Statement(delete(table).where(*_mine))
_ended = Statement(
    select(table.c.id, table.c.kind, table.c.body, table.c.attempts, table.c.error, table.c.created_at)
    .where(table.c.workspace_id == W, table.c.due_at.is_(None))
    .order_by(table.c.created_at.desc(), table.c.id)
    .limit(bindparam("most"))
)
_again = Statement(
    update(table)
    .where(table.c.workspace_id == W, table.c.id == bindparam("key"), table.c.due_at.is_(None))
    .values(due_at=bindparam("due"), attempts=0)
)


_count_due = Statement(
    select(func.count(), func.min(table.c.due_at)).where(
        table.c.due_at <= bindparam("now"), is_here(table.c.workspace_id)
    )
)
_oldest = Statement(
    select(func.min(table.c.created_at)).where(
        table.c.due_at.isnot(None), table.c.kind.like(bindparam("like")), is_here(table.c.workspace_id)
    )
)


class LeaseLost(Exception):
    """Somebody else has the job now. Nothing of this transaction was stored."""


class Later(Exception):
    """Raised by a handler: try again after `seconds`; it still counts as an attempt."""

    def __init__(self, seconds: float, why: str = "") -> None:
        super().__init__(why)
        self.seconds = seconds


class GiveUp(Exception):
    """Raised by a handler: no further attempt can help. The job ends visibly with this reason."""


class Job(Struct, frozen=True):
    """One job under our lease. `attempt` counts from 1; `body` is JSON; `trace` is the span that wrote it (`traceparent`)."""

    id: str
    kind: str
    body: str
    attempt: int
    created_at: int
    token: str
    trace: str | None = None

    def read(self, kind: type[T]) -> T:
        """The body as a value; raises `GiveUp` when it isn't one."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except msgspec.DecodeError as error:
            raise GiveUp(f"the body can't be read: {error}") from error

    def complete(self, tx: Tx) -> None:
        """Finish the job in the transaction of its effect; raises `LeaseLost`, and then nothing of the effect is stored."""
        if not finish_job(tx, self):
            raise LeaseLost(self.id)


class Patience(Struct, frozen=True):
    """How often one kind of job is tried, and how long: `seconds` is the lease of an attempt; pauses grow from `base` to `cap` (ms)."""

    attempts: int = 12
    seconds: int = 60
    base: int = SECOND
    cap: int = HOUR


class Ended(Struct, frozen=True):
    """A job that ended badly, and why."""

    id: str
    kind: str
    body: str
    attempts: int
    error: str
    created_at: int


def claim_jobs(tx: Tx, kinds: Mapping[str, Patience], most: int) -> list[Job]:
    """At most `most` due jobs of the given `kinds`, the attempt recorded. One that killed its workers at every attempt ends here."""
    claimed: list[Job] = []
    for job_id, kind, body, attempts, created_at, trace in tx.all(_due, now=tx.now, kinds=list(kinds), most=most):
        how, token = kinds[kind], secrets.token_hex(16)
        tx.run(_lease, key=job_id, token=token, until=tx.now + how.seconds * SECOND)
        if attempts >= how.attempts:
            tx.run(_put_back, key=job_id, token=token, due=None, why=DIED)
        else:
            claimed.append(Job(job_id, kind, body, attempts + 1, created_at, token, trace))
    return claimed


def list_next_due(tx: ReadTx, kinds: Collection[str], most: int) -> list[tuple[str, int]]:
    """The next jobs of these kinds in all workspaces, as (workspace, in how many milliseconds), earliest first."""
    return [(row[0], row[1] - tx.now) for row in tx.all(_next_due, kinds=list(kinds), most=most)]


def count_due(tx: ReadTx) -> tuple[int, int | None]:
    """How many jobs of all workspaces are due, and since when the longest waiting one is (Unix milliseconds)."""
    row = tx.one(_count_due, now=tx.now)
    return (row[0], row[1]) if row else (0, None)


def find_oldest(tx: ReadTx, prefix: str) -> int | None:
    """When the oldest unfinished job of these kinds was made, in all workspaces."""
    found: int | None = tx.value(_oldest, like=f"{prefix}%")
    return found


def put_back(tx: Tx, job: Job, *, due_at: int | None, error: str) -> bool:
    """Give the job back: due again at `due_at` (Unix milliseconds), or with None ended. False when the lease was lost."""
    return bool(tx.run(_put_back, key=job.id, token=job.token, due=due_at, why=error))


def finish_job(tx: Tx, job: Job) -> bool:
    """The job is done and gone; False when the lease was lost."""
    return bool(tx.run(_delete, key=job.id, token=job.token))


def list_ended(tx: ReadTx, most: int = 100) -> list[Ended]:
    """Jobs that ended badly, newest first."""
    return [Ended(*row) for row in tx.all(_ended, most=most)]


def retry_job(tx: Tx, job_id: str) -> bool:
    """Begin an ended job anew; False when there is no such job."""
    return bool(tx.run(_again, key=job_id, due=tx.now))
