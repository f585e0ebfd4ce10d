"""What the server told, as values: mentions, answers and quotes, likes of what we said, deletions, and private messages."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct, field

from lyhord.channels.bluesky.facets import from_facets
from lyhord.channels.bluesky.options import SCHEME
from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    Media,
    Place,
    Unsupported,
)
from lyhord.kit.text import preview

LIKE = "❤️"
SAID = frozenset({"mention", "reply", "quote"})
_PICTURES = "https://cdn.bsky.app/img/feed_fullsize/plain"
_BEGINNING = 200
_CHAT = "chat.bsky.convo.defs#"


class Person(Struct, frozen=True, rename="camel"):
    """Somebody, by an id that stays (`did`) and a name that may change."""

    did: str
    handle: str = ""
    display_name: str = ""


class Notification(Struct, frozen=True, rename="camel"):
    """Something that happened to us. `record` is the post or like itself."""

    uri: str
    author: Person
    reason: str
    indexed_at: str
    record: dict[str, Any] = {}
    reason_subject: str | None = None


class Entry(Struct, frozen=True, rename="camel"):
    """One line of the log of private messages."""

    kind: str = field(name="$type", default="")
    rev: str = ""
    convo_id: str = ""
    message: dict[str, Any] = {}
    reaction: dict[str, Any] = {}


class Told(Struct, frozen=True, kw_only=True):
    """What is kept: a notification with the post at the root of its thread, a line of the private log with who takes part, or the
    address of a post that isn't there any more.
    """

    notification: Notification | None = None
    root: dict[str, Any] | None = None
    entry: Entry | None = None
    members: tuple[Person, ...] = ()
    gone: str | None = None


_told = msgspec.json.Decoder(Told)


def read_told(body: bytes, me: str = "") -> list[Inbound]:
    """What one thing that was told says, to the account `me` (a DID). Never raises."""
    try:
        return list(_read(_told.decode(body), me))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        return [Unsupported(external_id=hashlib.sha256(body).hexdigest(), reason=str(error)[:200] or "no JSON")]


def _read(told: Told, me: str) -> Iterator[Inbound]:
    if told.gone:
        yield InboundRemoval(message=told.gone)
    if told.entry is not None:
        yield from _private(told.entry, told.members, me)
    event = told.notification
    if event is None:
        return
    if event.reason in SAID:
        yield _post(event, told.root)
    elif event.reason == "like" and event.reason_subject:
        yield InboundReaction(
            message=event.reason_subject, sender=_sender(event.author), emoji=LIKE, external_id=event.uri
        )


def _post(event: Notification, root: Mapping[str, Any] | None) -> InboundMessage:
    record = event.record
    parent = uri_of(record, "parent")
    root_uri = uri_of(record, "root") or event.uri
    words = _words(record)
    beginning = _words(root) if root is not None else words if root_uri == event.uri else ""
    return InboundMessage(
        external_id=event.uri,
        sender=_sender(event.author),
        text=words,
        at=_moment(record.get("createdAt")),
        media=tuple(_pictures(record.get("embed"), event.author.did)),
        answers=(parent,) if parent else (),
        place=Place(root_uri, link_to(root_uri), preview(beginning, _BEGINNING)),
    )


def _private(entry: Entry, members: Sequence[Person], me: str) -> Iterator[Inbound]:
    message = entry.message
    message_id, sender = message.get("id"), message.get("sender")
    who = sender.get("did") if isinstance(sender, dict) else None
    if not isinstance(message_id, str):
        return
    person = next((one for one in members if one.did == who), Person(str(who or "")))
    if entry.kind == f"{_CHAT}logCreateMessage" and who and who != me:
        yield InboundMessage(
            external_id=message_id,
            sender=_sender(person),
            text=_words(message),
            at=_moment(message.get("sentAt")),
        )
    elif entry.kind == f"{_CHAT}logDeleteMessage":
        yield InboundRemoval(message=message_id)
    elif entry.kind in {f"{_CHAT}logAddReaction", f"{_CHAT}logRemoveReaction"}:
        yield from _reacted(entry, message_id, members, me)


def _reacted(entry: Entry, message_id: str, members: Sequence[Person], me: str) -> Iterator[Inbound]:
    by, emoji = entry.reaction.get("sender"), entry.reaction.get("value")
    who = by.get("did") if isinstance(by, dict) else None
    if isinstance(emoji, str) and emoji and who and who != me:
        person = next((one for one in members if one.did == who), Person(str(who)))
        removed = entry.kind.endswith("logRemoveReaction")
        yield InboundReaction(message=message_id, sender=_sender(person), emoji=emoji, removed=removed, alone=False)


def uri_of(record: Mapping[str, Any], which: str) -> str:
    """The post that a post answers (`parent`), or the first of its thread (`root`); "" where it answers none."""
    reply = record.get("reply")
    found = reply.get(which) if isinstance(reply, dict) else None
    uri = found.get("uri") if isinstance(found, dict) else None
    return uri if isinstance(uri, str) else ""


def link_to(uri: str) -> str:
    """Where people read a post."""
    parts = uri.removeprefix("at://").split("/")
    return f"https://bsky.app/profile/{parts[0]}/post/{parts[2]}" if len(parts) == 3 else ""


def _sender(person: Person) -> tuple[Address, ...]:
    return (Address(SCHEME, person.did, person.display_name or person.handle, verified=True),)


def _words(record: Mapping[str, Any]) -> str:
    text, facets = record.get("text"), record.get("facets")
    return from_facets(text, facets if isinstance(facets, list) else []) if isinstance(text, str) else ""


def _pictures(embed: Any, did: str) -> Iterator[Media]:
    media = embed.get("media") if isinstance(embed, dict) else None
    holder = media if isinstance(media, dict) else embed if isinstance(embed, dict) else {}
    images = holder.get("images")
    for number, one in enumerate(images if isinstance(images, list) else [], 1):
        try:
            blob = one["image"]
            cid, size = str(blob["ref"]["$link"]), int(blob.get("size") or 0)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
        yield Media(f"picture-{number}.jpg", "image/jpeg", size, url=f"{_PICTURES}/{did}/{cid}@jpeg")


def _moment(text: Any) -> int | None:
    try:
        return int(datetime.fromisoformat(text).timestamp() * 1000)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
