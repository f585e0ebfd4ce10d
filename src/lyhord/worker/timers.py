"""What happens because time has passed: of several processes one does it each time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import structlog
from msgspec import Struct

from lyhord.kit.database import Busy, Database, ReadTx, StorageFull, Tx
from lyhord.kit.files import KEEP_UNREFERENCED_SECONDS, Files
from lyhord.kit.turns import Turns

AT_ONCE = 500
TURN = 0.9
"""The share of its period for which a timer is its process's own; when that has died, another does it next time."""

_log = structlog.get_logger()


class Timer(Struct, frozen=True):
    """Runs `action(tx)` in every workspace, every `seconds`, and again as long as it says that it found something to do."""

    name: str
    seconds: float
    action: Callable[[Tx], int]


class Chore(Struct, frozen=True):
    """Runs once for the whole installation, every `seconds`; with `everywhere` in each process instead."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[object]]
    everywhere: bool = False


Referenced = Callable[[ReadTx, Sequence[str]], set[str]]
"""Which of these files a workspace's rows name."""


class Clockwork:
    """Runs timers and chores, one after another. A failure is logged and waits for the next time."""

    def __init__(self, database: Database, turns: Turns, timers: Sequence[Timer], chores: Sequence[Chore] = ()) -> None:
        self._database = database
        self._turns = turns
        of_workspaces = [Chore(timer.name, timer.seconds, partial(self.tick, timer)) for timer in timers]
        self._chores = [*of_workspaces, *chores]

    async def run(self) -> None:
        """Go on until cancelled. Everything is due at the start, unless another process did it lately."""
        loop = asyncio.get_running_loop()
        due = {chore.name: loop.time() for chore in self._chores}
        while self._chores:
            chore = min(self._chores, key=lambda one: due[one.name])
            await asyncio.sleep(max(due[chore.name] - loop.time(), 0))
            try:
                if chore.everywhere or await self._turns.take((f"timer:{chore.name}",), chore.seconds * TURN):
                    await chore.run()
            except Exception:  # noqa: BLE001 - one chore's trouble mustn't stop the others; the log says it, and it comes round again
                _log.exception("timer failed", timer=chore.name)
            due[chore.name] = loop.time() + chore.seconds

    async def tick(self, timer: Timer) -> int:
        """Run a timer once; how much it found to do."""
        done = 0
        for workspace_id in await self._database.list_workspaces(reachable=True):
            try:
                while found := await self._database.write(workspace_id, timer.action, bulk=True):
                    done += found
            except (Busy, StorageFull) as error:
                _log.warning("timer waits for the database", timer=timer.name, error=repr(error))
        return done


async def sweep_files(
    database: Database, files: Files, referenced: Referenced, seconds: float = KEEP_UNREFERENCED_SECONDS
) -> int:
    """Remove files that no row of any workspace names and nobody put for `seconds`, and half-written ones; how many went."""
    workspaces = await database.list_workspaces()
    old = await asyncio.to_thread(lambda: list(files.list_old(seconds)))
    gone = await asyncio.to_thread(files.sweep_incoming)
    for start in range(0, len(old), AT_ONCE):
        left = set(old[start : start + AT_ONCE])
        for workspace_id in workspaces:
            left -= await database.read(workspace_id, referenced, sorted(left))
        gone += await asyncio.to_thread(files.remove, left, seconds)
    return gone
