"""Recognising callers: the one look-up behind every cookie, every bearer token, and every stream that stays open."""

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress
from contextvars import Context

from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Busy, Database, StorageFull
from lyhord.kit.http import Credential, Gate, Network, Principal
from lyhord.kit.together import Together
from lyhord.workspaces.actions.sessions import see_credentials
from lyhord.workspaces.views import list_seen

SEEN_EVERY = 5 * MINUTE
"""How exact "last used" is; each note costs a write."""
MOST_TOGETHER = 500
"""Callers whom one reading answers; more would hold up others who wait for a reader."""
MOST_NOTED = 200
"""Credentials that one write notes as used; more would hold up the writer."""


def make_gate(database: Database, network: Network) -> Gate:
    """The gate that asks `database` at every call, so that what was ended a moment ago opens nothing now."""
    read = _Grants(database).read
    return Gate(Together(read, most=MOST_TOGETHER).ask, read, network)


class _Grants:
    """Today's grants."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noting: dict[str, asyncio.Task[None]] = {}

    async def read(self, workspace_id: str, credentials: Collection[Credential]) -> Mapping[Credential, Principal]:
        """Those behind credentials; what is unknown or ended is left out. Nobody waits until it is noted who was seen."""
        found = await self._database.read(workspace_id, list_seen, credentials)
        long_ago = self._database.clock() - SEEN_EVERY
        unnoted = [credential for credential, seen in found.items() if seen.seen_at <= long_ago]
        if unnoted and workspace_id not in self._noting:
            task = asyncio.create_task(self._note(workspace_id, unnoted), context=Context())
            self._noting[workspace_id] = task
            task.add_done_callback(lambda _: self._noting.pop(workspace_id))
        return {credential: seen.principal for credential, seen in found.items()}

    async def _note(self, workspace_id: str, unnoted: list[Credential]) -> None:
        with suppress(Busy, StorageFull):  # reading goes on while nothing can be written
            for first in range(0, len(unnoted), MOST_NOTED):
                part = unnoted[first : first + MOST_NOTED]
                await self._database.write(workspace_id, see_credentials, part)
