"""Taking in what an adapter fetched: files first, so that they are durable before a row names them, then one write."""

import asyncio

import structlog
from msgspec.structs import replace

from lyhord.conversations.actions.payloads import RAW_IN_ROW
from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.exchange import Inbound, InboundMessage, Media, Raw, Unsupported, unread_id
from lyhord.conversations.model import Receipt, Received
from lyhord.kit.database import Busy, Database, StorageFull
from lyhord.kit.files import Files
from lyhord.kit.measures import measured
from lyhord.kit.tracing import span

_CREDENTIALS = frozenset({"authorization", "cookie", "proxy-authorization"})
_log = structlog.get_logger()


async def take_in(
    database: Database, files: Files, workspace_id: str, received: Received, *, limit: int | None = None
) -> Receipt:
    """Store what came through an inbox. When this returns it is durable; when it raises, nothing was taken.

    What our own code chokes on is stored as not understood, with the payload: the sender's copy may be the only other one, and
    trying again would meet the same error. Raises `Busy`, `StorageFull`, and `TooLarge` for a file of more than `limit` bytes.
    """
    with span("take in", inbox_id=received.inbox_id, channel=received.channel, items=len(received.inbounds)):
        return await _take_in(database, files, workspace_id, received, limit)


async def _take_in(
    database: Database, files: Files, workspace_id: str, received: Received, limit: int | None
) -> Receipt:
    inbounds = tuple([await _filed(files, one, limit) for one in received.inbounds])
    raw = await _kept(files, received.raw) if received.raw else None
    received = replace(received, inbounds=inbounds, raw=raw)
    try:
        receipt = await database.write(workspace_id, receive_messages, received)
    except (Busy, StorageFull, asyncio.CancelledError):
        raise
    except Exception:
        if raw is None:
            raise
        _log.exception("couldn't be stored as understood", inbox_id=received.inbox_id)
        unread = replace(received, inbounds=(not_understood(raw, "problem.not_understood"),))
        receipt = await database.write(workspace_id, receive_messages, unread)
    measured.dedupe_hits += receipt.duplicates
    return receipt


def not_understood(raw: Raw, reason: str) -> Unsupported:
    """What stands in the timeline for a payload that couldn't be read; the same bytes are the same message."""
    return Unsupported(external_id=f"raw:{raw.file}" if raw.file else unread_id(raw.body), reason=reason)


async def _filed(files: Files, inbound: Inbound, limit: int | None) -> Inbound:
    if not isinstance(inbound, InboundMessage) or all(media.content is None for media in inbound.media):
        return inbound
    return replace(inbound, media=tuple([await _file(files, media, limit) for media in inbound.media]))


async def _file(files: Files, media: Media, limit: int | None) -> Media:
    if media.content is None:
        return media
    stored = await files.put(media.content, limit)
    return replace(media, content=None, file=stored.sha256, size=stored.size)


async def _kept(files: Files, raw: Raw) -> Raw:
    """The payload without credentials, and as a file when it is large."""
    if not _CREDENTIALS.isdisjoint(raw.headers):
        raw = replace(raw, headers={name: text for name, text in raw.headers.items() if name not in _CREDENTIALS})
    if raw.file or len(raw.body) <= RAW_IN_ROW:
        return raw
    stored = await files.put(raw.body)
    return replace(raw, body=b"", file=stored.sha256)
