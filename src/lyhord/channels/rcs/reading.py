"""From a call of Google to what happened in the conversation. Never raises: what isn't understood becomes `Unsupported`."""

import binascii
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime

import msgspec
from msgspec import Struct, field

from lyhord.channels.rcs.options import SCHEME, without_domain
from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundMessage,
    InboundStatus,
    InboundTyping,
    Media,
    Unsupported,
    unread_id,
)
from lyhord.conversations.optouts.model import CONFIRMED, find_wish
from lyhord.kit.text import fold

UNSHOWN, OTHER_AGENT, EXPIRED = "channel.rcs.unshown", "channel.rcs.other_agent", "channel.rcs.expired"
SUBSCRIBED, LEFT = "🔔", "🔕"
"""What stands for the customer's pressing *subscribe* and *unsubscribe*."""
POSTBACK = "lyhord:"
"""Begins what a button of ours brings back: its number from 1, and the reference of the message that it stood below."""
_EXPIRED, _NOT_REVOKED = "TTL_EXPIRATION_REVOKED", "TTL_EXPIRATION_REVOKE_FAILED"


class Pushed(Struct, frozen=True):
    """What lies around an event, and `data`, base64 of its JSON."""

    data: str
    attributes: dict[str, str] = {}


class _Envelope(Struct, frozen=True):
    message: Pushed


class _FileInfo(Struct, frozen=True):
    uri: str = field(default="", name="fileUri")
    name: str = field(default="", name="fileName")
    type: str = field(default="application/octet-stream", name="mimeType")
    size: int | str = field(default=0, name="fileSizeBytes")


class _UserFile(Struct, frozen=True):
    payload: _FileInfo


class _LatLng(Struct, frozen=True):
    latitude: float = 0
    longitude: float = 0


class _Pressed(Struct, frozen=True):
    text: str = ""
    data: str = field(default="", name="postbackData")


class _Event(Struct, frozen=True, rename="camel"):
    sender_phone_number: str = ""
    agent_id: str = ""
    message_id: str = ""
    event_id: str = ""
    event_type: str = ""
    send_time: str = ""
    text: str = ""
    user_file: _UserFile | None = None
    location: _LatLng | None = None
    suggestion_response: _Pressed | None = None


_envelope, _event = msgspec.json.Decoder(_Envelope), msgspec.json.Decoder(_Event)


def data_of(body: bytes) -> tuple[Pushed, bytes] | None:
    """What lies around the event of a call, and the event's own bytes, which are signed; None where there is none."""
    try:
        pushed = _envelope.decode(body).message
        return pushed, b64decode(pushed.data, validate=True)
    except (msgspec.MsgspecError, binascii.Error, ValueError, RecursionError):
        return None


def read_call(body: bytes, agent_id: str) -> list[Inbound]:
    """What one call says. What another agent of the same partner was told is shown, not taken for ours."""
    found = data_of(body)
    if found is None:
        return [_not_understood(body)]
    pushed, data = found
    if pushed.attributes.get("type") == "agent_launch_event":
        return []
    try:
        event = _event.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return [_not_understood(body)]
    if agent_id and event.agent_id and without_domain(event.agent_id) != agent_id:
        return [] if event.event_type else [_not_understood(body, event, OTHER_AGENT)]
    read = _happened(event) if event.event_type else _said(event)
    return [_not_understood(body, event)] if read is None else list(read)


def _not_understood(body: bytes, event: _Event | None = None, reason: str = UNSHOWN) -> Unsupported:
    name = event.message_id or event.event_id if event else ""
    return Unsupported(
        external_id=name or unread_id(body),
        reason=reason,
        sender=_address(event) if event and reason == UNSHOWN else (),
    )


def _address(event: _Event) -> tuple[Address, ...]:
    number = fold(SCHEME, event.sender_phone_number)
    return (Address(SCHEME, number, verified=True),) if number else ()


def _happened(event: _Event) -> tuple[Inbound, ...] | None:
    sender, kind, at = _address(event), event.event_type, _time(event.send_time)
    name = event.message_id
    if kind in ("DELIVERED", "READ", _EXPIRED) and name:
        state, error = ("failed", EXPIRED) if kind == _EXPIRED else (kind.lower(), "")
        return (InboundStatus(reference=name, state=state, external_id=name, at=at, error=error),)  # type: ignore[arg-type]
    if kind == _NOT_REVOKED:  # it may still arrive, and is told of then
        return ()
    if kind == "IS_TYPING" and sender:
        return (InboundTyping(sender=sender),)
    wishes = {"SUBSCRIBE": ("opt_in", SUBSCRIBED), "UNSUBSCRIBE": ("opt_out", LEFT)}
    if kind not in wishes or not (sender and event.event_id):
        return None
    wish, words = wishes[kind]
    flags = frozenset({wish, CONFIRMED, "auto_reply"})
    return (InboundMessage(external_id=f"event:{event.event_id}", sender=sender, text=words, at=at, flags=flags),)


def _said(event: _Event) -> tuple[Inbound, ...] | None:
    sender, name = _address(event), event.message_id or event.event_id
    pressed, media = event.suggestion_response, _media(event)
    text = "\n".join(_words(event))
    if not (sender and name and (text or media)):
        return None
    wish = find_wish(event.text) if event.text else None
    number, _, reference = (pressed.data if pressed else "").removeprefix(POSTBACK).partition(":")
    ours = bool(pressed and pressed.data.startswith(POSTBACK) and reference)
    return (
        InboundMessage(
            external_id=name,
            sender=sender,
            text=text,
            at=_time(event.send_time),
            media=media,
            answers=(reference,) if ours else (),
            chosen=number if ours else None,
            flags=frozenset({wish}) if wish else frozenset(),
        ),
    )


def _words(event: _Event) -> Iterator[str]:
    if event.text:
        yield event.text
    if event.suggestion_response:
        yield event.suggestion_response.text or event.suggestion_response.data
    if event.location:
        place = event.location
        yield f"📍 {place.latitude:.5f}, {place.longitude:.5f}"
        yield f"https://www.openstreetmap.org/?mlat={place.latitude:.5f}&mlon={place.longitude:.5f}"


def _media(event: _Event) -> tuple[Media, ...]:
    file = event.user_file.payload if event.user_file else None
    if file is None or not file.uri:
        return ()
    size = int(file.size) if str(file.size).isdecimal() and str(file.size).isascii() else 0
    return (Media(file.name or "file", file.type, min(size, 2**53), url=file.uri),)


def _time(text: str) -> int | None:
    """Unix milliseconds of an RFC 3339 time."""
    try:
        return int(datetime.fromisoformat(text).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
