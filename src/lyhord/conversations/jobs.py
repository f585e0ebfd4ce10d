"""Jobs that ask a channel for what came without: files that it named by an address, before it forgets them; names of people."""

from typing import Protocol

from msgspec.structs import replace

from lyhord.conversations.actions.fetch import LOST, Wanted, keep_file, lose_file
from lyhord.conversations.actions.naming import Nameless, keep_name
from lyhord.conversations.channel import Adapter, Naming
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


def make_naming(adapters: Adapters) -> Handler:
    """The work of asking for one name."""

    async def name(context: Context, job: Job) -> None:
        wanted = job.read(Nameless)
        try:
            adapter = await adapters.adapter(context.workspace_id, wanted.inbox_id)
            called = await adapter.name_of(wanted.address) if isinstance(adapter, Naming) else ""
        except NotFound:
            return
        if called:
            address = replace(wanted.address, name=called, verified=True)
            await context.database.write(context.workspace_id, keep_name, address)

    return name
