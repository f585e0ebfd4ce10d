"""What a server told, as values: mentions and answers, favourites of what we said, edits and deletions."""

import hashlib
import mimetypes
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from lyhord.channels.mastodon.markup import to_text
from lyhord.channels.mastodon.options import SCHEME
from lyhord.channels.mastodon.payloads import Attachment, Person, Status, Told
from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundEdit,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    Media,
    Place,
    Unsupported,
)
from lyhord.kit.text import preview

DIRECT = "direct"
FAVOURITE = "⭐"
_KINDS = {"image": "image/jpeg", "gifv": "video/mp4", "video": "video/mp4", "audio": "audio/mpeg"}
_BEGINNING = 200
_told = msgspec.json.Decoder(Told)


def read_told(body: bytes, host: str) -> list[Inbound]:
    """What one thing that was told says, to an account on the server `host`. Never raises."""
    try:
        told = _told.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        return [Unsupported(external_id=hashlib.sha256(body).hexdigest(), reason=str(error)[:200] or "no JSON")]
    return list(_read(told, host))


def handle_of(person: Person, host: str) -> str:
    """By what name a person is known everywhere: user@server, in lower case."""
    handle = person.acct.lower().lstrip("@")
    return handle if "@" in handle or not host else f"{handle}@{host}"


def _read(told: Told, host: str) -> Iterator[Inbound]:
    if told.gone:
        yield InboundRemoval(message=told.gone)
    if told.again:
        yield _edit(told.again, host)
    event = told.notification
    if event is None or event.status is None:
        return
    if event.type == "mention":
        yield _message(event.status, told.under, host)
    elif event.type == "update":
        yield _edit(event.status, host)
    elif event.type == "favourite":
        yield InboundReaction(message=event.status.id, sender=_sender(event.account, host), emoji=FAVOURITE)


def _message(status: Status, under: Status | None, host: str) -> InboundMessage:
    return InboundMessage(
        external_id=status.id,
        sender=_sender(status.account, host),
        text=to_text(status.content),
        subject=status.spoiler_text or None,
        at=_moment(status.created_at),
        media=tuple(_media(one) for one in status.media_attachments if one.url or one.remote_url),
        answers=(status.in_reply_to_id,) if status.in_reply_to_id else (),
        place=_place(status, under),
        flags=frozenset({"automatic"}) if status.account.bot else frozenset(),
    )


def _edit(status: Status, host: str) -> InboundEdit:
    return InboundEdit(message=status.id, sender=_sender(status.account, host), text=to_text(status.content))


def _place(status: Status, under: Status | None) -> Place | None:
    """The post that it answers, else itself. Its id says how public an answer is to be: as public as what is answered."""
    if status.visibility == DIRECT:
        return None
    post = under or status
    post_id = status.in_reply_to_id or status.id
    return Place(f"{status.visibility}:{post_id}", post.url or "", preview(to_text(post.content), _BEGINNING))


def _sender(person: Person, host: str) -> tuple[Address, ...]:
    return (Address(SCHEME, handle_of(person, host), person.display_name or person.acct, verified=True),)


def _media(file: Attachment) -> Media:
    url = file.url or file.remote_url or ""
    name = urlsplit(url).path.rpartition("/")[2] or "file"
    kind = mimetypes.guess_type(name)[0] or _KINDS.get(file.type, "application/octet-stream")
    return Media(name, kind, 0, url=url)


def _moment(text: str) -> int | None:
    try:
        return int(datetime.fromisoformat(text).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        return None
