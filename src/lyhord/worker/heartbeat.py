"""A worker's sign of life. It is given by the clockwork itself: a clockwork that stands still is a worker that does."""

import os
import socket

from lyhord import __version__
from lyhord.kit.clock import SECOND
from lyhord.kit.database import Busy, Database, StorageFull, Tx
from lyhord.kit.database.database import NOWHERE
from lyhord.kit.vitals import drop_vital, list_vitals, note_vital, sweep_vitals

BEAT_SECONDS = 30.0
SILENT = 3 * BEAT_SECONDS * SECOND
"""After how long without a sign a worker counts no more (milliseconds)."""
PREFIX = "worker:"


class Heartbeat:
    """That of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.name = f"{PREFIX}{socket.gethostname()[:80]}:{os.getpid()}"
        self.workers = 1
        """How many there are, this one among them, as far as the last beat told."""

    async def beat(self) -> None:
        """Say that we live, count who else does, and forget those who died long ago."""

        def write(tx: Tx) -> int:
            note_vital(tx, self.name, {"version": __version__})
            sweep_vitals(tx, PREFIX)
            return sum(1 for one in list_vitals(tx) if one.name.startswith(PREFIX) and one.at > tx.now - SILENT)

        self.workers = await self._database.write(NOWHERE, write)

    async def end(self) -> None:
        """Say that we stop. When even that can't be written, our silence says it."""
        try:
            await self._database.write(NOWHERE, drop_vital, self.name)
        except (Busy, StorageFull):
            return
