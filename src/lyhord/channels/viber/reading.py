"""From a call of Viber to what happened in the conversation. Never raises: what isn't understood becomes `Unsupported`."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct, field

from lyhord.channels.viber.options import SCHEME
from lyhord.conversations.exchange import Address, Inbound, InboundMessage, InboundStatus, Media, Unsupported, unread_id
from lyhord.conversations.optouts.model import CONFIRMED, find_wish

UNSHOWN = "channel.viber.unshown"
SUBSCRIBED, LEFT = "🔔", "🔕"
"""What stands for the customer's pressing *subscribe* and *unsubscribe*."""
TRACKED, ASKED = "lyhord:", "lyhord?"
"""Begins what we have Viber bring back with the next answer: the key of the message that the customer has seen last. `ASKED`: it had
buttons, and Viber doesn't tell a pressed one from the same words typed."""
_STATES = {"delivered": "delivered", "seen": "read", "failed": "failed"}
_UNTOLD = frozenset({"webhook", "conversation_started", "action", "client_status"})
"""Viber tries us, or a customer opens the chat and hasn't said anything yet."""


class Person(Struct, frozen=True):
    """A customer."""

    id: str = ""
    name: str = ""


class Location(Struct, frozen=True):
    """A place in degrees."""

    lat: float
    lon: float


class Contact(Struct, frozen=True):
    """Somebody's card."""

    name: str = ""
    phone_number: str = ""


class Content(Struct, frozen=True):
    """A message. Which fields there are depends on its type."""

    type: str
    text: str = ""
    media: str = ""
    file_name: str = ""
    size: int = 0
    location: Location | None = None
    contact: Contact | None = None
    tracking_data: str = ""


class Event(Struct, frozen=True):
    """One thing that happened."""

    event: str
    token: int | str = field(default="", name="message_token")
    timestamp: int | None = None
    sender: Person = Person()
    user: Person = Person()
    user_id: str = ""
    message: Content | None = None
    desc: str = ""


_event = msgspec.json.Decoder(Event)
_FILES = {
    "picture": ("photo.jpg", "image/jpeg"),
    "video": ("video.mp4", "video/mp4"),
    "sticker": ("sticker.png", "image/png"),
    "file": ("file", "application/octet-stream"),
}


def read_call(body: bytes) -> list[Inbound]:
    """What one call says: nothing, where it is only for Viber's own sake."""
    try:
        event = _event.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return [_not_understood(body)]
    if event.event in _UNTOLD:
        return []
    if event.event in _STATES and event.token:
        return [_status(event)]
    found = list(_said(event)) if event.event == "message" else list(_wished(event))
    return found or [_not_understood(body, event)]


def _not_understood(body: bytes, event: Event | None = None) -> Unsupported:
    who = _address(event) if event else ()
    name = f"event:{event.token}" if event and event.token else unread_id(body)
    return Unsupported(external_id=name, reason=UNSHOWN, sender=who)


def _address(event: Event) -> tuple[Address, ...]:
    person = event.sender if event.sender.id else event.user
    value = person.id or event.user_id
    return (Address(SCHEME, value, person.name, verified=True),) if value else ()


def _status(event: Event) -> InboundStatus:
    state = _STATES[event.event]
    error = event.desc if state == "failed" else ""
    return InboundStatus(
        reference=str(event.token),
        state=state,  # type: ignore[arg-type]
        external_id=str(event.token),
        at=event.timestamp,
        error=error,
    )


def _said(event: Event) -> Iterator[Inbound]:
    said, sender = event.message, _address(event)
    if said is None or not (event.token and sender):
        return
    text, media = "\n".join(_words(said)), _media(said)
    if not (text or media):
        return
    wish = find_wish(text) if said.type == "text" else None
    yield InboundMessage(
        external_id=str(event.token),
        sender=sender,
        text=text,
        at=event.timestamp,
        media=media,
        chosen=text if said.type == "text" and said.tracking_data.startswith(ASKED) else None,
        flags=frozenset({wish}) if wish else frozenset(),
    )
    if said.tracking_data.startswith((TRACKED, ASKED)):
        reference = said.tracking_data[len(TRACKED) :]
        yield InboundStatus(reference=reference, state="delivered", at=event.timestamp)


def _words(said: Content) -> Iterator[str]:
    if said.text:
        yield said.text
    if said.type == "url" and said.media and said.media != said.text:
        yield said.media
    if said.type == "sticker" and not said.media:
        yield "🙂"
    if said.location:
        yield f"📍 {said.location.lat:.5f}, {said.location.lon:.5f}"
        yield f"https://www.openstreetmap.org/?mlat={said.location.lat:.5f}&mlon={said.location.lon:.5f}"
    if said.contact:
        yield f"👤 {said.contact.name}".strip()
        if said.contact.phone_number:
            yield said.contact.phone_number


def _media(said: Content) -> tuple[Media, ...]:
    if said.type not in _FILES or not said.media:
        return ()
    name, kind = _FILES[said.type]
    return (Media(said.file_name or name, kind, max(0, said.size), url=said.media),)


def _wished(event: Event) -> Iterator[Inbound]:
    """To unsubscribe is to want no more; it is said by pressing a button, so nobody waits and Viber has confirmed it."""
    wishes = {"subscribed": ("opt_in", SUBSCRIBED), "unsubscribed": ("opt_out", LEFT)}
    sender = _address(event)
    if event.event not in wishes or not (event.token and sender):
        return
    wish, words = wishes[event.event]
    yield InboundMessage(
        external_id=f"{event.event}:{event.token}",
        sender=sender,
        text=words,
        at=event.timestamp,
        flags=frozenset({wish, CONFIRMED, "auto_reply"}),
    )
