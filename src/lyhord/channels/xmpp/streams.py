"""The stream of a component: opened, kept alive, shared by everything in a process that speaks for the same domain."""

import asyncio
import hashlib
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple
from uuid import uuid4

import structlog
from typing_extensions import override

from lyhord.channels.xmpp.stanzas import COMPONENT, STREAM, Element, Malformed, Reader, element, write

CONNECT_SECONDS = 8.0
ANSWER_SECONDS = 20.0
QUIET_SECONDS = 60.0
"""After so long without a word it is tried whether the other side is there."""
MOST_WAITING = 100
"""Stanzas that wait to be stored; more of them aren't read before."""

Take = Callable[[Element], Awaitable[None]]
_log = structlog.get_logger()


class Component(NamedTuple):
    """Where to connect, and as what."""

    host: str
    port: int
    tls: bool
    domain: str
    secret: str

    @override
    def __repr__(self) -> str:
        """Without the secret."""
        return f"Component({self.domain!r} at {self.host}:{self.port})"


class NotOpen(Exception):
    """There is no stream: the server can't be reached, or refused us for `reason`, a condition of stream errors."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason or "can't be reached")
        self.reason = reason


class Lost(Exception):
    """No answer came, though something was sent."""


class Stream:
    """One open stream. Made by `open_stream`."""

    def __init__(self, wire: "_Wire", domain: str, take: Take) -> None:
        self._wire = wire
        self._domain = domain
        self._take = take
        self._waiting: dict[tuple[str, str], asyncio.Future[Element]] = {}
        self._arrived: asyncio.Queue[Element] = asyncio.Queue(MOST_WAITING)
        self._heard_at = asyncio.get_running_loop().time()
        self.over = asyncio.Event()
        self.reason = ""
        self._tasks = [asyncio.create_task(work) for work in (self._read(), self._hand_on(), self._keep_alive())]

    async def send(self, stanza: Element) -> None:
        """Write a stanza. Raises `NotOpen` where nothing left, else `Lost`."""
        if self.over.is_set():
            raise NotOpen
        try:
            await self._wire.write(write(stanza))
        except OSError as error:
            raise Lost from error

    async def ask(
        self, stanza: Element, key: tuple[str, str] | None = None, *, seconds: float = ANSWER_SECONDS
    ) -> Element:
        """Send a stanza and wait for what answers it: that of the same name and id, or what `key` names so. Raises as `send`."""
        named = key or (stanza.name, stanza.get("id"))
        answer: asyncio.Future[Element] = asyncio.get_running_loop().create_future()
        self._waiting[named] = answer
        try:
            async with asyncio.timeout(seconds):
                await self.send(stanza)
                return await answer
        except (TimeoutError, OSError) as error:
            raise Lost from error
        finally:
            self._waiting.pop(named, None)

    async def settle(self, stanza: Element) -> Element | None:
        """Send a message and wait until the server has dealt with it: an error that came of it at once, or None.

        A word to ourselves follows it. What a server takes it deals with in order, so that this comes back after any such error.
        Raises as `send`.
        """
        key = ("message", stanza.get("id"))
        refused: asyncio.Future[Element] = asyncio.get_running_loop().create_future()
        self._waiting[key] = refused
        try:
            await self.send(stanza)
            await self.echo()
            return refused.result() if refused.done() else None
        finally:
            self._waiting.pop(key, None)

    async def reflect(self, stanza: Element) -> Element:
        """Send a message to a room and wait for the room to say it to all, us included, or to refuse it. Raises as `send`."""
        refused = ("message", stanza.get("id"))
        answer: asyncio.Future[Element] = asyncio.get_running_loop().create_future()
        self._waiting[refused] = self._waiting["groupchat", stanza.get("id")] = answer
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self.send(stanza)
                return await answer
        except (TimeoutError, OSError) as error:
            raise Lost from error
        finally:
            self._waiting.pop(refused, None)
            self._waiting.pop(("groupchat", stanza.get("id")), None)

    async def echo(self) -> None:
        """A word to ourselves, through the server. Raises as `send`."""
        name = uuid4().hex
        me = self._domain
        ping = element("iq", "", element("ping", "urn:xmpp:ping"), type="get", id=name)
        ping.attributes |= {"from": me, "to": me}
        await self.ask(ping, ("echo", name))

    async def close(self) -> None:
        """Take leave and hang up."""
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(2):
                await self._wire.write("</stream:stream>")
        self._hang_up()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _hang_up(self) -> None:
        self.over.set()
        self._wire.abort()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError("the stream ended"))
                answer.exception()  # whoever still waits hears of it; where nobody does, nobody asks

    async def _read(self) -> None:
        try:
            while not self.over.is_set():
                for stanza in await self._wire.read():
                    self._heard_at = asyncio.get_running_loop().time()
                    await self._sort(stanza)
        except (OSError, Malformed, NotOpen) as error:
            self.reason = getattr(error, "reason", "")
            _log.info("an XMPP server hung up", reason=repr(error))
        finally:
            self._hang_up()

    async def _sort(self, stanza: Element) -> None:
        if stanza.name == "error" and stanza.namespace == STREAM:
            raise NotOpen(_condition(stanza))
        name, kind = stanza.get("id"), stanza.get("type")
        keys: list[tuple[str, str]] = []
        if stanza.name == "iq" and kind in {"result", "error"}:
            keys = [("iq", name)]
        elif stanza.name == "iq":
            keys = [("echo", name)]
        elif stanza.name == "message" and kind == "error":
            keys = [("message", name)]
        elif stanza.name == "message" and kind == "groupchat":
            keys = [("groupchat", name)]
        for key in keys:
            answer = self._waiting.get(key)
            if answer is not None and not answer.done():
                answer.set_result(stanza)
                if stanza.name == "iq" or kind == "error":
                    return
        if not (stanza.name == "iq" and kind in {"result", "error"}):
            await self._arrived.put(stanza)

    async def _hand_on(self) -> None:
        """One after the other, so that what a customer said stays in its order."""
        while True:
            stanza = await self._arrived.get()
            try:
                await self._take(stanza)
            except (NotOpen, Lost):
                continue
            except Exception:  # noqa: BLE001 - one stanza that we choke on must not end the stream
                _log.exception("a stanza couldn't be taken")

    async def _keep_alive(self) -> None:
        loop = asyncio.get_running_loop()
        while not self.over.is_set():
            await asyncio.sleep(max(self._heard_at + QUIET_SECONDS - loop.time(), 0.01))
            if loop.time() - self._heard_at >= QUIET_SECONDS:
                try:
                    await self.echo()
                except (NotOpen, Lost):
                    self._hang_up()


class _Wire:
    """Bytes there and back."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._parser = Reader()

    async def read(self) -> list[Element]:
        data = await self._reader.read(65_536)
        if not data:
            raise ConnectionResetError("the server closed the stream")
        found = self._parser.feed(data)
        if self._parser.ended and not found:
            raise ConnectionResetError("the server ended the stream")
        return found

    async def write(self, text: str) -> None:
        self._writer.write(text.encode())
        await self._writer.drain()

    def abort(self) -> None:
        self._writer.transport.abort()


async def open_stream(component: Component, take: Take) -> Stream:
    """Connect and show that we know the secret; `take` is given what comes. Raises `NotOpen`."""
    wire: _Wire | None = None
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            secure = ssl.create_default_context() if component.tls else None
            wire = _Wire(*await asyncio.open_connection(component.host, component.port, ssl=secure))
            await wire.write(
                f"<?xml version='1.0'?><stream:stream xmlns='{COMPONENT}' xmlns:stream='{STREAM}' to='{component.domain}'>"
            )
            opening, *rest = await _some(wire)
            _check(rest)
            proof = hashlib.sha1((opening.get("id") + component.secret).encode(), usedforsecurity=False).hexdigest()
            await wire.write(f"<handshake>{proof}</handshake>")
            _check(await _some(wire))
    except (OSError, TimeoutError, Malformed, UnicodeError) as error:
        if wire is not None:
            wire.abort()
        raise NotOpen from error
    except NotOpen:
        if wire is not None:
            wire.abort()
        raise
    return Stream(wire, component.domain, take)


async def _some(wire: _Wire) -> list[Element]:
    while True:
        found = await wire.read()
        if found:
            return found


def _check(found: list[Element]) -> None:
    for one in found:
        if one.name == "error":
            raise NotOpen(_condition(one))


def _condition(error: Element) -> str:
    return next((one.name for one in error.children if one.name != "text"), "undefined-condition")


class Streams:
    """The open streams of one process. A domain has one: who has the door of its inbox opened it."""

    def __init__(self) -> None:
        self._open: dict[str, Stream] = {}

    def offer(self, domain: str, stream: Stream) -> None:
        """What leaves for this domain may use it."""
        self._open[domain] = stream

    def withdraw(self, domain: str, stream: Stream) -> None:
        """The door is shut."""
        if self._open.get(domain) is stream:
            del self._open[domain]

    def find(self, domain: str) -> Stream | None:
        """The stream of a domain, where this process has it."""
        stream = self._open.get(domain)
        return None if stream is None or stream.over.is_set() else stream
