"""Where questions about facts are asked: a few processes with DuckDB, started for a question and ended when none came for a minute."""

import asyncio
from pathlib import Path
from typing import NamedTuple

import msgspec
import structlog
from msgspec.structs import replace

from lyhord.insights.facts.engine import Answer, Done, Job
from lyhord.kit.children import Child
from lyhord.kit.pipes import frame
from lyhord.kit.problems import Invalid, Problem

PROCESSES = 2
IDLE_SECONDS = 60.0
ASK_SECONDS = 30.0
MEGABYTES = 1_024

_log = structlog.get_logger()
_decode = msgspec.json.Decoder(Done).decode


class AskedTooMuch(Problem):
    """Ask for a shorter time, or more simply."""

    status = 422
    key = "problem.asked_too_much"


class NoFigures(Problem):
    """DuckDB failed, and it wasn't the caller's fault: try again."""

    status = 503
    key = "problem.no_figures"


class _Helper(NamedTuple):
    """A process, and what it has made already, by name its version."""

    child: Child
    has: dict[str, str]

    def left(self, job: Job) -> Job:
        """What of a job is still to be done."""
        return replace(job, runs=[one for one in job.runs if not one.version or self.has.get(one.makes) != one.version])

    def note(self, job: Job) -> None:
        """It is done."""
        self.has.update({one.makes: one.version for one in job.runs if one.version})


class Desk:
    """Asks DuckDB over the files below `root`. One for each process of the product; its children come and go."""

    def __init__(self, root: Path, *, idle_seconds: float = IDLE_SECONDS, megabytes: int = MEGABYTES) -> None:
        self.root = root
        self._idle_seconds = idle_seconds
        self._megabytes = megabytes
        self._free: list[_Helper] = []
        self._room = asyncio.Semaphore(PROCESSES)
        self._reaper: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def processes(self) -> list[int]:
        """The ids of the children that wait for work."""
        return [one.child.pid for one in self._free]

    async def ask(self, job: Job, *, seconds: float = ASK_SECONDS) -> list[Answer]:
        """The answers of the statements that answer. Raises `AskedTooMuch` when it takes longer, `NoFigures` for a fault of ours."""
        async with self._room:
            helper = self._free.pop() if self._free else _Helper(await self._start(self.root, self._megabytes), {})
            done = await self._hear(helper.child, helper.left(job), seconds)
            if done.error:
                await helper.child.end()
            else:
                helper.note(job)
                self._free.append(helper)
                self._end_later()
        if done.error:
            _log.warning("insights.failed", error=done.error[:500])
            raise NoFigures("The figures can't be read just now. Try again in a moment.")
        return done.answers

    async def ask_guarded(self, folder: Path, job: Job, *, seconds: float, megabytes: int) -> list[Answer]:
        """The same of what a person wrote, in a process of its own that sees one workspace's files. Raises `Invalid` in DuckDB's words."""
        async with self._room:
            child = await self._start(folder, megabytes)
            try:
                done = await self._hear(child, job, seconds)
            finally:
                await child.end()
        if done.error:
            raise Invalid(done.error[:1_000], fields={"sql": "field.invalid"})
        return done.answers

    @staticmethod
    async def _start(folder: Path, megabytes: int) -> Child:
        return await Child.start("lyhord.insights.facts.engine", str(folder), str(megabytes))

    @staticmethod
    async def _hear(child: Child, job: Job, seconds: float) -> Done:
        try:
            child.send([frame(msgspec.json.encode(job))])
            return _decode(await asyncio.wait_for(child.receive(), seconds))
        except TimeoutError:
            await child.end()
            raise AskedTooMuch("That took too long. Ask for a shorter time, or more simply.") from None
        except (OSError, EOFError):
            await child.end()
            raise NoFigures("The figures can't be read just now. Try again in a moment.") from None
        except asyncio.CancelledError:
            await child.end()
            raise

    async def close(self) -> None:
        """End the children."""
        if self._reaper is not None:
            self._reaper.cancel()
        free, self._free = self._free, []
        await asyncio.gather(*(one.child.end() for one in free), *self._ending)

    def _end_later(self) -> None:
        if self._reaper is not None:
            self._reaper.cancel()
        self._reaper = asyncio.get_running_loop().call_later(self._idle_seconds, self._end_idle)

    def _end_idle(self) -> None:
        free, self._free = self._free, []
        for one in free:
            task = asyncio.create_task(one.child.end())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)
