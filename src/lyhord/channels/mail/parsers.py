"""A small pool of parsing processes: started when a mail comes, ended when none came for a minute, killed when one takes too long."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog

from lyhord.channels.mail.child import OWN_FAULT, Job
from lyhord.channels.mail.payloads import Reading, read_refused
from lyhord.conversations.exchange import Inbound
from lyhord.kit.storing import StorageFull

WALL_SECONDS = 30.0
IDLE_SECONDS = 60.0
PROCESSES = 2

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
        self._free: list[_Child] = []
        self._slots = asyncio.Semaphore(PROCESSES)
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
            async with self._slots:
                answer = await self._ask(job, b"" if file else raw)
            if answer is not None and answer.startswith(OWN_FAULT):
                raise StorageFull(answer[1:].decode("utf-8", "replace"))
            if answer is not None:
                return msgspec.json.decode(answer, type=list[Inbound])
            _log.warning("mail.parse_failed", workspace_id=reading.workspace_id, care=care, file=file)
        return [read_refused(raw[:_HEAD], reading, "problem.mail.unreadable")]

    async def close(self) -> None:
        """End the children."""
        if self._reaper is not None:
            self._reaper.cancel()
        free, self._free = self._free, []
        await asyncio.gather(*(child.end() for child in free), *self._ending)

    async def _ask(self, job: Job, raw: bytes) -> bytes | None:
        """One attempt: the answer, or None when the child died, was killed, or was too slow."""
        child = self._free.pop() if self._free else await _Child.start(self._root)
        try:
            answer = await asyncio.wait_for(child.ask(msgspec.json.encode(job), raw), self._wall_seconds)
        except (TimeoutError, OSError, EOFError):
            await child.end()
            return None
        except asyncio.CancelledError:
            await child.end()
            raise
        self._free.append(child)
        self._end_later()
        return answer

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


class _Child:
    """One process and the pipe to it."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.pid = process.pid

    @classmethod
    async def start(cls, root: Path) -> "_Child":
        environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PATH": os.environ.get("PATH", "")}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "lyhord.channels.mail.child",
            str(root),
            stdin=PIPE,
            stdout=PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        return cls(process)

    async def ask(self, job: bytes, raw: bytes) -> bytes:
        """Send one job and wait for its answer. Raises `OSError` or `EOFError` when the process is gone."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise EOFError("no pipe")
        stdin.write(len(job).to_bytes(4, "big") + job + raw)
        await stdin.drain()
        return await stdout.readexactly(int.from_bytes(await stdout.readexactly(4), "big"))

    async def end(self) -> None:
        """Kill it and wait until it is gone."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        transport = getattr(self._process, "_transport", None)
        if transport is not None:
            transport.close()
