"""Codes and numbers however they are written: `A-1234`, `A 1234` and `a1234`; `+46 (0)70-123 45 67`, `0046701234567` and `070-1234567`."""

import re
from collections.abc import Iterator
from itertools import chain, islice

LEAST_DIGITS = 3
"""Of a code in a document."""
LEAST_NUMBER = 6
"""Digits from which on groups of them are one number, and a zero before one means nothing."""
LONGEST = 24
MOST_CODES = 200
"""Of one document."""

_NUMBER = re.compile(r"(?<![^\W_])(?:\+|\(\+?)?\d+\)?(?:[ .\-/()\u00a0]{1,3}\d+)*(?![^\W_])", re.ASCII)
_CODE = re.compile(
    r"(?<![^\W_])(?:[a-z]{1,3} \d{2,}(?:[-/]\d+)*|[a-z0-9]+(?:[-/_][a-z0-9]+)+)(?![^\W_])",
    re.ASCII,
)
_ONE_DIGIT = "17"
_TWO_DIGITS = re.compile(r"2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")
"""Countries that are dialled by one or two digits (ITU-T E.164); all others by three."""


def bare(code: str) -> str:
    """Small letters and digits alone."""
    return "".join(filter(str.isalnum, code.casefold()))


def national(number: str) -> str:
    """The digits of a phone number without those of its country, where a + or 00 says that there are such, and without a zero before them.

    `701234567` for `+46 (0)70-123 45 67` and for `070-1234567`. Numbers of two countries may be the same then.
    """
    abroad = number.lstrip(" (").startswith(("+", "00"))
    digits = "".join(one for one in (number.replace("(0)", "") if abroad else number) if "0" <= one <= "9")
    if abroad:
        digits = digits.lstrip("0")
        country = 1 if digits[:1] in _ONE_DIGIT else 2 if _TWO_DIGITS.match(digits) else 3
        digits = digits[country:]
    return digits.lstrip("0")


def codes_of(text: str) -> list[str]:
    """In one word each code and number of a text that is written in several, a phone number also without its country."""
    small = text.lower()
    numbers = chain.from_iterable(_spellings(one[0]) for one in _NUMBER.finditer(small))
    codes = (bare(one[0]) for one in _CODE.finditer(small))
    words = chain(numbers, filter(_is_code, codes))
    return list(islice(dict.fromkeys(words), MOST_CODES))


def join_numbers(typed: str) -> str:
    """What somebody typed with each number in one word, without the digits of its country; the last one may be unfinished."""
    return _NUMBER.sub(lambda found: [found[0], *_spellings(found[0])][-1], typed)


def join_codes(typed: str) -> str:
    """The same with codes of letters and digits."""
    return _CODE.sub(lambda found: bare(found[0]) if any(map(str.isdigit, found[0])) else found[0], typed)


def _is_code(word: str) -> bool:
    return len(word) <= LONGEST and LEAST_DIGITS <= sum(map(str.isdigit, word)) < len(word)


def _spellings(said: str) -> Iterator[str]:
    """All digits, where something stands between them, and the national ones."""
    digits = bare(said)
    if LEAST_NUMBER <= len(digits) <= LONGEST:
        if len(digits) != len(said):
            yield digits
        if said[0] in "+0(":
            yield national(said)
