"""Backups by the clock: the worker looks often, and one of all workers makes one when it is time."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import cast

import structlog

from lyhord.app.engines import make_engines
from lyhord.app.folder import data_folder
from lyhord.app.refusals import BackupRefused
from lyhord.app.settings import Settings
from lyhord.app.snapshots import Snapshot, make_snapshot
from lyhord.kit.clock import HOUR, MINUTE
from lyhord.kit.database import Database, Tx
from lyhord.kit.database.database import NOWHERE
from lyhord.kit.vitals import list_vitals, note_vital

NAME = "backup"
LOOK_SECONDS = 60.0
PATIENCE = 2 * HOUR
"""How long whoever began a backup is taken to be still at it."""
_log = structlog.get_logger()


class BackingUp:
    """Makes a backup into the setting `backup_dir` whenever `backup_hours` have passed."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    async def look(self) -> bool:
        """Make one if it is time; whether one was made. A failure is noted for the health page, and tried again at the next look."""
        if not await self._database.write(NOWHERE, claim, self._settings.backup_hours * HOUR):
            return False
        try:
            made = await _beside(partial(snapshot, self._settings))
        except asyncio.CancelledError:
            await self._database.write(NOWHERE, note_failure, None)
            raise
        except (BackupRefused, OSError) as error:
            _log.error("no backup was made", error=str(error))
            await self._database.write(NOWHERE, note_failure, str(error))
            return False
        await self._database.write(NOWHERE, note_made, made)
        return True


async def _beside(work: Callable[[], Snapshot]) -> Snapshot:
    """Run `work` in a thread that nobody waits for when the product stops: what is half made is cleared away next time."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Snapshot] = loop.create_future()

    def settle(made: Snapshot | None, error: Exception | None) -> None:
        if not done.done():
            done.set_exception(error) if error else done.set_result(cast("Snapshot", made))

    def run() -> None:
        made, failure = None, None
        try:
            made = work()
        except Exception as error:  # noqa: BLE001 - whoever waits hears it
            failure = error
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, made, failure)

    threading.Thread(target=run, name="backup", daemon=True).start()
    return await done


def snapshot(settings: Settings) -> Snapshot:
    """Make one now, in the calling thread."""
    folder = data_folder(settings)
    return make_snapshot(folder, Path(settings.backup_dir), make_engines(settings, folder), keep=settings.backup_keep)


def claim(tx: Tx, every: int) -> bool:
    """Whether it is time, and ours to do: then nobody else is told so."""
    said = next((one.body for one in list_vitals(tx) if one.name == NAME), {})
    since = [said[name] + pause for name, pause in (("made_at", every), ("begun_at", PATIENCE)) if said.get(name)]
    if said.get("failed_at"):
        since.append(said["failed_at"] + MINUTE * 10)
    if any(tx.now < until for until in since):
        return False
    note_vital(tx, NAME, {**said, "begun_at": tx.now, "failed_at": None})
    return True


def note_made(tx: Tx, made: Snapshot) -> None:
    """It worked."""
    note_vital(tx, NAME, {"made_at": made.manifest.made_at, "size": made.manifest.size})


def note_failure(tx: Tx, error: str | None) -> None:
    """It didn't, or with None it was broken off; what was made before still counts."""
    said = next((one.body for one in list_vitals(tx) if one.name == NAME), {})
    note_vital(tx, NAME, {**said, "begun_at": None, "failed_at": tx.now if error else None, "error": error})
