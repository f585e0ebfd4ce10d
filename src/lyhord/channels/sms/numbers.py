"""Phone numbers as they come and as they are kept: `+` and the country code, a short code, or a sender's name."""

import re

from lyhord.conversations.exchange import Address
from lyhord.kit.text import fold

NAMED = "sms_name"
"""The scheme of senders that are names, such as a bank's: nobody can answer them."""

_INTERNATIONAL = re.compile(r"\+[1-9]\d{6,14}")
_SHORT = re.compile(r"\d{3,6}")
_WITHOUT_PLUS = re.compile(r"[1-9]\d{7,14}")
_LETTER = re.compile(r"[^\W\d_]")


def is_number(text: str) -> bool:
    """Whether an SMS can be sent there: E.164, or a short code."""
    return bool(_INTERNATIONAL.fullmatch(text) or _SHORT.fullmatch(text))


def to_number(text: str, country: str = "") -> str:
    """`text` as E.164 or as a short code where it is one; `country` is the code, such as 46, of numbers that begin with 0.

    What it can't make one of comes back without the signs between its digits.
    """
    digits = fold("tel", text)
    if is_number(digits):
        return digits
    if digits.startswith("00"):
        return "+" + digits[2:]
    if digits.startswith("0") and country:
        return f"+{country}{digits[1:]}"
    return "+" + digits if _WITHOUT_PLUS.fullmatch(digits) else digits


def address_of(text: str, country: str = "") -> Address:
    """Whoever wrote: their number, or their name where the sender is one."""
    number = "" if _LETTER.search(text) else to_number(text, country)
    if not number:
        return Address(NAMED, text.strip()[:40] or "?", text.strip()[:40])
    return Address("tel", number, verified=is_number(number))
