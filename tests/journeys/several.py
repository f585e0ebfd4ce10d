"""The product as a large installation runs it: two webs and two workers on PostgreSQL and NATS, behind one door."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import httpx
import pytest
from typing_extensions import override

from tests.conftest import ENGINE
from tests.counterparts.nats import NatsServer
from tests.counterparts.postgres import Cluster
from tests.journeys.running import PATIENCE, Running

CHUNK = 65_536


class Door:
    """Passes connections on to the webs in turn, as a proxy would; to one that lives, if any does."""

    def __init__(self, port: int, webs: Sequence[int]) -> None:
        self._port = port
        self._webs = webs
        self._turn = count()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)

    def close(self) -> None:
        """Take nobody in any more, and let everybody go."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._pass_on, "localhost", self._port)

    async def _close(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            there = await self._connect()
            ways = (asyncio.ensure_future(_pump(reader, there[1])), asyncio.ensure_future(_pump(there[0], writer)))
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                there[1].close()
        writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        for _ in self._webs:
            port = self._webs[next(self._turn) % len(self._webs)]
            with contextlib.suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        raise ConnectionRefusedError


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while part := await reader.read(CHUNK):
            writer.write(part)
            await writer.drain()


class Several(Running):
    """Two webs and two workers that look like one server: started, stopped and killed together."""

    def __init__(self, folder: Path, database: str, nats: NatsServer) -> None:
        super().__init__(folder)
        shared = {
            "data_dir": str(folder / "data"),
            "database": database,
            "bus": nats.address,
            "base_address": self.base,
            "trusted_proxies": "127.0.0.1",
        }
        self.webs = [Running(folder / f"web{number}", "web", **shared) for number in (1, 2)]
        self.workers = [Running(folder / f"worker{number}", "worker", **shared) for number in (1, 2)]
        self._door: Door | None = None

    @override
    def start(self, patience: float = PATIENCE) -> None:
        """All at the same moment."""
        start_together(*self.webs, *self.workers, patience=patience)
        self.output = newest_link(self.webs)
        self._door = self._door or Door(self.port, [web.port for web in self.webs])

    @override
    def stop(self) -> None:
        """Everything, the door included."""
        for one in (*self.webs, *self.workers):
            one.stop()
        if self._door is not None:
            self._door.close()
            self._door = None

    @override
    def kill(self) -> None:
        """Every process of ours; the door stays, with nobody behind it."""
        for one in (*self.webs, *self.workers):
            one.kill()


def start_together(*processes: Running, patience: float = PATIENCE) -> None:
    """Start them all at the same moment, and wait until each is ready."""
    with ThreadPoolExecutor(len(processes)) as pool:
        for begun in [pool.submit(one.start, patience) for one in processes]:
            begun.result()


def newest_link(webs: Sequence[Running]) -> str:
    """What the web printed that was asked last for the set-up link: each one ends the one before. After the set-up, what any printed."""
    outputs = [web.output for web in webs]
    for web in webs:
        if "#/setup" in web.output:
            headers = {"lyhord-link": web.setup_token()}
            if httpx.get(f"{web.base}/api/v1/links/setup", headers=headers).is_success:
                return web.output
    return outputs[-1]


@contextlib.contextmanager
def product(request: pytest.FixtureRequest, folder: Path) -> Iterator[Running]:
    """The product on a fresh data folder, as the engine that this run is about has it: embedded, or several processes."""
    if ENGINE == "sqlite":
        with Running(folder) as running:
            yield running
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    address = cluster.create()
    with NatsServer() as nats, Several(folder, address, nats) as several:
        yield several
    cluster.drop(address)
