"""Check digits: what the issuers publish holds, and one wrong digit is noticed."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lyhord.hearing.entities import checksums

digits = some.text("0123456789", min_size=1, max_size=18)
Holds = Callable[[str], bool]
HOLDING: dict[Holds, tuple[str, ...]] = {
    checksums.is_card: (
        "4111111111111111",
        "5555555555554444",
        "2223003122003222",
        "378282246310005",
        "6011111111111117",
        "3530111333300000",
        "6200000000000005",
    ),
    checksums.is_iban: (
        "GB82WEST12345698765432",
        "SE4550000000058398257466",
        "NO9386011117947",
        "FI2112345600000785",
        "de89370400440532013000",
    ),
    checksums.is_personnummer: ("8112189876", "198112189876", "8112789873"),
    checksums.is_henkilotunnus: ("131052-308T", "010594Y9032", "131052-308t"),
    checksums.is_fodselsnummer: ("01010750160",),
    checksums.is_chinese_id: ("11010519491231002X", "11010519491231002x"),
    checksums.is_ssn: ("078051120", "531217351"),
}


@pytest.mark.parametrize(("holds", "number"), [(holds, one) for holds, ones in HOLDING.items() for one in ones])
def test_published_numbers_hold(holds: Holds, number: str) -> None:
    assert holds(number)


@given(digits)
def test_every_number_has_one_luhn_digit(number: str) -> None:
    assert sum(checksums.is_luhn(number + str(last)) for last in range(10)) == 1


@given(
    some.sampled_from(
        [(holds, one) for holds, ones in HOLDING.items() if holds is not checksums.is_ssn for one in ones]
    ),
    some.data(),
)
def test_one_wrong_digit_is_noticed(known: tuple[Holds, str], data: some.DataObject) -> None:
    holds, number = known
    places = [at for at, sign in enumerate(number) if sign.isdigit()]
    if holds is checksums.is_personnummer and len(number) == 12:
        places = places[2:]  # the check digit leaves the century out
    at = data.draw(some.sampled_from(places))
    wrong = data.draw(some.sampled_from([one for one in "0123456789" if one != number[at]]))
    assert not holds(number[:at] + wrong + number[at + 1 :])


@given(some.text(max_size=40))
def test_any_text_is_answered(text: str) -> None:
    plain = "".join(sign for sign in text if sign in "0123456789")
    for wordy in (checksums.is_iban, checksums.is_henkilotunnus, checksums.is_chinese_id):
        assert wordy(text) in (True, False)
    for holds in HOLDING:
        assert holds(plain) in (True, False)


@pytest.mark.parametrize(
    ("holds", "number"),
    [
        (checksums.is_personnummer, "8113189874"),  # the thirteenth month, with the check digit of it
        (checksums.is_henkilotunnus, "310252-308A"),
        (checksums.is_ssn, "000121234"),
        (checksums.is_ssn, "666121234"),
        (checksums.is_ssn, "912121234"),
        (checksums.is_card, "0000000000000000"),
        (checksums.is_card, "1234567812345670"),
        (checksums.is_iban, "GB82WEST1234569876543"),
        (checksums.is_iban, "XX82WEST12345698765432"),
    ],
)
def test_what_nobody_can_have_does_not_hold(holds: Holds, number: str) -> None:
    assert not holds(number)
