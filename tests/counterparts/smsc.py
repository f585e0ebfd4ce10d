"""A real SMS centre on loopback: the npm package `smpp`, pinned by hash, told by a test what to do and remembering what it got."""

import asyncio
import contextlib
import json
from itertools import count
from pathlib import Path
from typing import Any, Self

from tests.counterparts.node_packages import install
from tests.counterparts.ports import free_port
from tests.waiting import until
from tools.front_ends import node

FOLDER = Path(__file__).with_name("smsc")
PASSWORD = "pw"


class SmsCentre:
    """One centre. `said` is everything that it said."""

    def __init__(self) -> None:
        self.port = free_port()
        self.said: list[dict[str, Any]] = []
        self._names = count(1)
        self._process: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        install(FOLDER)
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start it and wait until it listens."""
        command = (str(node()), str(FOLDER / "centre.js"), str(self.port), PASSWORD)
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
        self._listening = asyncio.create_task(self._listen(self._process))
        ready = len(self.those("ready"))
        await until(lambda: len(self.those("ready")) > ready)

    async def stop(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        assert self._listening is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await self._listening

    def those(self, kind: str) -> list[dict[str, Any]]:
        """What it said of one kind."""
        return [one for one in self.said if kind in one]

    def tell(self, what: str, **facts: Any) -> None:
        """Have it do something."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": what, **facts}).encode() + b"\n")

    async def deliver(self, source: str, text: str, *, to: str = "71550", **facts: Any) -> int:
        """A customer writes; the status that the centre is answered with."""
        return await self._answered("deliver", source_addr=source, destination_addr=to, text=text, **facts)

    async def wish(self, to: str, status: int | str) -> None:
        """Answer what goes to numbers that end so with this status, or with "silence"."""
        await self._answered("wish", to=to, status=status)

    async def ask(self) -> int:
        """Whether we are there."""
        return await self._answered("ask")

    async def submitted(self, number: int) -> list[dict[str, Any]]:
        """What was submitted, once it is so many."""
        await until(lambda: len(self.those("submitted")) >= number)
        return self.those("submitted")

    async def _answered(self, what: str, **facts: Any) -> int:
        name = f"{what}{next(self._names)}"
        self.tell(what, name=name, **facts)
        await until(lambda: any(one["answered"] == name for one in self.those("answered")))
        return next(int(one["status"]) for one in self.those("answered") if one["answered"] == name)

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            self.said.append(json.loads(line))
