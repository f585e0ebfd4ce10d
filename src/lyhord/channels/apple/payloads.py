"""What Apple tells, as far as we read it (register.apple.com, MSP REST API: messages-received, type-text, type-interactive)."""

import zlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec
from msgspec import Struct, field

from lyhord.channels.apple.options import SCHEME
from lyhord.channels.apple.sealing import NoKey, checksum_of
from lyhord.conversations.exchange import Raw

_MOST = 20_000_000
_GZIP = b"\x1f\x8b"
_PLACE = f"{SCHEME}:?"


class Unreadable(ValueError):
    """Not what Apple would send."""


class Stored(Struct, frozen=True, rename="camel"):
    """A file at Apple: where it lies, and under which key. `size` is that of the sealed bytes."""

    name: str = ""
    mime_type: str = ""
    size: int | str = 0
    url: str = ""
    owner: str = ""
    key: str = ""
    signature: str = ""
    signature_base64: str = field(default="", name="signature-base64")
    bid: str = ""
    title: str = ""

    @property
    def length(self) -> int:
        """The size in bytes, 0 where it isn't told."""
        return int(self.size) if str(self.size).isascii() and str(self.size).isdigit() else 0

    @property
    def checksum(self) -> str:
        """The checksum in base64. Raises `NoKey`."""
        return self.signature_base64 or checksum_of(self.signature)


class Content(Struct, frozen=True, rename="camel"):
    """The body of a call. Which fields there are depends on its type."""

    id: str = ""
    type: str = ""
    source_id: str = ""
    body: str | None = None
    attachments: tuple[Stored, ...] | None = None
    interactive_data: msgspec.Raw = msgspec.Raw()
    interactive_data_ref: Stored | None = None
    intent: str | None = None
    group: str | None = None


class Item(Struct, frozen=True):
    """One answer to choose: of a list, of quick replies, of a form."""

    identifier: str = ""
    title: str = ""
    value: str = ""


class Section(Struct, frozen=True):
    """A part of a list or of a form, with what was chosen in it."""

    title: str = ""
    items: tuple[Item, ...] = ()


class Sections(Struct, frozen=True):
    """A list, of which the answer has what was chosen."""

    sections: tuple[Section, ...] = ()


class Replies(Struct, frozen=True, rename="camel"):
    """Quick replies, and which of them was pressed."""

    items: tuple[Item, ...] = ()
    selected_index: int | None = None
    selected_identifier: str = ""


class Slot(Struct, frozen=True, rename="camel"):
    """A time; `duration` in seconds."""

    start_time: str = ""
    duration: float = 0


class Appointment(Struct, frozen=True):
    """An appointment, of which the answer has the time that was chosen."""

    title: str = ""
    timeslots: tuple[Slot, ...] = ()


class Form(Struct, frozen=True):
    """A form that was filled in."""

    selections: tuple[Section, ...] = ()


class Bubble(Struct, frozen=True):
    """What Messages shows in the place of an answer."""

    title: str = ""
    subtitle: str = ""


class Facts(Struct, frozen=True, rename="camel"):
    """What is inside an interactive answer."""

    request_identifier: str = ""
    replies: Replies | None = field(default=None, name="quick-reply")
    list_picker: Sections | None = None
    event: Appointment | None = None
    dynamic: Form | None = None
    reply_message: Bubble | None = None


class Interactive(Struct, frozen=True, rename="camel"):
    """An answer to something that was more than words."""

    data: Facts = Facts()
    reply_message: Bubble | None = None


_content = msgspec.json.Decoder(Content)


def unpack(body: bytes) -> bytes:
    """The JSON of a call, which Apple compresses. Raises `Unreadable` for what can't be unpacked, or becomes too large."""
    if not body.startswith(_GZIP):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(body, _MOST)
    except zlib.error as error:
        raise Unreadable(str(error)) from None
    if not unpacker.eof:
        raise Unreadable("cut off, or too large")
    return plain


def read_content(body: bytes) -> Content:
    """The body of a call; raises `Unreadable`."""
    try:
        return _content.decode(unpack(body))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from None


def features_of(headers: Mapping[str, str]) -> frozenset[str] | None:
    """What the customer's device can show, in the core's words; None where it doesn't tell."""
    told = headers.get("capability-list")
    if told is None:
        return None
    names = {name.strip().upper() for name in told.replace("%2C", ",").split(",")}
    return frozenset(feature for name, feature in (("QUICK", "buttons"), ("LIST", "lists")) if name in names)


def sender_of(content: Content, raw: Raw) -> str:
    """Apple's id of the customer, the same for this business for ever."""
    return content.source_id or raw.headers.get("source-id", "")


def to_place(stored: Stored) -> str:
    """What stands in the place of a file's address until it is fetched."""
    facts: dict[str, Any] = {name: getattr(stored, name) for name in ("url", "owner", "key", "size")}
    return f"{_PLACE}{urlencode({**facts, 'checksum': stored.checksum})}"


def from_place(place: str) -> Stored | None:
    """The file again; None for what `to_place` didn't make."""
    if not place.startswith(_PLACE):
        return None
    facts = dict(parse_qsl(place.removeprefix(_PLACE), keep_blank_values=True))
    names = ("url", "owner", "key", "size")
    found = {name: facts.get(name, "") for name in names}
    return Stored(**found, signature_base64=facts.get("checksum", "")) if facts.get("url") else None


def is_fetchable(stored: Stored) -> bool:
    """Whether there is all that it takes to have a file."""
    try:
        return bool(stored.url and stored.owner and stored.key and stored.checksum)
    except NoKey:
        return False
