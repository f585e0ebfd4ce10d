"""The rows of jobs: work with a retry life of its own, written in the transaction that causes it."""

from typing import Any

import msgspec
from sqlalchemy import Column, Integer, String, Table, Text, bindparam, insert

from lyhord.kit.database.columns import Id, Json, Millis, metadata, partial_index
from lyhord.kit.database.statement import Statement
from lyhord.kit.database.tx import Tx
from lyhord.kit.ids import new_id

job = Table(
    "job",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("kind", String(80), nullable=False),
    Column("body", Json, nullable=False),
    Column("due_at", Millis, nullable=True, comment="null: ended, either done badly or set aside"),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", Millis),
    Column("lease", Text),
    Column("error", Text),
    Column("trace", String(55), comment="traceparent of the span that wrote it, where one was recorded"),
    Column("created_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)
partial_index("ix_job_due", job.c.due_at, job.c.workspace_id, where=job.c.due_at.isnot(None))

_insert_job = Statement(
    insert(job).values(
        {name: bindparam(name) for name in ("workspace_id", "id", "kind", "body", "due_at", "trace", "created_at")}
        | {"attempts": 0}
    )
)


def enqueue(tx: Tx, kind: str, body: Any, *, due_at: int | None = None) -> str:
    """Write a job of `kind` with a JSON-able `body`, due at `due_at` (Unix milliseconds) or now; its id."""
    job_id = new_id()
    encoded = msgspec.json.encode(body).decode()
    due = tx.now if due_at is None else due_at
    tx.run(_insert_job, id=job_id, kind=kind, body=encoded, due_at=due, trace=tx.trace, created_at=tx.now)
    return job_id
