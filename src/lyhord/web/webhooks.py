"""`/in/{inbox key}`: what channels call. Raw ASGI, because this is the path that must keep up when everything else doesn't.

2xx only after the commit; 401 for a bad signature, 413 for too much; whatever is our own fault answers 503, so that the channel
sends it again. Vendors stop retrying at a 4xx, so none is ever given for a fault of ours.
"""

import time

import structlog
from msgspec.structs import replace
from structlog.contextvars import bind_contextvars

from lyhord.conversations.besides import Asking
from lyhord.conversations.exchange import Inbound, Raw, Reply
from lyhord.conversations.intake import not_understood, take_in
from lyhord.conversations.model import Received
from lyhord.conversations.passing import tell_passing
from lyhord.kit.bus import Bus
from lyhord.kit.database import Busy, Database, StorageFull
from lyhord.kit.files import Files
from lyhord.kit.ids import new_reference
from lyhord.kit.measures import measured
from lyhord.kit.tracing import Span, caller, span
from lyhord.web.asgi import BodyTooLarge, Disconnected, Receive, Scope, Send, answer, header, read_body
from lyhord.web.doors import Door, Doors

MOST_RAW = 3_000_000
PREFIX = len("/in/")
_NAME = "POST /in/{key}"
_HEADERS = ((b"x-content-type-options", b"nosniff"), (b"content-security-policy", b"default-src 'none'; sandbox"))
_HEADERS_LATER = (*_HEADERS, (b"retry-after", b"5"))
_LATER = Reply(503, b"Try again")
_log = structlog.get_logger()


class Webhooks:
    """The ASGI app for `/in/`. `measured.webhooks` says how often each outcome was given."""

    def __init__(self, database: Database, files: Files, bus: Bus, doors: Doors) -> None:
        self._database = database
        self._files = files
        self._bus = bus
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call of a channel."""
        reference = new_reference()
        cause = caller(header(scope, b"traceparent"))
        bind_contextvars(reference=reference)  # in the context of this request alone: the server gives each a task
        with span(_NAME, cause, "server", reference=reference) as mine:
            await self._answer(scope, receive, send, mine)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, mine: Span) -> None:
        began = time.perf_counter()
        try:
            reply, outcome = await self._reply(scope, receive)
        except Disconnected:
            measured.webhooks["disconnected"] += 1
            return
        except (Busy, StorageFull) as error:  # even whose inbox it is can't be read
            _log.warning("webhook put off", reason=type(error).__name__)
            reply, outcome = _LATER, "put_off"
        except Exception:  # noqa: BLE001 - the channel hears 503 and calls again; the operator reads the log
            _log.exception("webhook failed")
            reply, outcome = _LATER, "failed"
        measured.webhooks[outcome] += 1
        if mine.parent:
            mine.note(outcome=outcome, status=reply.status)
        headers = _HEADERS_LATER if reply.status == 503 else _HEADERS
        await answer(send, reply.status, reply.body, content_type=reply.content_type.encode(), headers=headers)
        measured.inbound_ack.add(time.perf_counter() - began)

    async def _reply(self, scope: Scope, receive: Receive) -> tuple[Reply, str]:
        door = await self._doors.find(scope["path"][PREFIX:].partition("/")[0])
        if door is None:
            return Reply(404, b"No such inbox"), "unknown"
        try:
            body = await read_body(scope, receive, most=MOST_RAW)
        except BodyTooLarge:
            return Reply(413, b"Too large"), "too_large"
        raw = _raw(scope, body)
        handshake = door.adapter.handshake(raw)
        if handshake is not None:
            return handshake, "handshake"
        verdict = door.adapter.verify(raw)
        if not verdict.ok:
            _log.warning("webhook refused", inbox_id=door.account.inbox_id, reason=verdict.reason)
            return Reply(401, b"Bad signature"), "refused"
        if door.asking is not None and not await _looked_up(door, door.asking, raw):
            return replace(_ack(door, raw, ok=False), status=503), "put_off"
        return await self._take(door, raw)

    async def _take(self, door: Door, raw: Raw) -> tuple[Reply, str]:
        """Store what came, then acknowledge it."""
        account = door.account
        inbounds = _understand(door, raw)
        try:
            lasting = await tell_passing(self._database, self._bus, account.workspace_id, account.inbox_id, inbounds)
            if lasting or not inbounds:
                received = Received(inbox_id=account.inbox_id, channel=door.channel, inbounds=lasting, raw=raw)
                await take_in(self._database, self._files, account.workspace_id, received)
        except (Busy, StorageFull) as error:
            _log.warning("webhook put off", inbox_id=door.account.inbox_id, reason=type(error).__name__)
            return replace(_ack(door, raw, ok=False), status=503), "put_off"
        return _ack(door, raw, ok=True), "stored"


async def _looked_up(door: Door, adapter: Asking, raw: Raw) -> bool:
    """Whether the other side told what the adapter must know; else it is to call again."""
    try:
        await adapter.look_up(raw)
    except Exception as error:  # noqa: BLE001 - the channel keeps what it has to say
        _log.warning("webhook can't be understood yet", inbox_id=door.account.inbox_id, reason=repr(error))
        return False
    return True


def _raw(scope: Scope, body: bytes) -> Raw:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return Raw(body, headers, scope["query_string"].decode("latin-1"), path=scope["path"])


def _understand(door: Door, raw: Raw) -> tuple[Inbound, ...]:
    """What the adapter reads in it. An adapter that breaks its word and raises costs nobody a message."""
    try:
        return tuple(door.adapter.parse(raw))
    except Exception:  # noqa: BLE001 - the payload is kept and shown as not understood; the log says why
        _log.exception("adapter raised while parsing", channel=door.channel, inbox_id=door.account.inbox_id)
        return (not_understood(raw, "problem.not_understood"),)


def _ack(door: Door, raw: Raw, *, ok: bool) -> Reply:
    try:
        return door.adapter.ack(raw, ok=ok)
    except Exception:  # noqa: BLE001 - stored is stored: the channel hears a plain yes
        _log.exception("adapter raised while acknowledging", channel=door.channel)
        return Reply(200 if ok else 503)
