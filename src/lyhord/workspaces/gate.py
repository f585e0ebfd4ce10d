"""Recognising callers: the one look-up behind every cookie and every bearer token."""

import asyncio
import contextlib
from contextvars import Context
from typing import NamedTuple

from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Busy, Database, StorageFull
from lyhord.kit.http import Gate, Network, Principal
from lyhord.kit.http.principal import Way
from lyhord.workspaces.actions.sessions import see_credential
from lyhord.workspaces.views import Seen, list_seen

SEEN_EVERY = 5 * MINUTE
"""How exact "last used" is; each note costs a write."""
MOST_TOGETHER = 100
"""Callers whom one reading answers; more would hold up others who wait for a reader."""


class _Asked(NamedTuple):
    """Somebody who waits for today's grants."""

    credential: str
    way: Way
    answer: "asyncio.Future[Seen | None]"


def make_gate(database: Database, network: Network) -> Gate:
    """The gate that asks `database` at every call, so that what was ended a moment ago opens nothing now."""
    together = _Together(database)

    async def find_principal(workspace_id: str, credential: str, way: Way) -> Principal | None:
        seen = await together.find(workspace_id, credential, way)
        if seen is None:
            return None
        if database.clock() - seen.seen_at >= SEEN_EVERY:
            with contextlib.suppress(Busy, StorageFull):  # reading goes on while nothing can be written
                await database.write(workspace_id, see_credential, way, credential)
        return seen.principal

    return Gate(find_principal, network)


class _Together:
    """Asks once for all who ask in the same turn of the event loop: a thousand streams renew their grants at one moment.

    Reading begins after each of them has asked, so that an answer is as new as if they had asked alone.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked: dict[str, list[_Asked]] = {}
        self._reading: set[asyncio.Task[None]] = set()

    async def find(self, workspace_id: str, credential: str, way: Way) -> Seen | None:
        """Today's grants. Raises what reading raises."""
        asked = self._asked.get(workspace_id)
        if asked is None or len(asked) >= MOST_TOGETHER:
            asked = self._asked[workspace_id] = []
            reading = asyncio.create_task(self._read(workspace_id, asked), context=Context())
            self._reading.add(reading)
            reading.add_done_callback(self._reading.discard)
        answer: asyncio.Future[Seen | None] = asyncio.get_running_loop().create_future()
        asked.append(_Asked(credential, way, answer))
        return await answer

    async def _read(self, workspace_id: str, asked: list[_Asked]) -> None:
        if self._asked.get(workspace_id) is asked:
            del self._asked[workspace_id]
        waiting = {(one.credential, one.way) for one in asked}
        try:
            found = await self._database.read(workspace_id, list_seen, waiting)
        except Exception as error:  # noqa: BLE001 - everybody who asked hears about it
            for one in asked:
                if not one.answer.done():
                    one.answer.set_exception(error)
            return
        for one in asked:
            if not one.answer.done():
                one.answer.set_result(found[one.credential, one.way])
