"""Addresses of mail and of the web."""

import re
from collections.abc import Iterator

from lyhord.hearing.entities.model import EMAIL, URL, Entity

_LETTER = "A-Za-z0-9À-ɏ"
_EMAIL = re.compile(
    rf"(?<![{_LETTER}._%+'-])[{_LETTER}_+](?:[{_LETTER}._%+'-]{{0,62}}[{_LETTER}_+-])?@"
    rf"(?:[{_LETTER}](?:[{_LETTER}-]{{0,62}})\.){{1,5}}[A-Za-z]{{2,24}}(?![A-Za-z0-9@])"
)
_LABEL = rf"[{_LETTER}](?:[{_LETTER}-]{{0,61}}[{_LETTER}])?"
_PATH = r"(?::\d{2,5})?(?:[/?#][^\s<>\"“”«»，。、；！？（）【】]*)?"
_SURE_ENDS = (
    "com|org|net|info|biz|io|app|dev|shop|store|online|site|cloud|tech|edu|gov|nu|eu|uk|ie|dk|ee|lv|lt|pl|nl|fr|es|pt|it|ch|cz|ro|ru|jp|cn|hk|tw|sg|au|nz|ca|mx|br"
)
"""Ends of names that are no words of a language that we hear; `se`, `no`, `fi`, `me` and others need a path or `www`."""
_URL = re.compile(
    rf"(?:https?|ftp)://[^\s<>\"“”«»，。、；！？（）【】]+"
    rf"|(?<![{_LETTER}@.-])www\.(?:{_LABEL}\.){{1,5}}[A-Za-z]{{2,24}}{_PATH}"
    rf"|(?<![{_LETTER}@./-])(?:{_LABEL}\.){{1,5}}(?:(?:{_SURE_ENDS})(?![{_LETTER}@-]|\.[A-Za-z]){_PATH}|[a-z]{{2}}/[^\s<>\"，。]*)",
    re.IGNORECASE,
)
_AFTER = ".,;:!?'\")]}>*_…"


def find_addresses(text: str) -> Iterator[Entity]:
    """Addresses of mail, in small letters, and of the web, without the signs that end the sentence."""
    if "@" in text:
        for found in _EMAIL.finditer(text):
            yield Entity(EMAIL, found[0].lower(), found.start(), found.end(), 0.99)
    if "." in text:
        for found in _URL.finditer(text):
            address = _without_end(found[0])
            yield Entity(URL, address, found.start(), found.start() + len(address), 0.95)


def _without_end(address: str) -> str:
    """A closing bracket belongs to the address where the address opened it."""
    while address and address[-1] in _AFTER and not (address[-1] == ")" and address.count("(") >= address.count(")")):
        address = address[:-1]
    return address
