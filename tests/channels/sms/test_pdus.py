"""Packets of SMS centres, read and written without one: nothing that comes makes anything raise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.channels.sms.messages import decode, outgoing, read_part, read_receipt
from lyhord.channels.sms.options import Options, read_options
from lyhord.channels.sms.pdus import Malformed, ShortMessage, Tag, message_body, read_header, read_message
from lyhord.conversations.account import Account
from lyhord.conversations.exchange import InboundMessage, InboundStatus, Raw, Unsupported
from tests.channels.sms.numbers import number

TAGS = st.dictionaries(st.integers(0, 0xFFFF), st.binary(max_size=20), max_size=3)
WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20)


def options(**settings: object) -> Options:
    """The settings of a number at a centre."""
    return read_options(Account("w", "i", "k", "n", {"way": "smpp", "number": "71550", **settings}, {}))


@given(WORDS, WORDS, st.integers(0, 255), st.binary(max_size=300), TAGS)
def test_what_is_written_is_read_back(
    source: str, target: str, coding: int, octets: bytes, tags: dict[int, bytes]
) -> None:
    tags.pop(Tag.PAYLOAD, None)
    message = ShortMessage(source=source, target=target, coding=coding, octets=octets, tags=tags)
    back = read_message(message_body(message))
    assert (back.source, back.target, back.coding, back.octets) == (source, target, coding, octets)
    assert {tag: value for tag, value in back.tags.items() if tag != Tag.PAYLOAD} == tags


@given(st.binary(max_size=200))
def test_no_body_makes_the_reading_raise(body: bytes) -> None:
    for one in number(way="smpp").parse(Raw(body)):
        assert isinstance(one, (InboundMessage, InboundStatus, Unsupported))


@pytest.mark.parametrize("length", [0, 15, 70_001, 0xFFFF_FFFF])
def test_a_length_that_cannot_be_is_malformed(length: int) -> None:
    with pytest.raises(Malformed):
        read_header(length.to_bytes(4, "big") + bytes(12))


@pytest.mark.parametrize(
    ("octets", "coding", "text"),
    [
        (b"\x00 \x1be 100", 0, "@ € 100"),
        (b"abc", 1, "abc"),
        (b"h\xe4r", 3, "här"),
        ("Привет 😀".encode("utf-16-be"), 8, "Привет 😀"),
        (b"abc", 0xF1, "abc"),
        ("你好".encode("utf-16-be"), 0x18, "你好"),
        (b"\x01\x02", 4, None),
        (b"\x01\x02", 2, None),
        (b"\x01\x02", 0xF5, None),
    ],
)
def test_text_is_read_by_its_coding(octets: bytes, coding: int, text: str | None) -> None:
    assert decode(octets, coding, options()) == text


def test_a_centre_may_have_another_alphabet() -> None:
    assert decode(b"h\xe4r", 0, options(smpp_alphabet="latin1")) == "här"
    (message,) = outgoing("här", "+4670", 1, options(smpp_alphabet="latin1"))
    assert (message.coding, message.octets) == (3, b"h\xe4r")
    (wide,) = outgoing("€", "+4670", 1, options(smpp_alphabet="latin1"))
    assert (wide.coding, wide.octets) == (8, b"\x20\xac")


@pytest.mark.parametrize(
    ("text", "tags", "status"),
    [
        (b"id:m1 sub:001 dlvrd:001 done date:2611220801 stat:DELIVRD err:000", {}, ("m1", "delivered", "")),
        (b"id:m1 stat:UNDELIV err:011", {}, ("m1", "failed", "problem.sms.undelivered")),
        (b"id:m1 stat:EXPIRED", {}, ("m1", "failed", "problem.sms.phone_off")),
        (b"id:m1 stat:ACCEPTD", {}, ("m1", "sent", "")),
        (b"", {Tag.RECEIPTED_ID: b"m2\0", Tag.STATE: b"\x02"}, ("m2", "delivered", "")),
        (b"id:m1 stat:UNKNOWN", {}, None),
        (b"hello", {}, None),
    ],
)
def test_receipts_are_read_from_parameters_or_text(
    text: bytes, tags: dict[int, bytes], status: tuple[str, str, str] | None
) -> None:
    found = read_receipt(ShortMessage(source="1", target="2", features=4, octets=text, tags=tags))
    assert (found and (found.reference, found.state, found.error)) == status


def test_the_order_of_parts_stands_in_a_header_or_in_parameters() -> None:
    def order(octets: bytes, features: int = 0x40, tags: dict[int, bytes] | None = None) -> object:
        part = read_part(ShortMessage(source="1", target="2", features=features, octets=octets, tags=tags or {}))
        return part and (part.reference, part.total, part.number, part.octets)

    assert order(b"\x05\x00\x03\x07\x03\x02abc") == (7, 3, 2, b"abc")
    assert order(b"\x06\x08\x04\x01\x07\x03\x02abc") == (263, 3, 2, b"abc")
    sar: dict[int, bytes] = {Tag.SAR_REFERENCE: b"\x00\x09", Tag.SAR_TOTAL: b"\x02", Tag.SAR_NUMBER: b"\x01"}
    assert order(b"abc", 0, sar) == (9, 2, 1, b"abc")
    for alone in (b"\x05\x00\x03\x07\x01\x01abc", b"\x05\x00\x03\x07\x03\x00abc", b"\x01\x00abc", b"\xff", b""):
        assert order(alone) is None


def test_long_texts_leave_in_parts_or_whole() -> None:
    parts = outgoing("a" * 200, "+46701740606", 7, options())
    assert [one.octets[:6] for one in parts] == [b"\x05\x00\x03\x07\x02\x01", b"\x05\x00\x03\x07\x02\x02"]
    assert [one.receipt for one in parts] == [0, 1]
    (whole,) = outgoing("a" * 400, "+46701740606", 7, options(smpp_long="payload"))
    assert read_message(message_body(whole)).tags[Tag.PAYLOAD] == b"a" * 400
