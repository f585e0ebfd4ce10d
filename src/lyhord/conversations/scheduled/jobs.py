"""The job that sends a scheduled reply when its time has come."""

from lyhord.conversations.scheduled import store
from lyhord.conversations.scheduled.actions import send_due
from lyhord.kit.database import Tx
from lyhord.kit.jobs import Context
from lyhord.kit.leases import Job


async def send_scheduled(context: Context, job: Job) -> None:
    """One whose time was changed meanwhile has another job, and this one does nothing. Sending and the job's end are one transaction."""
    body = job.read(dict)
    row = await context.database.read(context.workspace_id, lambda tx: tx.one(store.by_id, id=body["id"]))

    def send(tx: Tx) -> None:
        job.complete(tx)
        send_due(tx, body["id"], body["due_at"])

    actor = f"agent:{row[3]}" if row else "system"
    await context.database.write(context.workspace_id, send, actor=actor)
