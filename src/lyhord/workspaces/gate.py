"""Recognising callers: the one look-up behind every cookie and every bearer token."""

import contextlib

from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Busy, Database, StorageFull
from lyhord.kit.http import Gate, Network, Principal
from lyhord.kit.http.principal import Way
from lyhord.workspaces.actions.sessions import see_credential
from lyhord.workspaces.views import find_seen

SEEN_EVERY = 5 * MINUTE
"""How exact "last used" is; each note costs a write."""


def make_gate(database: Database, network: Network) -> Gate:
    """The gate that asks `database` at every call, so that what was ended a moment ago opens nothing now."""

    async def find_principal(workspace_id: str, credential: str, way: Way) -> Principal | None:
        seen = await database.read(workspace_id, find_seen, credential, way)
        if seen is None:
            return None
        if database.clock() - seen.seen_at >= SEEN_EVERY:
            with contextlib.suppress(Busy, StorageFull):  # reading goes on while nothing can be written
                await database.write(workspace_id, see_credential, way, credential)
        return seen.principal

    return Gate(find_principal, network)
