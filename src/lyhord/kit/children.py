"""Processes of our own code beside this one: what is heavy, or may be killed, runs there and gives its memory back by ending."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import suppress
from contextvars import Context
from typing import NamedTuple

START_SECONDS = 60.0
IDLE_SECONDS = 60.0


class ChildDied(Exception):
    """The process that was asked ended before it answered."""


class Child:
    """One process and the pipe to it, over which frames go both ways in order."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.pid = process.pid

    @classmethod
    async def start(cls, module: str, *arguments: str) -> "Child":
        """`python -m module arguments`, with nothing of our environment but where Python finds its code, in a session of its own.

        Its first frame, an empty one, says that it is ready. Raises `OSError` where that doesn't come: this is nobody's question's fault.
        """
        environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PATH": os.environ.get("PATH", "")}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            *arguments,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=environment,
            start_new_session=True,
        )
        child = cls(process)
        try:
            await asyncio.wait_for(child.receive(), START_SECONDS)
        except (EOFError, OSError) as error:
            await child.end()
            raise OSError(f"{module} doesn't start: {error!r}") from error
        except asyncio.CancelledError:
            await child.end()
            raise
        return child

    @property
    def ended(self) -> bool:
        """Whether it is gone already."""
        return self._process.returncode is not None

    def send(self, frames: Iterable[bytes]) -> None:
        """Hand work over. Answers come in the same order, and are read while the rest of these is still on its way in."""
        if self._process.stdin is not None:
            self._process.stdin.writelines(frames)

    async def receive(self) -> bytes:
        """The next answer. Raises `OSError` or `EOFError` when the process is gone."""
        stdout = self._process.stdout
        if stdout is None:
            raise EOFError("no pipe")
        return await stdout.readexactly(int.from_bytes(await stdout.readexactly(4), "big"))

    async def end(self) -> None:
        """Kill it and wait until it is gone."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        transport = getattr(self._process, "_transport", None)
        if transport is not None:
            transport.close()


class _Asked(NamedTuple):
    """What goes to a child, how long it may take, and who waits for the answer."""

    frame: bytes
    seconds: float
    answer: asyncio.Future[bytes]

    def fail(self, error: Exception) -> None:
        """Tell whoever still waits."""
        if not self.answer.done():
            self.answer.set_exception(error)


class Pool:
    """At most `processes` children that run `module`: started when something is asked, ended when nothing was for `idle_seconds`.

    One that ends or takes too long costs whoever asked it an error, and nobody else anything. `together`: questions that one child is
    given at once, of those that wait, so that it never waits for us between two; the others get their share.
    """

    def __init__(
        self, module: str, *arguments: str, processes: int, idle_seconds: float = IDLE_SECONDS, together: int = 1
    ) -> None:
        self._command = (module, *arguments)
        self._processes = processes
        self._idle_seconds = idle_seconds
        self._together = together
        self._free: dict[Child, asyncio.TimerHandle] = {}
        self._waiting: deque[_Asked] = deque()
        self._working: set[asyncio.Task[None]] = set()
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def processes(self) -> list[int]:
        """The ids of the children that wait for work."""
        return [child.pid for child in self._free]

    async def ask(self, frame: bytes, *, seconds: float) -> bytes:
        """The answer of a child to what goes through its pipe; one that nobody waits for any longer is killed.

        Raises `ChildDied`; `TimeoutError` where the child took longer than that, and was killed; `OSError` where none could be started.
        """
        asked = _Asked(frame, seconds, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if len(self._working) < self._processes:
            _spawn(self._work(), self._working)
        return await asked.answer

    async def close(self) -> None:
        """End the children; what they were at is not answered."""
        for task in self._working:
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)
        free, self._free = self._free, {}
        for timer in free.values():
            timer.cancel()
        await asyncio.gather(*(child.end() for child in free), *self._ending)

    async def _work(self) -> None:
        """Keep one child busy while questions wait."""
        try:
            while self._waiting:
                fair = -(-len(self._waiting) // self._processes)
                several = [self._waiting.popleft() for _ in range(min(self._together, fair))]
                several = [asked for asked in several if not asked.answer.done()]
                if several:
                    await self._let_answer(several)
        finally:  # at once: who asks before the loop has noticed the end of this task begins another
            self._working.discard(asyncio.current_task())

    async def _let_answer(self, several: Sequence[_Asked]) -> None:
        """Answer those who asked. The one at which the child ends has an error; those behind it wait for another child.

        One that had waited for work may have died of that, so what it was asked first is asked once more.
        """
        waited = bool(self._free)
        try:
            child = await self._take()
        except OSError as error:
            for asked in several:
                asked.fail(error)
            return
        done = 0
        try:
            child.send(asked.frame for asked in several)
            for asked in several:
                answer = await _hear(child, asked)
                done += 1
                if not asked.answer.done():
                    asked.answer.set_result(answer)
        except (ChildDied, TimeoutError) as error:
            await child.end()
            if not (waited and done == 0 and isinstance(error, ChildDied)):
                several[done].fail(error)
                done += 1
            self._waiting.extendleft(reversed(several[done:]))
        except asyncio.CancelledError:
            await child.end()
            raise
        else:
            self._free[child] = asyncio.get_running_loop().call_later(self._idle_seconds, self._end_idle, child)

    async def _take(self) -> Child:
        """One that waits, or a new one."""
        while self._free:
            child, timer = self._free.popitem()
            timer.cancel()
            if not child.ended:
                return child
            await child.end()
        return await Child.start(*self._command)

    def _end_idle(self, child: Child) -> None:
        del self._free[child]
        _spawn(child.end(), self._ending)


def _spawn(doing: Coroutine[None, None, None], among: set[asyncio.Task[None]]) -> None:
    """Do it in a task that carries nothing of whoever asked, and is known as long as it runs."""
    task = asyncio.create_task(doing, context=Context())
    among.add(task)
    task.add_done_callback(among.discard)


async def _hear(child: Child, asked: _Asked) -> bytes:
    """What the child answers. Raises `ChildDied`, and `TimeoutError` also where nobody waits for the answer any longer."""
    receiving = asyncio.ensure_future(child.receive())
    try:
        await asyncio.wait((receiving, asked.answer), timeout=asked.seconds, return_when=asyncio.FIRST_COMPLETED)
        if not receiving.done():
            raise TimeoutError
        return receiving.result()
    except (EOFError, ConnectionError) as error:
        raise ChildDied(repr(error)) from error
    finally:
        receiving.cancel()


async def run_module(module: str, *arguments: str, seconds: float | None = None) -> bytes:
    """What `python -m module arguments` says, run to its end; killed when it takes longer, or when whoever waits is.

    Raises `TimeoutError`, and `RuntimeError` with its last words when it fails.
    """
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", module, *arguments, stdout=PIPE, stderr=PIPE)
    try:
        said, wrong = await asyncio.wait_for(child.communicate(), seconds)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        raise RuntimeError(f"{module} ended with {child.returncode}: {wrong.decode(errors='replace')[-500:]}")
    return said
