"""What short messages of an SMS centre say: texts, parts of long ones, receipts; and the messages in which a text leaves."""

import re
import struct
from collections.abc import Callable, Mapping

from lyhord.channels.sms.alphabet import decode_gsm, encode_gsm, encode_ucs2, is_gsm, segments_of
from lyhord.channels.sms.joining import GAP, Held, Part
from lyhord.channels.sms.options import Options
from lyhord.channels.sms.pdus import (
    TON_INTERNATIONAL,
    TON_NAME,
    TON_NETWORK,
    TON_UNKNOWN,
    ShortMessage,
    Tag,
)
from lyhord.conversations.exchange import InboundStatus

HAS_HEADER = 0x40
_KIND, _RECEIPT = 0x3C, 0x04
UCS2 = 8
_LATIN1 = 3
_SHORT_CODE = 6

_STATES = {1: "sent", 2: "delivered", 3: "failed", 4: "failed", 5: "failed", 6: "sent", 8: "failed"}
_WORDS = {
    "ENROUTE": 1,
    "DELIVRD": 2,
    "EXPIRED": 3,
    "DELETED": 4,
    "UNDELIV": 5,
    "ACCEPTD": 6,
    "REJECTD": 8,
}
_REASONS = {3: "problem.sms.phone_off", 5: "problem.sms.undelivered", 8: "problem.sms.filtered"}
_ID = re.compile(rb"id:\s*(\S+)", re.IGNORECASE)
_STATE = re.compile(rb"stat:\s*([A-Za-z]+)", re.IGNORECASE)


def is_receipt(message: ShortMessage) -> bool:
    """Whether it says what became of a message of ours."""
    return message.features & _KIND == _RECEIPT


def read_receipt(message: ShortMessage) -> InboundStatus | None:
    """What became of which message, from the parameters or from the text of the appendix that everybody follows."""
    named, state = message.tags.get(Tag.RECEIPTED_ID), message.tags.get(Tag.STATE)
    by_text, said = _ID.search(message.octets), _STATE.search(message.octets)
    reference = (named or (by_text[1] if by_text else b"")).strip(b"\0").decode("latin-1")
    code = state[0] if state else _WORDS.get(said[1].decode("latin-1").upper(), 0) if said else 0
    if not reference or code not in _STATES:
        return None
    return InboundStatus(reference=reference, state=_STATES[code], error=_REASONS.get(code, ""))  # type: ignore[arg-type]


def read_part(message: ShortMessage) -> Part | None:
    """The part of a long message that it is; None where it stands alone."""
    order, octets = _order(message)
    if order is None:
        return None
    reference, total, number = order
    if not 1 <= number <= total or total < 2:
        return None
    return Part(message.source, message.source_ton, message.target, reference, number, total, message.coding, octets)


def read_text(message: ShortMessage, options: Options) -> str | None:
    """The words of a message that stands alone; None for what is no text."""
    return decode(_order(message)[1], message.coding, options)


def joined_text(held: Held, options: Options) -> str | None:
    """The words of a long message, with a mark where some are missing; None for what is no text."""
    texts = [None if piece is None else decode(piece, held.coding, options) for piece in held.pieces()]
    if all(text is None for text in texts):
        return None
    return "".join(GAP if text is None else text for text in texts).strip()


def decode(octets: bytes, coding: int, options: Options) -> str | None:
    """User data as text, None where the coding says that it is none."""
    alphabet = _alphabet(coding)
    if alphabet == "binary":
        return None
    if alphabet == "ucs2":
        return octets.decode("utf-16-be", "replace")
    if alphabet == "latin1" or (alphabet == "usual" and options.latin1):
        return octets.decode("latin-1")
    return octets.decode("ascii", "replace") if alphabet == "ascii" else decode_gsm(octets)


def outgoing(text: str, target: str, reference: int, options: Options) -> list[ShortMessage]:
    """The messages in which a text leaves; the receipt is asked for the last, which says that all arrived."""
    coding, write = _coding(text, options)
    texts = [text] if options.payload else segments_of(text)
    messages: list[ShortMessage] = []
    for number, piece in enumerate(texts, 1):
        header = struct.pack(">BBBBBB", 5, 0, 3, reference & 0xFF, len(texts), number) if len(texts) > 1 else b""
        messages.append(
            ShortMessage(
                source=options.number.lstrip("+"),
                target=target.lstrip("+"),
                source_ton=_kind_of(options.number),
                target_ton=_kind_of(target),
                features=HAS_HEADER if header else 0,
                coding=coding,
                receipt=int(number == len(texts)),
                octets=header + write(piece),
            )
        )
    return messages


def _coding(text: str, options: Options) -> tuple[int, Callable[[str], bytes]]:
    if not is_gsm(text):
        return UCS2, encode_ucs2
    if options.latin1:
        return (_LATIN1, _encode_latin1) if all(c <= "\xff" for c in text) else (UCS2, encode_ucs2)
    return 0, encode_gsm


def _encode_latin1(text: str) -> bytes:
    return text.encode("latin-1", "replace")


def _kind_of(number: str) -> int:
    if number.startswith("+"):
        return TON_INTERNATIONAL
    if not number.isdigit():
        return TON_NAME
    return TON_NETWORK if len(number) <= _SHORT_CODE else TON_UNKNOWN


def _alphabet(coding: int) -> str:
    """`usual` is the alphabet of the centre. Above the values of SMPP those of GSM 03.38 may stand, with a class of message."""
    if coding in (0, 1, _LATIN1, UCS2):
        return {0: "usual", 1: "ascii", _LATIN1: "latin1", UCS2: "ucs2"}[coding]
    if coding >= 0xF0:
        return "binary" if coding & 0x04 else "usual"
    if coding in (0x10, 0x11, 0x18, 0x19):
        return "ucs2" if coding & 0x08 else "usual"
    return "binary"


def _order(message: ShortMessage) -> tuple[tuple[int, int, int] | None, bytes]:
    """(reference, total, number), where it has a place among others, and the user data without its header."""
    octets = message.octets
    if message.features & HAS_HEADER and octets and len(octets) > octets[0]:
        header, octets = octets[1 : 1 + octets[0]], octets[1 + octets[0] :]
        return _order_of_header(header), octets
    return _order_of_tags(message.tags), octets


def _order_of_header(header: bytes) -> tuple[int, int, int] | None:
    at = 0
    while at + 2 <= len(header):
        kind, length = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + length]
        if kind == 0 and len(value) == 3:
            return value[0], value[1], value[2]
        if kind == 8 and len(value) == 4:
            return int.from_bytes(value[:2], "big"), value[2], value[3]
        at += 2 + length
    return None


def _order_of_tags(tags: Mapping[int, bytes]) -> tuple[int, int, int] | None:
    values = [tags.get(tag) for tag in (Tag.SAR_REFERENCE, Tag.SAR_TOTAL, Tag.SAR_NUMBER)]
    if any(value is None for value in values):
        return None
    reference, total, number = (int.from_bytes(value or b"", "big") for value in values)
    return reference, total, number
