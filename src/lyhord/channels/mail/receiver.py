"""A plain SMTP receiver for companies that forward their mail: takes what is for an inbox, says 250 once it is durable, relays nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax
from msgspec import Struct
from typing_extensions import override

from lyhord.channels.mail.incoming import ROW_BYTES, Intake
from lyhord.channels.mail.options import Options, Server
from lyhord.conversations.account import Door, Health
from lyhord.conversations.exchange import Raw
from lyhord.kit.files import Files
from lyhord.kit.problems import TooLarge
from lyhord.kit.storing import StorageFull
from lyhord.kit.text import fold_email

IDLE_SECONDS = 120.0
RECIPIENT_LIMIT = 100
RETRY_SECONDS = 30.0
BLOCK = 256 * 1024
END = b"\r\n.\r\n"

Deliver = Callable[[Raw, Sequence[str]], Awaitable[None]]
"""Takes a mail, in memory or in the file store, and the addresses of its envelope that are the inbox's."""
_log = structlog.get_logger()


class Route(Struct, frozen=True):
    """One inbox behind a port: its addresses, its limit in bytes, and who takes its mail."""

    addresses: frozenset[str]
    limit: int
    deliver: Deliver
    reply_domain: str = ""

    def takes(self, address: str) -> bool:
        """Whether `address` is the inbox's own, a plus address of it, or in its domain for replies."""
        local, _, domain = fold_email(address).rpartition("@")
        own = f"{local.partition('+')[0]}@{domain}"
        return own in self.addresses or (bool(self.reply_domain) and domain == self.reply_domain)


class Receivers:
    """The listening ports of one process. Inboxes with the same port share it."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._ports: dict[tuple[str, int], _Port] = {}

    async def serve(self, server: Server, route: Route) -> None:
        """Take mail for `route` until cancelled. Raises `OSError` where the port can't be had."""
        place = (server.host, server.port)
        port = self._ports.get(place)
        if port is None:
            port = self._ports[place] = _Port(self._files)
        port.routes.append(route)
        try:
            await port.listen(server)
            await asyncio.Event().wait()
        finally:
            port.routes.remove(route)
            if not port.routes:
                del self._ports[place]
                await port.close()


class _Port:
    """One listening socket and the inboxes behind it; also what aiosmtpd asks about each mail."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.routes: list[Route] = []
        self._server: asyncio.Server | None = None
        self._starting = asyncio.Lock()

    async def listen(self, server: Server) -> None:
        async with self._starting:
            if self._server is None:
                loop = asyncio.get_running_loop()
                self._server = await loop.create_server(self._talk, server.host, server.port)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def _talk(self) -> "_Protocol":
        limit = max((route.limit for route in self.routes), default=1)
        return _Protocol(
            self,
            data_size_limit=limit,
            enable_SMTPUTF8=True,
            ident="Lyhord",
            timeout=IDLE_SECONDS,
            loop=asyncio.get_running_loop(),
        )

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= RECIPIENT_LIMIT:
            return "452 4.5.3 Too many recipients"
        if not any(route.takes(address) for route in self.routes):
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def take(self, recipients: Sequence[str], pieces: AsyncIterator[bytes]) -> str:
        """Keep what comes and hand it to each inbox that it is for; the answer to the sender."""
        meant = [(route, mine) for route in self.routes if (mine := [one for one in recipients if route.takes(one)])]
        if not meant:
            return "451 4.3.0 Not now; please try again later"
        try:
            raw = await self._keep(pieces, min(route.limit for route, _ in meant))
            for route, mine in meant:
                await route.deliver(raw, mine)
        except TooLarge:
            return "552 5.3.4 The mail is too large"
        except StorageFull:
            return "452 4.3.1 No room; please try again later"
        except Exception:  # noqa: BLE001 - our own fault, told in the log; the sending server keeps the mail and comes back
            _log.exception("mail.receive_failed")
            return "451 4.3.0 Not now; please try again later"
        return "250 2.0.0 Taken"

    async def _keep(self, pieces: AsyncIterator[bytes], limit: int) -> Raw:
        """In memory what is small, in the file store what isn't; raises `TooLarge`."""
        head = bytearray()

        async def whole() -> AsyncIterator[bytes]:
            yield bytes(head)
            async for piece in pieces:
                yield piece

        async for piece in pieces:
            head += piece
            if len(head) > ROW_BYTES:
                return Raw(b"", file=(await self._files.put(whole(), limit)).sha256)
        return Raw(bytes(head))

    async def handle_exception(self, error: Exception) -> str:
        _log.warning("mail.receiver_error", reason=type(error).__name__)
        return "451 4.3.0 Not now; please try again later"


class _Protocol(SMTP):
    """Reads mails in blocks, where the library would hold each in memory, line by line, and keep everybody else waiting meanwhile."""

    line_length_limit = BLOCK

    @override
    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        if await self.check_helo_needed():
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Who is it for?")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        pieces = read_data(self._reader, self._reset_timeout)
        answer = await self.event_handler.take(self.envelope.rcpt_tos, pieces)
        async for _ in pieces:  # what nobody wanted to read
            pass
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push(answer)


async def read_data(reader: asyncio.StreamReader, alive: Callable[[], None]) -> AsyncIterator[bytes]:
    """What follows DATA, up to the line with nothing but a dot, in blocks; dots that guard a dot are taken away (RFC 5321 §4.5.2)."""
    held = bytearray(b"\r\n")  # as if a line had ended, so that the first one is like the others
    start = 2
    while not held.endswith(END):
        try:
            held += await reader.readuntil(b".\r\n")
        except asyncio.LimitOverrunError as more:
            held += await reader.readexactly(more.consumed)
        if len(held) > BLOCK and not held.endswith(END):
            open_end = next((part for part in (b"\r\n.", b"\r\n", b"\r") if held.endswith(part)), b"")
            yield bytes(held[: len(held) - len(open_end)]).replace(b"\r\n.", b"\r\n")[start:]
            held, start = bytearray(open_end), 0
            alive()
            await asyncio.sleep(0)
    yield bytes(held[:-3]).replace(b"\r\n.", b"\r\n")[start:]


async def serve_inbox(receivers: Receivers, options: Options, intake: Intake, door: Door) -> None:
    """Listen for one inbox until cancelled; while its port can't be had, say so and try again every half minute."""

    async def deliver(raw: Raw, envelope: Sequence[str]) -> None:
        if raw.file:
            await intake.take_stored(door, raw.file, envelope)
        else:
            await intake.take(door, raw.body, envelope)

    domain = options.reply_domain if options.reply_addresses == "domain" else ""
    route = Route(frozenset(options.addresses), options.limit, deliver, domain)
    while True:
        try:
            await door.report(Health(ok=True))
            await receivers.serve(options.listen, route)
        except OSError as error:
            problem = ("listen_port", "problem.mail.port_taken", str(error)[:100])
            await door.report(Health(ok=False, problems=(problem,)))
            await asyncio.sleep(RETRY_SECONDS)
