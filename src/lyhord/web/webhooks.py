"""`/in/{inbox key}`: what channels call. Raw ASGI, because this is the path that must keep up when everything else doesn't.

2xx only after the commit; 401 for a bad signature, 413 for too much; whatever is our own fault answers 503, so that the channel
sends it again. Vendors stop retrying at a 4xx, so none is ever given for a fault of ours.
"""

import asyncio
import hashlib
from collections import Counter

import structlog
from msgspec.structs import replace

from lyhord.conversations.actions.receive import RAW_IN_ROW, receive_messages
from lyhord.conversations.exchange import Inbound, InboundMessage, Media, Raw, Reply, Unsupported
from lyhord.conversations.model import Received
from lyhord.kit.database import Busy, Database, StorageFull
from lyhord.kit.files import Files
from lyhord.web.asgi import BodyTooLarge, Disconnected, Receive, Scope, Send, answer, read_body
from lyhord.web.doors import Door, Doors

MOST_RAW = 3_000_000
PREFIX = len("/in/")
_CREDENTIALS = frozenset({"authorization", "cookie", "proxy-authorization"})
_HEADERS = ((b"x-content-type-options", b"nosniff"), (b"content-security-policy", b"default-src 'none'; sandbox"))
_HEADERS_LATER = (*_HEADERS, (b"retry-after", b"5"))
_LATER = Reply(503, b"Try again")
_log = structlog.get_logger()


class Webhooks:
    """The ASGI app for `/in/`. `counts` says how often each outcome was given."""

    def __init__(self, database: Database, files: Files, doors: Doors) -> None:
        self._database = database
        self._files = files
        self._doors = doors
        self.counts: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call of a channel."""
        try:
            reply, outcome = await self._reply(scope, receive)
        except Disconnected:
            self.counts["disconnected"] += 1
            return
        except Exception:  # noqa: BLE001 - the channel hears 503 and calls again; the operator reads the log
            _log.exception("webhook failed", path=scope["path"])
            reply, outcome = _LATER, "failed"
        self.counts[outcome] += 1
        headers = _HEADERS_LATER if reply.status == 503 else _HEADERS
        await answer(send, reply.status, reply.body, content_type=reply.content_type.encode(), headers=headers)

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
        return await self._take(door, raw)

    async def _take(self, door: Door, raw: Raw) -> tuple[Reply, str]:
        """Store what came, then acknowledge it."""
        inbounds = _understand(door, raw)
        try:
            inbounds = await self._with_files(inbounds)
            raw = await self._kept(raw)
            await self._store(door, inbounds, raw)
        except (Busy, StorageFull) as error:
            _log.warning("webhook put off", inbox_id=door.account.inbox_id, reason=type(error).__name__)
            return replace(_ack(door, ok=False), status=503), "put_off"
        return _ack(door, ok=True), "stored"

    async def _store(self, door: Door, inbounds: tuple[Inbound, ...], raw: Raw) -> None:
        """One write. What our own code chokes on is kept as it came, so that a vendor's retries don't meet the same error for days."""
        account = door.account
        received = Received(inbox_id=account.inbox_id, channel=door.channel, inbounds=inbounds, raw=raw)
        try:
            await self._database.write(account.workspace_id, receive_messages, received)
        except (Busy, StorageFull, asyncio.CancelledError):
            raise
        except Exception:  # noqa: BLE001 - kept raw and shown as not understood, or failing that answered 503
            _log.exception("payload couldn't be stored as understood", inbox_id=account.inbox_id)
            unread = replace(received, inbounds=(_unread(raw, "not_stored"),))
            await self._database.write(account.workspace_id, receive_messages, unread)

    async def _with_files(self, inbounds: tuple[Inbound, ...]) -> tuple[Inbound, ...]:
        """The same, with the bytes of media in the file store: durable before any row names them."""
        if not any(isinstance(one, InboundMessage) and one.media for one in inbounds):
            return inbounds
        return tuple([await self._filed(one) if isinstance(one, InboundMessage) else one for one in inbounds])

    async def _filed(self, message: InboundMessage) -> InboundMessage:
        media = tuple([await self._file(one) for one in message.media])
        return replace(message, media=media)

    async def _file(self, media: Media) -> Media:
        if media.content is None:
            return media
        stored = await self._files.put(media.content)
        return replace(media, content=None, file=stored.sha256, size=stored.size)

    async def _kept(self, raw: Raw) -> Raw:
        """The payload as it is kept: without credentials, and as a file when it is large."""
        if not _CREDENTIALS.isdisjoint(raw.headers):
            raw = replace(raw, headers={name: text for name, text in raw.headers.items() if name not in _CREDENTIALS})
        if len(raw.body) <= RAW_IN_ROW:
            return raw
        stored = await self._files.put(raw.body)
        return replace(raw, body=b"", file=stored.sha256)


def _raw(scope: Scope, body: bytes) -> Raw:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return Raw(body, headers, scope["query_string"].decode("latin-1"), path=scope["path"])


def _understand(door: Door, raw: Raw) -> tuple[Inbound, ...]:
    """What the adapter reads in it. An adapter that breaks its word and raises costs nobody a message."""
    try:
        return tuple(door.adapter.parse(raw))
    except Exception:  # noqa: BLE001 - the payload is kept and shown as not understood; the log says why
        _log.exception("adapter raised while parsing", channel=door.channel, inbox_id=door.account.inbox_id)
        return (_unread(raw, "adapter_failed"),)


def _unread(raw: Raw, reason: str) -> Unsupported:
    name = raw.file or hashlib.sha256(raw.body).hexdigest()
    return Unsupported(external_id=f"raw:{name}", reason=reason)


def _ack(door: Door, *, ok: bool) -> Reply:
    try:
        return door.adapter.ack(ok)
    except Exception:  # noqa: BLE001 - stored is stored: the channel hears a plain yes
        _log.exception("adapter raised while acknowledging", channel=door.channel)
        return Reply(200 if ok else 503)
