"""The job that sends a scheduled reply when its time has come."""

from lyhord.conversations.answering import Answering
from lyhord.conversations.scheduled import store
from lyhord.conversations.scheduled.actions import send_due
from lyhord.kit.database import Tx
from lyhord.kit.jobs import Context, Handler
from lyhord.kit.leases import Job


def make_send_scheduled(answering: Answering) -> Handler:
    """The work of sending, as far as its writer may still answer then."""

    async def send_scheduled(context: Context, job: Job) -> None:
        """One whose time was changed has another job, and this one does nothing. Sending and the job's end are one transaction."""
        body = job.read(dict)
        row = await context.database.read(context.workspace_id, lambda tx: tx.one(store.by_id, id=body["id"]))

        def send(tx: Tx) -> None:
            job.complete(tx)
            send_due(tx, body["id"], body["due_at"], answering)

        actor = f"agent:{row[3]}" if row else "system"
        await context.database.write(context.workspace_id, send, actor=actor)

    return send_scheduled
