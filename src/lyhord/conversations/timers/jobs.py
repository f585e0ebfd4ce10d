"""The job that asks a channel for the timer of one chat."""

from lyhord.conversations.besides import Timing
from lyhord.conversations.exchange import Address
from lyhord.conversations.jobs import Adapters
from lyhord.conversations.timers.actions import learn_timer
from lyhord.conversations.timers.model import Untimed
from lyhord.kit.clock import HOUR
from lyhord.kit.database import Tx
from lyhord.kit.jobs import Context, Handler
from lyhord.kit.leases import Job, Patience
from lyhord.kit.problems import NotFound

PATIENCE = Patience(attempts=8, seconds=30, cap=HOUR)
"""The next message asks again."""


def make_timer_asker(adapters: Adapters) -> Handler:
    """The work of asking once. That a channel knows of no such chat is an answer, too: there is no timer."""

    async def ask(context: Context, job: Job) -> None:
        untimed = job.read(Untimed)
        try:
            adapter = await adapters.adapter(context.workspace_id, untimed.inbox_id)
            to = Address(untimed.scheme, untimed.value)
            seconds = await adapter.fetch_timer(to, untimed.group_id) if isinstance(adapter, Timing) else 0
        except NotFound:
            seconds = 0

        def learn(tx: Tx) -> None:
            job.complete(tx)
            learn_timer(tx, untimed, seconds)

        await context.database.write(context.workspace_id, learn)

    return ask
