"""Sessions with SMS centres: bound, kept alive, shared by the inboxes of a process, ended when nobody needs them."""

import asyncio
import itertools
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple

import structlog
from typing_extensions import override

from lyhord.channels.sms.pdus import (
    HEADER,
    RESPONSE,
    Command,
    Malformed,
    Pdu,
    Status,
    bind_body,
    read_header,
)

CONNECT_SECONDS = 8.0
ANSWER_SECONDS = 30.0
QUIET_SECONDS = 30.0
"""After so long without a word the other side is asked whether it is there."""
IDLE_SECONDS = 60.0
"""How long a session that only sends is kept after the last message."""
MOST_WAITING = 100
"""Messages of the centre that wait to be stored; more of them aren't read before."""

Deliver = Callable[[Pdu], Awaitable[int]]
"""Takes a `deliver_sm` and gives the status to answer with, once the message is durable."""
_log = structlog.get_logger()


class Centre(NamedTuple):
    """Whom to bind to, and as whom."""

    host: str
    port: int
    tls: bool
    system_id: str
    password: str
    system_type: str

    @override
    def __repr__(self) -> str:
        """Without the password."""
        return f"Centre({self.system_id!r} at {self.host}:{self.port})"


class NotBound(Exception):
    """There is no session: the centre can't be reached, or refused us with `status`."""

    def __init__(self, status: int | None = None) -> None:
        super().__init__("can't be reached" if status is None else f"refused with 0x{status:02x}")
        self.status = status


class Lost(Exception):
    """The session ended after something was sent and before its answer came."""


class Link:
    """One session. Made by `open_link`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, deliver: Deliver | None) -> None:
        self._reader = reader
        self._writer = writer
        self._deliver = deliver
        self._sequences = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Pdu]] = {}
        self._arrived: asyncio.Queue[Pdu] = asyncio.Queue(MOST_WAITING)
        self._heard_at = asyncio.get_running_loop().time()
        self.used_at = self._heard_at
        self.over = asyncio.Event()
        self._tasks = [asyncio.create_task(work) for work in (self._read(), self._store(), self._keep_alive())]

    async def ask(self, command: int, body: bytes = b"", *, seconds: float = ANSWER_SECONDS) -> Pdu:
        """Send a request and wait for its answer. Raises `NotBound` where nothing was sent, else `Lost`."""
        if self.over.is_set():
            raise NotBound
        sequence = next(self._sequences) & 0x7FFF_FFFF
        answer: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        self._waiting[sequence] = answer
        self.used_at = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(seconds):
                await self._send(Pdu(command, 0, sequence, body))
                return await answer
        except (OSError, TimeoutError) as error:
            raise Lost from error
        finally:
            self._waiting.pop(sequence, None)

    async def close(self) -> None:
        """Take leave, if the other side listens, and hang up."""
        with suppress(NotBound, Lost):
            await self.ask(Command.UNBIND, seconds=2.0)
        self._hang_up()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _hang_up(self) -> None:
        self.over.set()
        self._writer.transport.abort()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError("the session ended"))

    async def _send(self, pdu: Pdu) -> None:
        self._writer.write(pdu.packed())
        await self._writer.drain()

    async def _read(self) -> None:
        try:
            while not self.over.is_set():
                await self._take(await read_pdu(self._reader))
        except (OSError, asyncio.IncompleteReadError, Malformed) as error:
            _log.info("SMS centre hung up", reason=repr(error))
        finally:
            self._hang_up()

    async def _take(self, pdu: Pdu) -> None:
        self._heard_at = asyncio.get_running_loop().time()
        if pdu.command & RESPONSE:
            answer = self._waiting.get(pdu.sequence)
            if answer is not None and not answer.done():
                answer.set_result(pdu)
        elif pdu.command == Command.DELIVER_SM and self._deliver is not None:
            await self._arrived.put(pdu)
        elif pdu.command in (Command.ENQUIRE_LINK, Command.UNBIND):
            await self._send(Pdu(pdu.command | RESPONSE, 0, pdu.sequence))
            if pdu.command == Command.UNBIND:
                raise ConnectionResetError("unbound by the centre")
        else:
            await self._send(Pdu(Command.GENERIC_NACK, Status.UNKNOWN_COMMAND, pdu.sequence))

    async def _store(self) -> None:
        """One after the other, so that what a customer said stays in its order."""
        while self._deliver is not None:
            pdu = await self._arrived.get()
            try:
                status = await self._deliver(pdu)
            except Exception:  # noqa: BLE001 - our own fault: the centre keeps the message and comes back with it
                _log.exception("a short message couldn't be stored")
                status = int(Status.TEMPORARY)
            with suppress(OSError):
                await self._send(Pdu(pdu.command | RESPONSE, status, pdu.sequence, b"\0"))

    async def _keep_alive(self) -> None:
        loop = asyncio.get_running_loop()
        while not self.over.is_set():
            await asyncio.sleep(max(self._heard_at + QUIET_SECONDS - loop.time(), 0.01))
            if loop.time() - self._heard_at >= QUIET_SECONDS:
                try:
                    await self.ask(Command.ENQUIRE_LINK)
                except (NotBound, Lost):
                    self._hang_up()


async def open_link(centre: Centre, deliver: Deliver | None = None) -> Link:
    """Bind to a centre, with `deliver` as a transceiver, else to send alone. Raises `NotBound`."""
    command = Command.BIND_TRANSMITTER if deliver is None else Command.BIND_TRANSCEIVER
    body = bind_body(centre.system_id, centre.password, centre.system_type)
    writer: asyncio.StreamWriter | None = None
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            secure = ssl.create_default_context() if centre.tls else None
            reader, writer = await asyncio.open_connection(centre.host, centre.port, ssl=secure)
            writer.write(Pdu(command, 0, 1, body).packed())
            answer = await read_pdu(reader)
    except (OSError, TimeoutError, asyncio.IncompleteReadError, Malformed, UnicodeError) as error:
        if writer is not None:
            writer.transport.abort()
        raise NotBound from error
    if answer.command != command | RESPONSE or answer.status:
        writer.transport.abort()
        raise NotBound(answer.status)
    return Link(reader, writer, deliver)


async def read_pdu(reader: asyncio.StreamReader) -> Pdu:
    """The next packet. Raises `IncompleteReadError` at the end, and `Malformed`."""
    length, command, status, sequence = read_header(await reader.readexactly(HEADER.size))
    return Pdu(command, status, sequence, await reader.readexactly(length - HEADER.size))


class Links:
    """The sessions of one process, by centre: that of the door where it is open here, else one that only sends."""

    def __init__(self) -> None:
        self._doors: dict[Centre, Link] = {}
        self._senders: dict[Centre, Link] = {}
        self._opening: dict[Centre, asyncio.Lock] = {}
        self._sweep: asyncio.Task[None] | None = None

    def offer(self, centre: Centre, link: Link) -> None:
        """What comes in through this session; what goes out uses it, too."""
        self._doors[centre] = link

    def withdraw(self, centre: Centre, link: Link) -> None:
        """The door is shut."""
        if self._doors.get(centre) is link:
            del self._doors[centre]

    async def sending(self, centre: Centre) -> Link:
        """A session to send through. Raises `NotBound`."""
        async with self._opening.setdefault(centre, asyncio.Lock()):
            for link in (self._doors.get(centre), self._senders.get(centre)):
                if link is not None and not link.over.is_set():
                    return link
            link = self._senders[centre] = await open_link(centre)
            if self._sweep is None:
                self._sweep = asyncio.create_task(self._end_idle())
            return link

    async def close(self) -> None:
        """End those that only send; doors end with who opened them."""
        if self._sweep is not None:
            self._sweep.cancel()
        for link in self._senders.values():
            await link.close()
        self._senders.clear()

    async def _end_idle(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(IDLE_SECONDS / 4)
            idle = [one for one, link in self._senders.items() if loop.time() - link.used_at > IDLE_SECONDS]
            for centre in idle:
                await self._senders.pop(centre).close()
