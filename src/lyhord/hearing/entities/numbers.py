"""Numbers that identify somebody or something: cards, accounts, persons, addresses of machines. Check digits decide, not looks."""

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from lyhord.hearing.entities import checksums, model
from lyhord.hearing.entities.model import Entity

_EDGE, _END = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
_CARD = re.compile(r"(?<![\w.,-])\d(?:[ -]?\d){11,18}(?!\d)", re.ASCII)
_IBAN = re.compile(_EDGE + r"[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9]{2})", re.ASCII)
_ALNUM = re.compile("[A-Za-z0-9]")
_SSN = re.compile(r"(?<![\w-])\d{3}([- ])\d{2}\1\d{4}(?![\w-])", re.ASCII)
_SSN_WORD = re.compile(r"ssn|social", re.IGNORECASE)
_IP4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)", re.ASCII)
_IP6 = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])", re.ASCII)
_VERSION = re.compile(r"(?:version|firmware|\bv|版本|versio)\.?\s*$", re.IGNORECASE)
_SWEDISH = re.compile(r"personn|pnr|person-?nr|född|samordn", re.IGNORECASE)


class _Person(NamedTuple):
    kind: str
    looks: re.Pattern[str]
    holds: Callable[[str], bool]
    confidence: float


_PERSONS = (
    _Person(
        model.HENKILOTUNNUS,
        re.compile(_EDGE + r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Z]" + _END, re.ASCII | re.IGNORECASE),
        checksums.is_henkilotunnus,
        0.99,
    ),
    _Person(
        model.CHINESE_ID,
        re.compile(_EDGE + r"\d{17}[0-9Xx]" + _END, re.ASCII),
        checksums.is_chinese_id,
        0.99,
    ),
    _Person(
        model.FODSELSNUMMER,
        re.compile(_EDGE + r"\d{6} ?\d{5}" + _END, re.ASCII),
        checksums.is_fodselsnummer,
        0.95,
    ),
    _Person(
        model.PERSONNUMMER,
        re.compile(_EDGE + r"(?:\d{8}[- ]?\d{4}|\d{6}[-+]\d{4})" + _END, re.ASCII),
        checksums.is_personnummer,
        0.95,
    ),
)
_TEN = re.compile(_EDGE + r"\d{6} ?\d{4}" + _END, re.ASCII)
_NO_SIGN: Mapping[int, int | None] = dict.fromkeys(map(ord, " -+"))


def find_numbers(text: str, language: str) -> Iterator[Entity]:
    """Numbers whose check digits hold, and addresses of the Internet Protocol."""
    yield from _cards(text)
    yield from _ibans(text)
    yield from _persons(text, language)
    for found in _SSN.finditer(text):
        spaced = found[1] == " "
        near = _SSN_WORD.search(text, max(0, found.start() - 40), found.start())
        if checksums.is_ssn(found[0].replace(found[1], "")) and (near or not spaced):
            yield Entity(model.SSN, found[0], found.start(), found.end(), 0.95 if near else 0.8)
    if "." in text or ":" in text:
        yield from _addresses(text)


def _cards(text: str) -> Iterator[Entity]:
    for found in _CARD.finditer(text):
        end = found.end()
        while end - found.start() >= 12:
            digits = found[0][: end - found.start()].translate(_NO_SIGN)
            if checksums.is_card(digits):
                yield Entity(model.CARD, digits, found.start(), end, 0.98)
                break
            end = max(text.rfind(" ", found.start(), end), text.rfind("-", found.start(), end))


def _ibans(text: str) -> Iterator[Entity]:
    for found in _IBAN.finditer(text):
        left, end = checksums.iban_length(found[0][:2]), found.start()
        while left and end < len(text) and (text[end].isalnum() or text[end] in " -"):
            left -= text[end].isalnum()
            end += 1
        account = text[found.start() : end].translate(_NO_SIGN)
        if checksums.is_iban(account) and not _ALNUM.match(text, end):
            yield Entity(model.IBAN, account.upper(), found.start(), end, 0.99)


def _persons(text: str, language: str) -> Iterator[Entity]:
    for one in _PERSONS:
        for found in one.looks.finditer(text):
            plain = found[0] if one.kind == model.HENKILOTUNNUS else found[0].translate(_NO_SIGN)
            if one.holds(plain):
                yield Entity(one.kind, found[0], found.start(), found.end(), one.confidence)
    for found in _TEN.finditer(text):
        near = _SWEDISH.search(text, max(0, found.start() - 40), found.start())
        # Ten digits that begin with a zero are a phone number where nothing says otherwise.
        if (near or (language == "sv" and found[0][0] != "0")) and checksums.is_personnummer(found[0].replace(" ", "")):
            yield Entity(model.PERSONNUMMER, found[0], found.start(), found.end(), 0.97 if near else 0.75)


def _addresses(text: str) -> Iterator[Entity]:
    for pattern in (_IP4, _IP6):
        for found in pattern.finditer(text):
            if len(found[0]) < 4 or _VERSION.search(text, max(0, found.start() - 10), found.start()):
                continue
            try:
                ipaddress.ip_address(found[0])
            except ValueError:
                continue
            yield Entity(model.IP, found[0].lower(), found.start(), found.end(), 0.95)
