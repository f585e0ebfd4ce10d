"""The packets of SMPP 3.4, as far as an SMS centre and we exchange them: written and read, without a connection."""

import struct
from collections.abc import Mapping
from enum import IntEnum

from msgspec import Struct

HEADER = struct.Struct(">IIII")
MOST = 70_000
"""Octets of the largest packet that is read: its message can be 64 KB."""
RESPONSE = 0x8000_0000


class Command(IntEnum):
    """What a packet asks for; an answer has `RESPONSE` beside it."""

    BIND_TRANSMITTER = 0x02
    SUBMIT_SM = 0x04
    DELIVER_SM = 0x05
    UNBIND = 0x06
    BIND_TRANSCEIVER = 0x09
    ENQUIRE_LINK = 0x15
    GENERIC_NACK = 0x8000_0000


class Status(IntEnum):
    """The answers that make a difference to us."""

    OK = 0x00
    UNKNOWN_COMMAND = 0x03
    ALREADY_BOUND = 0x05
    SYSTEM_ERROR = 0x08
    BAD_SOURCE = 0x0A
    BAD_TARGET = 0x0B
    BIND_FAILED = 0x0D
    BAD_PASSWORD = 0x0E
    BAD_SYSTEM_ID = 0x0F
    QUEUE_FULL = 0x14
    THROTTLED = 0x58
    TEMPORARY = 0x64


class Tag(IntEnum):
    """The optional parameters that we read or write."""

    RECEIPTED_ID = 0x001E
    SAR_REFERENCE = 0x020C
    SAR_TOTAL = 0x020E
    SAR_NUMBER = 0x020F
    PAYLOAD = 0x0424
    STATE = 0x0427


class Pdu(Struct, frozen=True):
    """One packet."""

    command: int
    status: int
    sequence: int
    body: bytes = b""

    def packed(self) -> bytes:
        """As it goes over the wire."""
        return HEADER.pack(HEADER.size + len(self.body), self.command, self.status, self.sequence) + self.body


class ShortMessage(Struct, frozen=True, kw_only=True):
    """The body of `submit_sm` and `deliver_sm`. `octets` are the whole user data, from the payload where it is there."""

    source: str
    target: str
    source_ton: int = 0
    target_ton: int = 0
    features: int = 0
    coding: int = 0
    receipt: int = 0
    octets: bytes = b""
    tags: Mapping[int, bytes] = {}


class Malformed(Exception):
    """The other side sent something that isn't SMPP."""


def read_header(octets: bytes) -> tuple[int, int, int, int]:
    """Length of the whole packet, command, status, sequence. Raises `Malformed` for a length that can't be."""
    length, command, status, sequence = HEADER.unpack(octets)
    if not HEADER.size <= length <= MOST:
        raise Malformed(f"a packet of {length} octets")
    return length, command, status, sequence


def bind_body(system_id: str, password: str, system_type: str) -> bytes:
    """The body of a bind: SMPP 3.4, whatever address."""
    names = b"".join(text.encode("latin-1", "replace") + b"\0" for text in (system_id, password, system_type))
    return names + b"\x34\0\0\0"


def message_body(message: ShortMessage) -> bytes:
    """The body of a `submit_sm`; what doesn't fit into its field goes as payload."""
    short, tags = message.octets, dict(message.tags)
    if len(short) > 254:
        tags[Tag.PAYLOAD], short = short, b""
    head = b"\0" + _address(message.source_ton, message.source) + _address(message.target_ton, message.target)
    modes = bytes((message.features, 0, 0))
    no_times = b"\0\0"
    rest = bytes((message.receipt, 0, message.coding, 0, len(short))) + short
    return (
        head + modes + no_times + rest + b"".join(struct.pack(">HH", tag, len(tags[tag])) + tags[tag] for tag in tags)
    )


def read_message(body: bytes) -> ShortMessage:
    """The message in the body of a `deliver_sm`. Raises `Malformed`."""
    reader = _Reader(body)
    reader.text()
    source_ton, _, source = reader.octet(), reader.octet(), reader.text()
    target_ton, _, target = reader.octet(), reader.octet(), reader.text()
    features, _, _ = reader.octet(), reader.octet(), reader.octet()
    reader.text(), reader.text()
    receipt, _, coding, _ = (reader.octet() for _ in range(4))
    short = reader.take(reader.octet())
    tags = reader.tags()
    return ShortMessage(
        source=source,
        target=target,
        source_ton=source_ton,
        target_ton=target_ton,
        features=features,
        coding=coding,
        receipt=receipt,
        octets=short or tags.get(Tag.PAYLOAD, b""),
        tags=tags,
    )


def read_id(body: bytes) -> str:
    """The message id in an answer to `submit_sm`; "" where none stands there."""
    return body.partition(b"\0")[0].decode("latin-1")


TON_UNKNOWN, TON_INTERNATIONAL, TON_NETWORK, TON_NAME = 0, 1, 3, 5
"""Kinds of numbers: as they are, with the country code, short codes, and names."""


def _address(ton: int, value: str) -> bytes:
    """The plan is that of telephones, for names none."""
    plan = 0 if ton == TON_NAME else 1
    return bytes((ton, plan)) + value.encode("latin-1", "replace")[:20] + b"\0"


class _Reader:
    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def octet(self) -> int:
        return self.take(1)[0]

    def text(self) -> str:
        end = self._body.find(b"\0", self._at)
        if end < 0:
            raise Malformed("a text without an end")
        found = self._body[self._at : end]
        self._at = end + 1
        return found.decode("latin-1")

    def take(self, count: int) -> bytes:
        found = self._body[self._at : self._at + count]
        if len(found) < count:
            raise Malformed("a packet that ends too early")
        self._at += count
        return found

    def tags(self) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        while len(self._body) - self._at >= 4:
            tag, length = struct.unpack(">HH", self.take(4))
            found[tag] = self.take(length)
        return found
