"""Processes of our own code beside this one: what is heavy, or may be killed, runs there and gives its memory back by ending."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Iterable
from contextlib import suppress


class Child:
    """One process and the pipe to it, over which frames go both ways in order."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.pid = process.pid

    @classmethod
    async def start(cls, module: str, *arguments: str) -> "Child":
        """`python -m module arguments`, with nothing of our environment but where Python finds its code, in a session of its own."""
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
        return cls(process)

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
