"""Codes that change: as RFC 6238 has them, good once, and with a little patience for clocks."""

from base64 import b32encode

import pytest

from lyhord.kit.totp import STEP, address_of, code_at, find_step, make_secret

RFC = b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_at(RFC, seconds // 30) == code
    assert find_step(RFC, code, seconds * 1000) == seconds // 30


@pytest.mark.parametrize(("moved", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_wrong(moved: int, good: bool) -> None:
    now = 1_000_000 * STEP
    assert (find_step(RFC, code_at(RFC, 1_000_000 + moved), now) is not None) is good


def test_no_code_is_good_twice_nor_one_before_it() -> None:
    now = 1_000_000 * STEP
    for step in (999_999, 1_000_000):
        assert find_step(RFC, code_at(RFC, step), now, after=1_000_000) is None
    assert find_step(RFC, code_at(RFC, 1_000_001), now, after=1_000_000) == 1_000_001


@pytest.mark.parametrize("code", ["", "12345", "287082 ", "２８７０８２", "ö"])
def test_what_is_no_code_is_none(code: str) -> None:
    assert find_step(RFC, code, 59_000) is None


def test_a_secret_has_160_bits_and_is_never_the_same() -> None:
    assert len(make_secret()) == 32
    assert make_secret() != make_secret()


def test_the_address_keeps_odd_names_apart() -> None:
    assert address_of("ABC", "Å & co", "a@b.example") == (
        "otpauth://totp/%C3%85%20%26%20co%3Aa%40b.example?secret=ABC&issuer=%C3%85%20%26%20co"
    )
