"""Many readers of the live stream in one process: `python -m tests.faults.stream_readers PORT COOKIES ADDRESS`.

There is one for each line of the file of cookies, and all call from that address of the loopback, whose ports they have to themselves.
They reconnect as browsers do, with their place, after a pause that spreads them. On standard output: a JSON line for each operation of
`tests.faults.checker`, contiguous numbers joined, and twice a second one of how they fare, under `fare`.
Ends when standard input does.
"""

import asyncio
import json
import random
import re
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

SPREAD = 5.0
"""Seconds over which those who lost the server at the same moment come back; each later try waits as long again."""
OPENING = 200
"""So many connect at once at the first time."""
FRAME = re.compile(rb"id: (\d+):(\d+)\nevent: (\w+)\ndata: ([^\n]*)\n\n")


def tell(op: str, **facts: Any) -> None:
    """One operation, one line."""
    sys.stdout.write(json.dumps({"op": op, **facts}) + "\n")


class Reader(asyncio.Protocol):
    """One reader through all its connections."""

    def __init__(self, request: bytes, name: str) -> None:
        self.place: tuple[int, int] | None = None
        self.connected = False
        self.ended = asyncio.Event()
        self.greeted: Callable[[], None] | None = None
        """Called at the first greeting."""
        self._request, self._name = request, name
        self._first = 0
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:  # type: ignore[explicit-override]
        assert isinstance(transport, asyncio.Transport)
        last = "Last-Event-ID: {}:{}\r\n".format(*self.place) if self.place else ""
        transport.write(self._request + last.encode() + b"\r\n")

    def data_received(self, data: bytes) -> None:  # type: ignore[explicit-override]
        """Frames are whole within the pieces that the server sends; what stands between two is the piece's length."""
        data, end = self._rest + data, 0
        for found in FRAME.finditer(data):
            self._take(int(found[1]), int(found[2]), found[3], found[4])
            end = found.end()
        self._rest = data[end:]

    def connection_lost(self, exc: Exception | None) -> None:  # type: ignore[explicit-override]
        self.connected = False
        self._rest = b""
        self.flush()
        self.ended.set()

    def flush(self) -> None:
        """Tell of what was seen since the last telling."""
        if self.place and self._first:
            tell("saw", reader=self._name, epoch=self.place[0], first=self._first, last=self.place[1])
            self._first = 0

    def _take(self, epoch: int, seq: int, event: bytes, data: bytes) -> None:
        if event in (b"hello", b"reset"):
            self.connected = True
            if self.greeted:
                self.greeted()
                self.greeted = None
            self.flush()
            tell("began", reader=self._name, epoch=epoch, seq=seq, reset=event == b"reset")
        else:
            first = json.loads(data)["from"] if event == b"skip" else seq
            if self.place is None or (epoch, first) != (self.place[0], self.place[1] + 1):
                self.flush()
                self._first = 0
            self._first = self._first or first
        self.place = (epoch, seq)


async def keep(reader: Reader, port: int, address: str, opening: asyncio.Semaphore, fare: dict[str, int]) -> None:
    """Connect, a few at a time, and again whenever it breaks."""
    await opening.acquire()
    reader.greeted = opening.release
    loop = asyncio.get_running_loop()
    while True:
        reader.ended.clear()
        fare["tries"] += 1
        with suppress(OSError):
            await loop.create_connection(lambda: reader, "127.0.0.1", port, local_addr=(address, 0))
            await reader.ended.wait()
        await asyncio.sleep(random.uniform(0, SPREAD))


async def run(port: int, cookies: list[str], address: str) -> None:
    """All of them, until told to end."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    head = f"GET /api/v1/stream HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\nCookie: "
    readers = [Reader(f"{head}{cookie}\r\n".encode(), f"{address}-{number}") for number, cookie in enumerate(cookies)]
    opening, fare = asyncio.Semaphore(OPENING), {"tries": 0}
    tasks = [asyncio.create_task(keep(reader, port, address, opening, fare)) for reader in readers]
    loop = asyncio.get_running_loop()
    told_to_end = loop.run_in_executor(None, sys.stdin.read)
    while not told_to_end.done():
        connected = sum(reader.connected for reader in readers)
        lowest = min(reader.place[1] if reader.place else -1 for reader in readers)
        tell("fare", connected=connected, lowest=lowest, **fare)
        sys.stdout.flush()
        await asyncio.wait([told_to_end], timeout=0.5)
    for reader in readers:
        reader.flush()
    sys.stdout.flush()
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]), Path(sys.argv[2]).read_text().split(), sys.argv[3]))
