"""What Apple tells, as far as we read it (register.apple.com, MSP REST API: messages-received, type-text, type-interactive)."""

import zlib
from base64 import b64encode
from urllib.parse import parse_qsl, urlencode

import msgspec
from msgspec import Struct, field

from lyhord.channels.apple.options import SCHEME

_MOST = 20_000_000
_GZIP = b"\x1f\x8b"
_PLACE = f"{SCHEME}:?"
_NAMES = ("url", "owner", "key", "size")


class Unreadable(ValueError):
    """Not what Apple would send."""


class Stored(Struct, frozen=True, rename="camel"):
    """A file at Apple: where it lies, and under which key. `size` is that of the sealed bytes, a number either way."""

    name: str = ""
    mime_type: str = ""
    size: int | str = 0
    url: str = ""
    owner: str = ""
    key: str = ""
    signature: str = ""
    signature_base64: str = field(default="", name="signature-base64")
    bid: str = ""

    @property
    def length(self) -> int:
        """The size in bytes, 0 where it isn't told."""
        return int(self.size) if str(self.size).isascii() and str(self.size).isdigit() else 0

    @property
    def checksum(self) -> str:
        """The checksum in base64, "" without one. Customers' files have it in hexadecimal signs."""
        try:
            return self.signature_base64 or b64encode(bytes.fromhex(self.signature)).decode()
        except ValueError:
            return ""

    @property
    def complete(self) -> bool:
        """Whether there is all that it takes to have the file."""
        return bool(self.url and self.owner and self.key and self.checksum)


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


class Item(Struct, frozen=True, rename="camel"):
    """An answer or a time to choose, a page or part with its own, or the bubble that Messages shows for all of it."""

    identifier: str = ""
    title: str = ""
    subtitle: str = ""
    value: str = ""
    start_time: str = ""
    items: tuple["Item", ...] = ()


class Picked(Struct, frozen=True, rename="camel"):
    """Quick replies with the one that was pressed; a list, an appointment or a form with what was chosen alone."""

    title: str = ""
    items: tuple[Item, ...] = ()
    selected_index: int | None = None
    selected_identifier: str = ""
    sections: tuple[Item, ...] = ()
    timeslots: tuple[Item, ...] = ()
    selections: tuple[Item, ...] = ()


class Facts(Struct, frozen=True, rename="camel"):
    """What is inside an interactive answer."""

    request_identifier: str = ""
    replies: Picked | None = field(default=None, name="quick-reply")
    list_picker: Picked | None = None
    event: Picked | None = None
    dynamic: Picked | None = None
    reply_message: Item | None = None


class Interactive(Struct, frozen=True, rename="camel"):
    """An answer to something that was more than words."""

    data: Facts = Facts()
    reply_message: Item | None = None


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


def to_place(stored: Stored) -> str:
    """What stands in the place of a file's address until it is fetched."""
    facts = {name: getattr(stored, name) for name in _NAMES}
    return f"{_PLACE}{urlencode({**facts, 'checksum': stored.checksum})}"


def from_place(place: str) -> Stored | None:
    """The file again; None for what `to_place` didn't make."""
    if not place.startswith(_PLACE):
        return None
    facts = dict(parse_qsl(place.removeprefix(_PLACE), keep_blank_values=True))
    return Stored(**{name: facts.get(name, "") for name in _NAMES}, signature_base64=facts.get("checksum", ""))
