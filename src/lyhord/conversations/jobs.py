"""The jobs of messages: fetching what a channel named by an address, taking out words whose time is up, ending what only rings."""

from typing import Protocol

from lyhord.conversations.actions.calls import stop_ringing
from lyhord.conversations.actions.fetch import LOST, Wanted, keep_file, lose_file
from lyhord.conversations.actions.vanish import vanish
from lyhord.conversations.channel import Adapter
from lyhord.conversations.search import message_index
from lyhord.kit.clock import MINUTE
from lyhord.kit.content import HEAD, sniff
from lyhord.kit.database import Tx
from lyhord.kit.files import Files
from lyhord.kit.jobs import Context, Handler
from lyhord.kit.leases import Job, Patience
from lyhord.kit.problems import NotFound

PATIENCE = Patience(attempts=12, seconds=120, cap=10 * MINUTE)
"""Some fifty minutes: most channels forget the address of a file within an hour."""
NAMING = Patience(attempts=4)
"""A name that can't be had soon is asked for again with the next message."""

TO_THE_END = Patience(attempts=1_000_000, cap=10 * MINUTE)
"""Words whose time is up are never given up: years of attempts."""


class Adapters(Protocol):
    """Where adapters come from; `worker.accounts` has them."""

    async def adapter(self, workspace_id: str, inbox_id: str) -> Adapter:
        """The adapter of an inbox; raises `NotFound` where it was removed."""


def make_fetch(files: Files, adapters: Adapters) -> Handler:
    """The work of fetching one file. The file is durable before its row names it."""

    async def fetch(context: Context, job: Job) -> None:
        wanted = job.read(Wanted)

        def lose(tx: Tx, why: str) -> None:
            lose_file(tx, wanted, why)

        try:
            adapter = await adapters.adapter(context.workspace_id, wanted.inbox_id)
            content = await adapter.fetch_media(wanted.media)
        except NotFound as gone:
            await context.database.write(context.workspace_id, lose, LOST if gone.key == NotFound.key else gone.key)
            return
        except Exception:
            if job.attempt >= PATIENCE.attempts:
                await context.database.write(context.workspace_id, lose, LOST)
            raise
        stored = await files.put(content)
        content_type = sniff(content[:HEAD], wanted.media.name, wanted.media.type)

        def keep(tx: Tx) -> None:
            job.complete(tx)
            keep_file(tx, wanted, stored.sha256, content_type, stored.size)

        await context.database.write(context.workspace_id, keep)

    return fetch


async def vanish_due(context: Context, job: Job) -> None:
    """Empty the messages whose ids the job has (`ids`), in search too: their time is up."""

    def take_out(tx: Tx) -> None:
        job.complete(tx)
        message_ids = job.read(dict)["ids"]
        vanish(tx, message_ids)
        if message_index.exists(tx):
            message_index.remove(tx, message_ids)

    await context.database.write(context.workspace_id, take_out)


async def stop_ringing_call(context: Context, job: Job) -> None:
    """Let a call have been missed of whose message (`id`) nothing more was told."""

    def stop(tx: Tx) -> None:
        job.complete(tx)
        stop_ringing(tx, job.read(dict)["id"])

    await context.database.write(context.workspace_id, stop)
