"""How many SMS a text is, and what stands in each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.channels.sms.alphabet import (
    BASIC,
    decode_gsm,
    encode_gsm,
    encode_ucs2,
    is_costly,
    is_gsm,
    segments_of,
)

GSM = "".join(character for character in BASIC if character != "\x1b") + "\f^{}\\[~]|€"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 159 + "€", 2),
        ("a" * 152 + "€" * 76, 2),
        ("a" * 152 + "€" * 77, 3),
        ("ł" * 70, 1),
        ("ł" * 71, 2),
        ("你好" * 67, 2),
        ("你好" * 67 + "吗", 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 66, 2),
        ("😀" * 67, 3),
    ],
)
def test_segments_are_counted_as_operators_do(text: str, count: int) -> None:
    assert len(segments_of(text)) == count


@given(st.text(st.sampled_from(GSM + "ł你😀")))
def test_segments_give_the_text_back_and_fit(text: str) -> None:
    pieces = segments_of(text)
    assert "".join(pieces) == text
    gsm, alone = is_gsm(text), len(pieces) == 1
    for piece in pieces:
        octets = encode_gsm(piece) if gsm else encode_ucs2(piece)
        assert len(octets) <= (160 if alone else 153) if gsm else len(octets) <= (140 if alone else 134)


@given(st.text(st.sampled_from(GSM)))
def test_the_alphabet_comes_back(text: str) -> None:
    assert is_gsm(text)
    assert decode_gsm(encode_gsm(text)) == text


@given(st.binary())
def test_any_octets_are_some_text(octets: bytes) -> None:
    decode_gsm(octets)


def test_what_isnt_in_the_alphabet_is_none_of_it() -> None:
    assert [character for character in "åäöÅÄÖæøÆØéèñ@£€§¿" if not is_gsm(character)] == []
    assert [character for character in "’“–…łçÊ你`\x1b" if is_gsm(character)] == []


def test_a_curly_quote_that_makes_two_of_one_is_costly() -> None:
    assert is_costly("It’s on its way. " + "a" * 100)
    assert not is_costly("It’s on its way.")
    assert not is_costly("你好" * 60)
    assert not is_costly("a" * 300)
