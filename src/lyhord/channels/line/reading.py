"""From a call of LINE to what happened in the conversation. Never raises: what isn't understood becomes `Unsupported`."""

import hashlib
from collections.abc import Callable, Iterator

import msgspec
from msgspec import Struct

from lyhord.channels.line.options import SCHEME
from lyhord.channels.line.payloads import Content, Event, Source
from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundEdit,
    InboundGroup,
    InboundMessage,
    InboundRemoval,
    InboundStatus,
    Media,
    Unsupported,
)
from lyhord.conversations.optouts.model import CONFIRMED, find_wish

UNSHOWN = "channel.line.unshown"
FOLLOWED, LEFT = "🔔", "🔕"
"""What stands for the customer's pressing *add* or *unblock*, and *block*."""
OURS = "lyhord:"
"""Begins the data of a button of ours; its number and label follow."""
_UNTOLD = ("accountLink", "activated", "beacon", "bot", "deactivated", "membership", "module", "videoPlayComplete")
"""How events begin that LINE's other services are about. They say nothing to anybody."""
_FILES = {
    "image": ("photo.jpg", "image/jpeg"),
    "video": ("video.mp4", "video/mp4"),
    "audio": ("audio.m4a", "audio/mp4"),
    "file": ("file", "application/octet-stream"),
}


class _Call(Struct, frozen=True):
    events: tuple[msgspec.Raw, ...]


_call = msgspec.json.Decoder(_Call)
_event = msgspec.json.Decoder(Event)


def read_call(body: bytes) -> list[Inbound]:
    """What one call says: nothing, where LINE only tries whether we are there."""
    try:
        events = _call.decode(body).events
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return [_not_understood(body)]
    return [inbound for event in events for inbound in _read(bytes(event))]


def _read(body: bytes) -> Iterator[Inbound]:
    try:
        event = _event.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        yield _not_understood(body)
        return
    read = _READERS.get(event.type)
    if read is not None:
        yield from read(event) or (_not_understood(body, event),)
    elif not event.type.startswith(_UNTOLD):
        yield _not_understood(body, event)


def _not_understood(body: bytes, event: Event | None = None) -> Unsupported:
    name = event.webhook_event_id if event else ""
    digest = hashlib.sha256(body).hexdigest()
    return Unsupported(
        external_id=f"event:{name}:{digest[:16]}" if name else f"raw:{digest}",
        reason=UNSHOWN,
        sender=_sender(event.source) if event else (),
        group_id=event.source.several if event else None,
    )


def _sender(source: Source) -> tuple[Address, ...]:
    """Who it was. LINE keeps back who somebody in a group is who hasn't agreed to be known: then it was somebody of the group."""
    value = source.user_id or source.several
    return (Address(SCHEME, value, verified=True),) if value else ()


def _message(event: Event) -> list[Inbound]:
    said, sender = event.message, _sender(event.source)
    if said is None or not (said.id and sender):
        return []
    text, media = "\n".join(_words(said)), _media(said)
    if not (text or media):
        return []
    wish = find_wish(text) if said.type == "text" and not event.source.several else None
    return [
        InboundMessage(
            external_id=said.id,
            sender=sender,
            text=text,
            at=event.timestamp,
            media=media,
            answers=(said.quoted_message_id,) if said.quoted_message_id else (),
            group_id=event.source.several,
            handle=to_handle(said.quote_token, said.mark_as_read_token),
            flags=frozenset({wish}) if wish else frozenset(),
        )
    ]


def to_handle(quote_token: str, read_token: str) -> str:
    """Both tokens of a message as one handle; "" where it has none."""
    return f"{quote_token} {read_token}".rstrip()


def tokens_of(handle: str) -> tuple[str, str]:
    """Which tokens `to_handle` put together: of quoting, and of marking as read."""
    quote_token, _, read_token = handle.partition(" ")
    return quote_token, read_token


def _words(said: Content) -> Iterator[str]:
    if said.type == "sticker":
        yield said.text or ", ".join(said.keywords[:3]) or "🙂"
    elif said.type == "location":
        yield from filter(None, (said.title, said.address))
        if said.latitude is not None and said.longitude is not None:
            yield f"📍 {said.latitude:.5f}, {said.longitude:.5f}"
            yield f"https://www.openstreetmap.org/?mlat={said.latitude:.5f}&mlon={said.longitude:.5f}"
    elif said.text:
        yield said.text


def _media(said: Content) -> tuple[Media, ...]:
    """The file, with LINE's id in the place of an address unless somebody else keeps it."""
    if said.type not in _FILES:
        return ()
    name, kind = _FILES[said.type]
    elsewhere = said.content_provider.original_content_url if said.content_provider.type == "external" else ""
    return (Media(said.file_name or name, kind, max(0, said.file_size), url=elsewhere or f"{SCHEME}:{said.id}"),)


def _edited(event: Event) -> list[Inbound]:
    said, sender = event.message, _sender(event.source)
    if said is None or not (said.id and said.text and sender):
        return []
    return [InboundEdit(message=said.id, sender=sender, text=said.text, group_id=event.source.several)]


def _unsent(event: Event) -> list[Inbound]:
    if event.unsend is None or not event.unsend.message_id:
        return []
    return [
        InboundRemoval(message=event.unsend.message_id, sender=_sender(event.source), group_id=event.source.several)
    ]


def _wished(wish: str, words: str) -> Callable[[Event], list[Inbound]]:
    """Blocking the account is to want no more; it is said by pressing a button, so nobody waits and LINE has confirmed it."""

    def read(event: Event) -> list[Inbound]:
        sender = _sender(event.source)
        if not (sender and event.webhook_event_id):
            return []
        return [
            InboundMessage(
                external_id=f"event:{event.webhook_event_id}:{event.type}",
                sender=sender,
                text=words,
                at=event.timestamp,
                flags=frozenset({wish, CONFIRMED, "auto_reply"}),
            )
        ]

    return read


def _pressed(event: Event) -> list[Inbound]:
    """A button of a menu or card says what its maker gave it, or the day and time that were chosen with it; one of ours its number, too."""
    pressed, sender = event.postback, _sender(event.source)
    if pressed is None or not sender:
        return []
    said, number = " ".join(pressed.params.values()), ""
    if pressed.data.startswith(OURS):
        number, _, said = pressed.data.removeprefix(OURS).partition(":")
    about = f"{event.webhook_event_id}:{event.source.user_id}:{event.timestamp}:{pressed.data}:{said}"
    return [
        InboundMessage(
            external_id=f"postback:{hashlib.sha256(about.encode('utf-8', 'replace')).hexdigest()[:32]}",
            sender=sender,
            text=said or pressed.data,
            chosen=number or None,
            at=event.timestamp,
            group_id=event.source.several,
        )
    ]


def _group(event: Event) -> list[Inbound]:
    where = event.source.several
    if not where:
        return []
    joined, left = (tuple(one for each in of.members for one in _sender(each)) for of in (event.joined, event.left))
    return [InboundGroup(group_id=where, joined=joined, left=left, ended=event.type == "leave", at=event.timestamp)]


def _delivered(event: Event) -> list[Inbound]:
    """Of a message to a phone number, by the tag that it was given."""
    if not event.delivery.data:
        return []
    return [InboundStatus(reference=event.delivery.data, state="delivered", at=event.timestamp)]


_READERS: dict[str, Callable[[Event], list[Inbound]]] = {
    "message": _message,
    "messageEdited": _edited,
    "unsend": _unsent,
    "follow": _wished("opt_in", FOLLOWED),
    "unfollow": _wished("opt_out", LEFT),
    "postback": _pressed,
    "join": _group,
    "leave": _group,
    "memberJoined": _group,
    "memberLeft": _group,
    "delivery": _delivered,
}
