"""A small pool of parsing processes: started when a mail comes, ended when none came for a minute, killed when one takes too long."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextvars import Context
from pathlib import Path
from typing import NamedTuple

import msgspec
import structlog

from lyhord.channels.mail.child import OWN_FAULT, Job
from lyhord.channels.mail.payloads import Reading, read_refused
from lyhord.conversations.exchange import Inbound
from lyhord.kit.children import Child
from lyhord.kit.pipes import frame
from lyhord.kit.storing import StorageFull

WALL_SECONDS = 30.0
IDLE_SECONDS = 60.0
PROCESSES = 2
TOGETHER = 16
"""Mails that one child is given at once, of those that wait; the other gets its share."""

_HEAD = 256_000
_CARES = ("full", "plain", "headers")
"""What is asked of the three attempts, each less than the one before."""

_log = structlog.get_logger()


class Parsers:
    """Parses mails in at most `PROCESSES` children over the file store at `root`. A mail never costs more than a child."""

    def __init__(self, root: Path, *, wall_seconds: float = WALL_SECONDS, idle_seconds: float = IDLE_SECONDS) -> None:
        self._root = root
        self._wall_seconds = wall_seconds
        self._idle_seconds = idle_seconds
        self._free: list[Child] = []
        self._waiting: deque[_Asked] = deque()
        self._working: set[asyncio.Task[None]] = set()
        self._reaper: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def processes(self) -> list[int]:
        """The ids of the children that wait for work."""
        return [child.pid for child in self._free]

    async def parse(self, reading: Reading, raw: bytes, file: str | None = None) -> list[Inbound]:
        """What the mail says; `raw` may be its beginning only where `file` names it in the store.

        Three attempts, the second and third on less of it; after those, an `Unsupported` that tells who wrote. Raises `StorageFull`
        where the file store can't be written or read.
        """
        for care in _CARES:
            job = Job(msgspec.structs.replace(reading, care=care), 0 if file else len(raw), file)
            answer = await self._ask(job, b"" if file else raw)
            if answer is not None and answer.startswith(OWN_FAULT):
                raise StorageFull(answer[1:].decode("utf-8", "replace"))
            if answer is not None:
                return msgspec.json.decode(answer, type=list[Inbound])
            _log.warning("mail.parse_failed", workspace_id=reading.workspace_id, care=care, file=file)
        return [read_refused(raw[:_HEAD], reading, "problem.mail.unreadable")]

    async def close(self) -> None:
        """End the children; what they were at is not answered."""
        if self._reaper is not None:
            self._reaper.cancel()
        for working in self._working:
            working.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)
        free, self._free = self._free, []
        await asyncio.gather(*(child.end() for child in free), *self._ending)

    async def _ask(self, job: Job, raw: bytes) -> bytes | None:
        """One attempt: the answer, or None when the child died of it, was killed, or was too slow."""
        answer: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Asked(frame(msgspec.json.encode(job)) + raw, answer))
        if len(self._working) < PROCESSES:
            working = asyncio.create_task(self._work(), context=Context())
            self._working.add(working)
            working.add_done_callback(self._working.discard)
        return await answer

    async def _work(self) -> None:
        """Keep one child busy while mails wait: several are handed over together, so that it never waits for us between two."""
        while self._waiting:
            fair = -(-len(self._waiting) // PROCESSES)
            several = [self._waiting.popleft() for _ in range(min(TOGETHER, fair))]
            several = [asked for asked in several if not asked.answer.done()]
            try:
                child = (
                    self._free.pop() if self._free else await Child.start("lyhord.channels.mail.child", str(self._root))
                )
            except OSError as error:
                for asked in several:
                    asked.answer.set_exception(StorageFull(str(error)))
                continue
            try:
                await self._let_parse(child, several)
            except asyncio.CancelledError:
                await child.end()
                raise

    async def _let_parse(self, child: Child, several: Sequence["_Asked"]) -> None:
        """Answer those who asked. The mail at which the child ends is answered with None; those behind it wait for another child."""
        child.send(asked.frame for asked in several)
        for number, asked in enumerate(several):
            try:
                answer = await asyncio.wait_for(child.receive(), self._wall_seconds)
            except (TimeoutError, OSError, EOFError):
                await child.end()
                self._waiting.extendleft(reversed(several[number + 1 :]))
                if not asked.answer.done():
                    asked.answer.set_result(None)
                return
            if not asked.answer.done():
                asked.answer.set_result(answer)
        self._free.append(child)
        self._end_later()

    def _end_later(self) -> None:
        if self._reaper is not None:
            self._reaper.cancel()
        self._reaper = asyncio.get_running_loop().call_later(self._idle_seconds, self._end_idle)

    def _end_idle(self) -> None:
        free, self._free = self._free, []
        for child in free:
            task = asyncio.create_task(child.end())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)


class _Asked(NamedTuple):
    """A mail as it goes to a child, and who waits for the answer."""

    frame: bytes
    answer: "asyncio.Future[bytes | None]"
