"""An entity, and which kinds are personal."""

from typing import NamedTuple

from lyhord.kit.search.codes import bare, national

EMAIL, PHONE, URL, IP, CARD, IBAN = "email", "phone", "url", "ip", "card", "iban"
SSN, PERSONNUMMER, HENKILOTUNNUS, FODSELSNUMMER, CHINESE_ID = (
    "ssn",
    "personnummer",
    "henkilötunnus",
    "fødselsnummer",
    "chinese_id",
)
AMOUNT, DATE, REFERENCE, PRODUCT, PLACE = "amount", "date", "reference", "product", "place"

SECRET = frozenset((CARD, IBAN, SSN, PERSONNUMMER, HENKILOTUNNUS, FODSELSNUMMER, CHINESE_ID))
"""Kinds of which no finding repeats the number: only its last four characters are kept."""
PERSONAL = SECRET | {EMAIL, PHONE, URL, IP}
"""Kinds that `redact` hides."""


class Entity(NamedTuple):
    """Characters `start` to `end` of a text name something of a kind.

    `value` is the same however it was written: digits with a leading + where there was one (phone); `SEK 1240.50`, `kr` where no country is
    known (amount); `2026-05-03`, `--05-03` for a day of any year, `+1` for days from today, `mon` for a weekday (date); else the words as
    they stand.
    """

    kind: str
    value: str
    start: int
    end: int
    confidence: float


_IN_WORDS = PERSONAL | {AMOUNT, DATE, PRODUCT, PLACE}
"""Kinds that aren't numbers of something."""


def found_by(value: str) -> str:
    """By what `<kind>:<value>` is found: the same for `reference:A-1234`, `reference:A 1234` and `reference:a1234`.

    A phone number goes without its country, since most people write it so; numbers of two countries may be found as one.
    """
    kind, _, said = value.partition(":")
    if kind == PHONE:
        return f"{kind}:{national(said) or said}"
    return f"{kind}:{said.casefold() if kind in _IN_WORDS else bare(said) or said}"
