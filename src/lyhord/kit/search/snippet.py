"""The words around a hit, with the hits marked as ranges. What a customer wrote is never turned into markup here."""

import re
import unicodedata
from collections.abc import Sequence

from msgspec import Struct

from lyhord.kit.search.query import Query
from lyhord.kit.text import is_unspaced, split_words

AROUND = 60
LENGTH = 200
LOOKED_AT = 20_000
"""Code points of a text in which hits are looked for; a hit behind them shows the text's beginning."""

_WORD = re.compile(r"[^\W_]+")
_SPACES = re.compile(r"\s")


class Snippet(Struct, frozen=True):
    """Part of a text on one line. `marks` are (start, end) in UTF-16 units, as browsers count."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


def make_snippet(text: str, query: Query, length: int = LENGTH) -> Snippet:
    """The part of `text` around the first hit, at most `length` code points, ends that were cut shown by …."""
    text = _SPACES.sub(" ", text[:LOOKED_AT])
    spans = _spans(text, query)
    start = max(0, spans[0][0] - AROUND) if spans and spans[0][1] > length else 0
    if start:
        start = text.find(" ", start, spans[0][0]) + 1 or start
    end = min(len(text), start + length)
    before, after = "…" if start else "", "…" if end < len(text) else ""
    shown = before + text[start:end].rstrip() + after
    moved = [(max(one, start) - start + len(before), min(other, end) - start + len(before)) for one, other in spans]
    return Snippet(shown, tuple((_units(shown, one), _units(shown, other)) for one, other in moved if one < other))


def _spans(text: str, query: Query) -> list[tuple[int, int]]:
    """Where words of the query stand in `text`, in order, without overlaps."""
    spaced = {word for phrase in query.phrases for word in phrase.words if not is_unspaced(word)}
    opened = tuple(phrase.words[-1] for phrase in query.phrases if phrase.open)
    runs = [_joined(phrase.words) for phrase in query.phrases if is_unspaced(phrase.words[0])]
    found: list[tuple[int, int]] = []
    for match in _WORD.finditer(text):
        folded = split_words(match.group())
        if any(word in spaced or (opened and word.startswith(opened)) for word in folded if not is_unspaced(word)):
            found.append(match.span())
    for run in runs:
        found.extend((at.start(), at.end()) for at in re.finditer(re.escape(run), _same_length(text)))
    return _merged(sorted(found))


def _joined(words: Sequence[str]) -> str:
    """The run behind its pairs."""
    return words[0] + "".join(word[-1] for word in words[1:])


def _same_length(text: str) -> str:
    """`text` folded character by character, where that keeps its length, so that places stay places."""
    folded = (unicodedata.normalize("NFKC", character).casefold() for character in text)
    return "".join(new if len(new) == 1 else old for new, old in zip(folded, text, strict=True))


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _units(text: str, at: int) -> int:
    return at if text.isascii() else len(text[:at].encode("utf-16-le", "surrogatepass")) // 2
