"""What X told, as values: mentions, replies and quotes, private messages, and what the company said there itself. Never raises."""

import hashlib
import mimetypes
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct, field

from lyhord.channels.x.options import SCHEME, Options
from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundMessage,
    InboundRemoval,
    InboundStatus,
    InboundTyping,
    Media,
    Place,
    Unsupported,
    unread_id,
)
from lyhord.kit.text import preview

PRIVATE = "dm:"
"""What stands before the id of a private message: posts have the same kind of numbers, and are answered and deleted otherwise."""
UNSHOWN, SEALED, OTHER_ACCOUNT = "channel.x.unshown", "channel.x.sealed", "channel.x.other_account"
LINK = "https://x.com/i/web/status/"
_BEGINNING = 200
_NOTHING = (
    "profile.",
    "follow.",
    "like.",
    "mute.",
    "block.",
    "spaces.",
    "broadcast.",
    "news.",
    "oauth.",
    "chat.",
    "post.repost.",
)
"""Events that are no conversation; an app may have asked for them elsewhere. Of `chat.` only what comes is told."""
_FILM = ("video", "animated_gif")


class _Affiliation(Struct, frozen=True):
    description: str | None = ""


class _User(Struct, frozen=True):
    id: str = ""
    name: str | None = ""
    username: str | None = ""
    affiliation: _Affiliation | None = None


class _Reference(Struct, frozen=True):
    type: str = ""
    id: str = ""


class _Url(Struct, frozen=True):
    url: str = ""
    expanded_url: str | None = ""
    media_key: str | None = None


class _Entities(Struct, frozen=True):
    urls: tuple[_Url, ...] | None = ()


class _Note(Struct, frozen=True):
    text: str = ""
    entities: _Entities | None = None


class _Attachments(Struct, frozen=True):
    media_keys: tuple[str, ...] | None = ()


class _Post(Struct, frozen=True):
    id: str = ""
    text: str = ""
    author_id: str = ""
    conversation_id: str | None = ""
    created_at: str | None = ""
    in_reply_to_user_id: str | None = ""
    in_reply_to_tweet_id: str | None = ""
    referenced_tweets: tuple[_Reference, ...] | None = ()
    attachments: _Attachments | None = None
    entities: _Entities | None = None
    note_tweet: _Note | None = None

    def reference(self, kind: str) -> str:
        """The id of the post that it is about in that way, or ""."""
        return next((one.id for one in self.referenced_tweets or () if one.type == kind), "")


class _Variant(Struct, frozen=True):
    content_type: str = ""
    url: str = ""
    bit_rate: int | None = None
    bitrate: int | None = None


class _VideoInfo(Struct, frozen=True):
    variants: tuple[_Variant, ...] | None = ()


class _File(Struct, frozen=True):
    type: str = ""
    media_key: str = ""
    url: str | None = ""
    media_url_https: str | None = ""
    preview_image_url: str | None = ""
    variants: tuple[_Variant, ...] | None = ()
    video_info: _VideoInfo | None = None


class _Includes(Struct, frozen=True):
    users: tuple[dict[str, Any], ...] | None = ()
    tweets: tuple[_Post, ...] | None = ()
    media: tuple[_File, ...] | None = ()


class _Target(Struct, frozen=True):
    recipient_id: str = ""


class _Attached(Struct, frozen=True):
    media: _File | None = None


class _MessageData(Struct, frozen=True):
    text: str = ""
    entities: _Entities | None = None
    attachment: _Attached | None = None


class _MessageCreate(Struct, frozen=True):
    target: _Target = _Target()
    sender_id: str = ""
    message_data: _MessageData = _MessageData()


class _Direct(Struct, frozen=True):
    id: str = ""
    created_timestamp: str | None = ""
    message_create: _MessageCreate | None = None
    sender_id: str = ""
    last_read_event_id: str | None = ""


class _Directs(Struct, frozen=True):
    messages: tuple[_Direct, ...] = field(default=(), name="direct_message_events")
    reads: tuple[_Direct, ...] = field(default=(), name="direct_message_mark_read_events")
    typings: tuple[_Direct, ...] = field(default=(), name="direct_message_indicate_typing_events")
    users: Mapping[str, dict[str, Any]] = {}


class _Sealed(Struct, frozen=True):
    id: str = ""
    sender_id: str = ""


class _Filter(Struct, frozen=True):
    user_id: str = ""


class _Event(Struct, frozen=True):
    event_type: str
    event_uuid: str = ""
    filter: _Filter = _Filter()
    payload: msgspec.Raw = msgspec.Raw(b"{}")
    includes: msgspec.Raw = msgspec.Raw(b"{}")


class _Envelope(Struct, frozen=True):
    data: _Event


_envelopes = msgspec.json.Decoder(_Envelope)
_includes = msgspec.json.Decoder(_Includes)


class _Heard(NamedTuple):
    """An event, and whose account heard it."""

    event: _Event
    me: str
    posts: bool


def read_call(body: bytes, options: Options) -> list[Inbound]:
    """What one call says to the account of `options`."""
    try:
        event = _envelopes.decode(body).data
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return [Unsupported(external_id=unread_id(body), reason=UNSHOWN)]
    name = event.event_uuid or hashlib.sha256(body).hexdigest()
    whose = event.filter.user_id
    if whose and options.user_id and whose != options.user_id:
        return [Unsupported(external_id=name, reason=OTHER_ACCOUNT)]
    read = _READERS.get(event.event_type)
    if read is None:
        known = event.event_type.startswith(_NOTHING)
        return [] if known else [Unsupported(external_id=name, reason=UNSHOWN)]
    try:
        return list(read(_Heard(event, options.user_id or whose, options.posts)))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return [Unsupported(external_id=name, reason=UNSHOWN)]


def _read_post(heard: _Heard) -> Iterator[Inbound]:
    """What others say is a message; of what the company posts, the replies to others are."""
    if not heard.posts:
        return
    post = msgspec.json.decode(heard.event.payload, type=_Post)
    if not post.id:
        raise msgspec.ValidationError("a post without an id")
    told = _includes.decode(heard.event.includes)
    users = _by_id(told.users or ())
    ours = post.author_id == heard.me
    answered = post.reference("replied_to") or post.in_reply_to_tweet_id or ""
    if ours and not answered:
        return
    to = post.in_reply_to_user_id or ""
    said, media = _content(post, told)
    yield InboundMessage(
        external_id=post.id,
        sender=_sender(users, ("" if to == heard.me else to) if ours else post.author_id),
        text=said,
        at=_moment(post.created_at or ""),
        media=media,
        answers=tuple(filter(None, (answered, post.reference("quoted")))),
        ours=ours,
        place=_place(post, told.tweets or ()),
        flags=frozenset() if ours else _flags(users.get(post.author_id)),
    )


def _read_removal(heard: _Heard) -> Iterator[Inbound]:
    post = msgspec.json.decode(heard.event.payload, type=_Post)
    if post.id:
        yield InboundRemoval(message=post.id)


def _read_direct(heard: _Heard) -> Iterator[Inbound]:
    """The company's own messages are to whom they went; that the company reads or types is nothing."""
    told = msgspec.json.decode(heard.event.payload, type=_Directs)
    users = _by_id(told.users.values())
    for one in told.messages:
        yield _message(one, heard.me, users)
    for one in told.reads:
        at = _milliseconds(one)
        if one.sender_id and one.sender_id != heard.me and (at is not None or one.last_read_event_id):
            reference = f"{PRIVATE}{one.last_read_event_id}" if one.last_read_event_id else ""
            peer = Address(SCHEME, one.sender_id, verified=True)
            yield InboundStatus(reference=reference, state="read", at=at, peer=peer)
    for one in told.typings:
        if one.sender_id and one.sender_id != heard.me:
            yield InboundTyping(sender=_sender(users, one.sender_id))


def _message(direct: _Direct, me: str, users: Mapping[str, _User]) -> Inbound:
    made = direct.message_create
    if made is None or not direct.id or not made.sender_id:
        raise msgspec.ValidationError("no private message")
    ours = made.sender_id == me
    data = made.message_data
    file = data.attachment.media if data.attachment else None
    media = _media([file]) if file else ()
    links = {file.url: ""} if file and file.url and media else {}
    return InboundMessage(
        external_id=f"{PRIVATE}{direct.id}",
        sender=_sender(users, made.target.recipient_id if ours else made.sender_id),
        text=_words(data.text, data.entities, links),
        at=_milliseconds(direct),
        media=media,
        ours=ours,
        flags=frozenset() if ours else _flags(users.get(made.sender_id)),
    )


def _read_sealed(heard: _Heard) -> Iterator[Inbound]:
    chat = msgspec.json.decode(heard.event.payload, type=_Sealed)
    name = f"chat:{chat.id or heard.event.event_uuid}"
    yield Unsupported(external_id=name, reason=SEALED, sender=_sender({}, chat.sender_id))


_READERS: Mapping[str, Callable[[_Heard], Iterator[Inbound]]] = {
    "post.create": _read_post,
    "post.mention.create": _read_post,
    "post.reply.create": _read_post,
    "post.quote.create": _read_post,
    "post.delete": _read_removal,
    "dm.received": _read_direct,
    "dm.sent": _read_direct,
    "dm.read": _read_direct,
    "dm.indicate_typing": _read_direct,
    "chat.received": _read_sealed,
}


def _read_user(told: Mapping[str, Any]) -> _User:
    """A user, whether it stands under `data` or not; raises `msgspec.ValidationError`."""
    return msgspec.convert(told.get("data", told), _User)


def _by_id(told: Iterable[Mapping[str, Any]]) -> dict[str, _User]:
    return {user.id: user for user in map(_read_user, told)}


def _sender(users: Mapping[str, _User], user_id: str) -> tuple[Address, ...]:
    """Who it is: by number, as names change."""
    if not user_id:
        return ()
    user = users.get(user_id) or _User()
    return (Address(SCHEME, user_id, user.name or (f"@{user.username}" if user.username else ""), verified=True),)


def _flags(user: _User | None) -> frozenset[str]:
    automated = user is not None and user.affiliation is not None and user.affiliation.description == "Automated"
    return frozenset({"automatic"}) if automated else frozenset()


def _place(post: _Post, others: Iterable[_Post]) -> Place:
    """The post with which its conversation began; without that one's words, those of the nearest that is known."""
    root = post.conversation_id or post.id
    known = {one.id: one.text for one in others} | {post.id: post.text}
    near = (root, post.reference("replied_to"), post.reference("quoted"))
    text = next((known[one] for one in near if one in known), "")
    return Place(root, f"{LINK}{root}", preview(_plain(text), _BEGINNING))


def _content(post: _Post, told: _Includes) -> tuple[str, tuple[Media, ...]]:
    """The words and files of a post. The address that X puts into the words for a file goes, where the file is there."""
    keys = (post.attachments.media_keys if post.attachments else ()) or ()
    files = {one.media_key: one for one in told.media or ()}
    media = _media(files[key] for key in keys if key in files)
    note = post.note_tweet or _Note(post.text, post.entities)
    urls = (post.entities.urls if post.entities else ()) or ()
    gone = {one.url: "" for one in urls if one.media_key in files and media}
    return _words(note.text or post.text, note.entities or post.entities, gone), media


def _words(text: str, entities: _Entities | None, gone: dict[str, str]) -> str:
    """A text with whole addresses instead of short ones."""
    urls = {one.url: one.expanded_url or one.url for one in (entities.urls if entities else ()) or ()}
    for short, whole in sorted((urls | gone).items(), key=lambda pair: -len(pair[0])):
        if short:
            text = text.replace(short, whole)
    return _plain(text).strip()


def _plain(text: str) -> str:
    """X writes three characters as in HTML, and only these."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _media(files: Iterable[_File]) -> tuple[Media, ...]:
    """Of a film the best size. What has no address can't be had."""
    found = []
    for file in files:
        variants = file.variants or (file.video_info.variants if file.video_info else ()) or ()
        films = [one for one in variants if one.content_type == "video/mp4" and one.url]
        url, kind = file.url or "", "image/jpeg"
        if file.media_url_https:
            url = file.media_url_https
        if file.type in _FILM and films:
            url, kind = max(films, key=lambda one: one.bit_rate or one.bitrate or 0).url, "video/mp4"
        elif file.type in _FILM:
            url = file.preview_image_url or file.media_url_https or ""
        if url:
            name = _name_of(url)
            found.append(Media(name or "file", mimetypes.guess_type(name)[0] or kind, 0, url=url))
    return tuple(found)


def _name_of(url: str) -> str:
    try:
        return urlsplit(url).path.rpartition("/")[2]
    except ValueError:
        return ""


def _milliseconds(direct: _Direct) -> int | None:
    told = direct.created_timestamp or ""
    return int(told) if told.isdecimal() and len(told) < 16 else None


def _moment(text: str) -> int | None:
    try:
        return int(datetime.fromisoformat(text).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        return None
