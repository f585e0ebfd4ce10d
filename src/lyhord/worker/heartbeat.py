"""A worker's sign of life. It is given by the clockwork itself: a clockwork that stands still is a worker that does."""

import os
import socket

from lyhord import __version__
from lyhord.kit.database import Busy, Database, StorageFull, Tx
from lyhord.kit.database.database import NOWHERE
from lyhord.kit.vitals import drop_vital, note_vital, sweep_vitals

BEAT_SECONDS = 30.0
PREFIX = "worker:"


class Heartbeat:
    """That of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.name = f"{PREFIX}{socket.gethostname()[:80]}:{os.getpid()}"

    async def beat(self) -> None:
        """Say that we live, and forget those who died long ago."""

        def write(tx: Tx) -> None:
            note_vital(tx, self.name, {"version": __version__})
            sweep_vitals(tx, PREFIX)

        await self._database.write(NOWHERE, write)

    async def end(self) -> None:
        """Say that we stop. When even that can't be written, our silence says it."""
        try:
            await self._database.write(NOWHERE, drop_vital, self.name)
        except (Busy, StorageFull):
            return
