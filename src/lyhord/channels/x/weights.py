"""How long a post is for X, and where one that is too long is cut (rules of twitter-text, configuration version 3).

A character weighs 1 in Latin and most alphabets and 2 elsewhere; an emoji 2, however it is put together; an address 23, however long.
"""

import re
import unicodedata
from collections.abc import Iterator

URL_WEIGHT = 23
_LIGHT = ((0x0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
_SIGN = r"[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
_FORM = r"[\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
_EMOJI = rf"[0-9#*]\ufe0f?\u20e3|[\U0001f1e6-\U0001f1ff]{{2}}|{_SIGN}{_FORM}*(?:\u200d{_SIGN}{_FORM}*)*"
_URL = r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*[A-Za-z0-9\-_~/#@$&+=%])"
_HOST = r"(?<![\w@.-])(?:[a-z0-9-]{1,40}\.){1,3}"
_LINK = rf"https?://{_URL}|{_HOST}(?:com|net|org|info|biz|app|dev|shop|[a-z]{{2}})(?![\w@.-])(?:/{_URL}?)?"
_BARE = rf"{_HOST}[a-z]{{2,18}}(?![\w@-])"
_atoms = re.compile(
    rf"(?P<link>{_LINK})|(?P<bare>{_BARE})|(?P<emoji>{_EMOJI})|\r\n|.[\u0300-\u036f]{{0,8}}",
    re.IGNORECASE | re.DOTALL,
)
_MARKS = ("\n\n", "\n", ". ", "。", " ")


def weigh(text: str) -> int:
    """What `text` weighs, or a little more: a name that only may be an address weighs as much as the heavier of both."""
    return sum(weight for _, weight in _atoms_of(text))


def has_link(text: str) -> bool:
    """Whether X makes a link of something in it, which is dearer."""
    return any(found["link"] for found in _atoms.finditer(text))


def split_by_weight(text: str, limit: int) -> list[str]:
    """Cut `text` into pieces that weigh at most `limit` (at least 23) and give it back when joined, never inside an address or emoji.

    Cuts fall after a blank line, a line, a sentence or a word where the second half of a piece has one.
    """
    pieces: list[str] = []
    start, weight, ends = 0, 0, list[tuple[int, int]]()
    for end, more in _atoms_of(text):
        while ends and weight + more > limit:
            cut, used = _cut(text, start, ends, weight)
            pieces.append(text[start:cut])
            ends = [(at, was - used) for at, was in ends if at > cut]
            start, weight = cut, weight - used
        weight += more
        ends.append((end, weight))
    return [*pieces, text[start:]] if start < len(text) or not pieces else pieces


def _cut(text: str, start: int, ends: list[tuple[int, int]], weight: int) -> tuple[int, int]:
    """Where a piece ends best, and what it weighs."""
    half = start + (ends[-1][0] - start) // 2
    for mark in _MARKS:
        for end, used in reversed(ends):
            if end <= half:
                break
            if text.endswith(mark, start, end):
                return end, used
    return ends[-1][0], weight


def _atoms_of(text: str) -> Iterator[tuple[int, int]]:
    """Where each thing that isn't cut ends, and what it weighs."""
    for found in _atoms.finditer(text):
        if found["link"]:
            weight = URL_WEIGHT
        elif found["emoji"]:
            weight = 2
        else:
            plain = sum(map(_weight, unicodedata.normalize("NFC", found[0])))
            weight = max(URL_WEIGHT, plain) if found["bare"] else plain
        yield found.end(), weight


def _weight(character: str) -> int:
    code = ord(character)
    return 1 if any(first <= code <= last for first, last in _LIGHT) else 2
