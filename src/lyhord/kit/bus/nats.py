"""A link over NATS core: one subject for each workspace, nothing stored. Connects in the background, for as long as it takes."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from lyhord.kit.bus.wire import MOST_BYTES, Listener
from lyhord.kit.pacing import Pulse

ROOT = "lyhord"
MOST_WAITING = 4_096
MOST_WAITING_BYTES = 32_000_000
"""What is sent beyond these, while the server doesn't take it, is lost."""
PAUSE_SECONDS = 1.0
STOP_SECONDS = 2.0
CONFIRM_SECONDS = 2

_log = structlog.get_logger()


class NatsLink:
    """See `Link`. `servers` are addresses of one cluster, `nats://host:port`."""

    def __init__(self, servers: Sequence[str]) -> None:
        self._servers = list(servers)
        self._listener: Listener | None = None
        self._client: Client | None = None
        self._closed = asyncio.Event()
        self._wanted: frozenset[str] = frozenset()
        self._subscribed: dict[str, Subscription] = {}
        self._confirmed = False
        """Whether the server has said that it knows of all that is subscribed to."""
        self._waiting: deque[tuple[str, bytes]] = deque()
        self._waiting_bytes = 0
        self._pulse = Pulse()
        self._said: str | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def up(self) -> bool:
        """See `Link.up`."""
        return self._client is not None and self._client.is_connected

    def start(self, listener: Listener) -> None:
        """See `Link.start`."""
        self._listener = listener
        self._tasks = [asyncio.ensure_future(part) for part in (self._stay_connected(), self._pass_on())]

    async def stop(self) -> None:
        """See `Link.stop`."""
        connecting, passing = self._tasks
        passing.cancel()
        with suppress(Exception):
            async with asyncio.timeout(STOP_SECONDS):
                if self._client is not None and self.up:
                    await self._send_waiting(self._client)
                    await self._client.flush()
        connecting.cancel()
        await asyncio.gather(connecting, passing, return_exceptions=True)

    def send(self, workspace_id: str, data: bytes) -> None:
        """See `Link.send`."""
        full = len(self._waiting) >= MOST_WAITING or self._waiting_bytes >= MOST_WAITING_BYTES
        if full or not self.up or len(data) > MOST_BYTES:
            return
        self._waiting.append((f"{ROOT}.{workspace_id}", data))
        self._waiting_bytes += len(data)
        self._pulse.poke()

    def follow(self, workspaces: frozenset[str | None]) -> None:
        """See `Link.follow`."""
        self._wanted = frozenset(("*",) if None in workspaces else (key for key in workspaces if key))
        self._pulse.poke()

    async def _stay_connected(self) -> None:
        """Connect, and begin anew when the library has given up. Between the two it connects again by itself."""
        while True:
            client = Client()
            try:
                await client.connect(
                    self._servers,
                    name=ROOT,
                    no_echo=True,
                    connect_timeout=2,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=1,
                    ping_interval=5,
                    max_outstanding_pings=2,
                    error_cb=self._note_error,
                    disconnected_cb=self._note_loss,
                    reconnected_cb=self._note_connection,
                    closed_cb=self._note_end,
                )
                self._closed.clear()
                self._client, self._subscribed = client, {}
                await self._note_connection()
                await self._closed.wait()
            except Exception as error:  # noqa: BLE001 - whatever it was, it is tried again
                await self._note_error(error)
            finally:
                self._client = None
                with suppress(Exception):
                    await client.close()
            await asyncio.sleep(PAUSE_SECONDS)

    async def _pass_on(self) -> None:
        """Subscribe to what is wanted, send what waits."""
        while True:
            await self._pulse.wait(PAUSE_SECONDS)
            client = self._client
            if client is None or not client.is_connected:
                self._forget_waiting()
                continue
            try:
                await self._subscribe(client)
                await self._send_waiting(client)
                await self._confirm(client)
            except Exception as error:  # noqa: BLE001 - what was to be sent is lost, and the log has it; the next may get through
                await self._note_error(error)

    async def _send_waiting(self, client: Client) -> None:
        while self._waiting:
            subject, data = self._waiting.popleft()
            self._waiting_bytes -= len(data)
            await client.publish(subject, data)

    async def _subscribe(self, client: Client) -> None:
        for key in self._wanted - self._subscribed.keys():
            self._subscribed[key] = await client.subscribe(f"{ROOT}.{key}", cb=self._hear)
            self._confirmed = False
        for key in self._subscribed.keys() - self._wanted:
            await self._subscribed.pop(key).unsubscribe()

    async def _confirm(self, client: Client) -> None:
        """What was told while a subscription was on its way to the server passed by: say so once the server knows of it."""
        if not self._confirmed:
            await client.flush(CONFIRM_SECONDS)
            self._confirmed = True
            if self._listener is not None:
                self._listener.catch_up()

    async def _hear(self, message: Msg) -> None:
        if self._listener is not None:
            self._listener.hear(message.subject.rpartition(".")[2], message.data)

    def _forget_waiting(self) -> None:
        self._waiting.clear()
        self._waiting_bytes = 0

    async def _note_connection(self) -> None:
        if self._said is not None:
            _log.warning("the bus is reached again")
        self._said = None
        self._forget_waiting()
        if self._listener is not None:
            self._listener.come_up()

    async def _note_loss(self) -> None:
        self._say("the bus is lost; what other processes do shows up to 2 s later")

    async def _note_end(self) -> None:
        self._closed.set()

    async def _note_error(self, error: Any) -> None:
        """Once for each outage: the library tells of every attempt. What fails on a sound connection is told each time."""
        if self.up:
            _log.warning("the bus failed", error=repr(error))
        else:
            self._say("the bus can't be reached; what other processes do shows up to 2 s later", error=repr(error))

    def _say(self, text: str, **facts: str) -> None:
        if self._said is None:
            self._said = text
            _log.warning(text, **facts)
