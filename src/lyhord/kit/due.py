"""Work that falls due: found in all workspaces, claimed with a lease, done side by side. Several processes may; the lease decides."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import chain
from operator import itemgetter
from typing import Generic, TypeVar

import structlog

from lyhord.kit.clock import SECOND
from lyhord.kit.database import Busy, Database, StorageFull
from lyhord.kit.pacing import Pulse

Claimed = TypeVar("Claimed")
_log = structlog.get_logger()


class DueRunner(ABC, Generic[Claimed]):
    """Does what is due, at most `at_once` at the same time, and looks every `poll_seconds` for what nobody poked for.

    When it is stopped, what is under way has `grace_seconds` to end.
    """

    def __init__(self, database: Database, *, at_once: int, poll_seconds: float, grace_seconds: float = 0.0) -> None:
        self._database = database
        self._at_once = at_once
        self._poll_seconds = poll_seconds
        self._grace_seconds = grace_seconds
        self._pulse = Pulse()
        self._running: set[asyncio.Task[None]] = set()

    @abstractmethod
    async def _find(self, most: int) -> Sequence[Sequence[tuple[str, int]]]:
        """What is next in the workspaces of each database, as (workspace, in how many of its milliseconds); due from 0 down."""

    @abstractmethod
    async def _claim(self, workspace_id: str, most: int) -> Sequence[Claimed]:
        """At most `most` of what is due there, under our lease from now on."""

    @abstractmethod
    async def _do(self, workspace_id: str, claimed: Claimed) -> None:
        """Do it and write down what became of it. It mustn't raise."""

    def poke(self) -> None:
        """There may be something to do."""
        self._pulse.poke()

    async def run(self) -> None:
        """Work until cancelled; what can't end then is due again when its lease ends."""
        try:
            while True:
                await self._pulse.wait(await self._start_due())
        finally:
            if self._running and self._grace_seconds:
                await asyncio.wait(self._running, timeout=self._grace_seconds)
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    async def catch_up(self) -> None:
        """Do everything that is due now, and return when it is done."""
        busy = True
        while busy:
            busy = bool(self._running)  # what ends while we look may have made more due
            busy = await self._start_due() == 0 or busy
            if self._running:
                await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
                busy = True

    async def _start_due(self) -> float:
        """Start what is due and finds room; how many seconds to sleep if nobody pokes. 0: there may be more at once."""
        room = self._at_once - len(self._running)
        if room <= 0:
            return self._poll_seconds
        try:
            found = sorted(chain.from_iterable(await self._find(room)), key=itemgetter(1))
        except Busy as error:
            self._waits(error)
            return self._poll_seconds
        started = 0
        for workspace_id in dict.fromkeys(workspace_id for workspace_id, wait in found if wait <= 0):
            started += await self._start_in(workspace_id, self._at_once - len(self._running))
        if started:
            return 0
        ahead = [wait / SECOND for _, wait in found if wait > 0]
        return min([self._poll_seconds, *ahead])

    async def _start_in(self, workspace_id: str, room: int) -> int:
        if room <= 0:
            return 0
        try:
            claimed = await self._claim(workspace_id, room)
        except (Busy, StorageFull) as error:
            self._waits(error)
            return 0
        for one in claimed:
            task = asyncio.ensure_future(self._do(workspace_id, one))
            self._running.add(task)
            task.add_done_callback(self._done)
        return len(claimed)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._pulse.poke()

    def _waits(self, error: Exception) -> None:
        _log.warning("due work waits for the database", runner=type(self).__name__, error=repr(error))
