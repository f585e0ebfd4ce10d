"""A plain SMTP receiver for companies that forward their mail: takes what is for an inbox, says 250 once it is durable, relays nothing."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session
from msgspec import Struct

from lyhord.channels.mail.incoming import Intake
from lyhord.channels.mail.options import Options, Server
from lyhord.conversations.channel import Door, Health
from lyhord.kit.storing import StorageFull
from lyhord.kit.text import fold_email

IDLE_SECONDS = 120.0
RECIPIENT_LIMIT = 100
RETRY_SECONDS = 30.0

Deliver = Callable[[bytes], Awaitable[None]]
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

    def __init__(self) -> None:
        self._ports: dict[tuple[str, int], _Port] = {}

    async def serve(self, server: Server, route: Route) -> None:
        """Take mail for `route` until cancelled. Raises `OSError` where the port can't be had."""
        place = (server.host, server.port)
        port = self._ports.get(place)
        if port is None:
            port = self._ports[place] = _Port()
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

    def __init__(self) -> None:
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

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            for route in list(self.routes):
                mine = [address for address in envelope.rcpt_tos if route.takes(address)]
                if mine and len(content) > route.limit:
                    return "552 5.3.4 The mail is too large"
                if mine:
                    head = "".join(f"X-Original-To: {address}\r\n" for address in mine)
                    await route.deliver(head.encode("utf-8", "replace") + content)
        except StorageFull:
            return "452 4.3.1 No room; please try again later"
        except Exception:  # noqa: BLE001 - our own fault, told in the log; the sending server keeps the mail and comes back
            _log.exception("mail.receive_failed")
            return "451 4.3.0 Not now; please try again later"
        return "250 2.0.0 Taken"

    async def handle_exception(self, error: Exception) -> str:
        _log.warning("mail.receiver_error", reason=type(error).__name__)
        return "451 4.3.0 Not now; please try again later"


class _Protocol(SMTP):
    """Lines longer than the standard allows are met daily; nothing is gained by losing their mail."""

    line_length_limit = 1_000_000


async def serve_inbox(receivers: Receivers, options: Options, intake: Intake, door: Door) -> None:
    """Listen for one inbox until cancelled; while its port can't be had, say so and try again every half minute."""

    async def deliver(content: bytes) -> None:
        await intake.take(door, content)

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
