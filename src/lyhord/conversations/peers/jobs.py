"""The job that asks what an identity can be sent."""

from lyhord.conversations.besides import Probing
from lyhord.conversations.exchange import Address
from lyhord.conversations.jobs import Adapters
from lyhord.conversations.peers.actions import keep_peers
from lyhord.conversations.peers.model import Whom
from lyhord.kit.database import Tx
from lyhord.kit.jobs import Context, Handler
from lyhord.kit.leases import Job, Patience
from lyhord.kit.problems import NotFound

PATIENCE = Patience(attempts=3)
"""Whoever writes next asks again, and so does the sending."""


def make_prober(adapters: Adapters) -> Handler:
    """The work of asking once. What was known stands until there is an answer."""

    async def probe(context: Context, job: Job) -> None:
        whom = job.read(Whom)
        who = Address(whom.scheme, whom.value)
        try:
            adapter = await adapters.adapter(context.workspace_id, whom.inbox_id)
            peer = await adapter.find_peer(who) if isinstance(adapter, Probing) else None
        except NotFound:
            peer = None

        def keep(tx: Tx) -> None:
            job.complete(tx)
            if peer is not None:
                keep_peers(tx, [(whom.inbox_id, who, peer)])

        await context.database.write(context.workspace_id, keep)

    return probe
