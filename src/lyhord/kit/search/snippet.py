"""The words around a hit, with the hits marked as ranges. What a customer wrote is never turned into markup here."""

import re
from functools import lru_cache

from msgspec import Struct

from lyhord.kit.search.codes import LEAST_DIGITS, LEAST_NUMBER
from lyhord.kit.search.query import Query
from lyhord.kit.text import fold_for_search, is_unspaced

AROUND = 60
LENGTH = 200
LOOKED_AT = 20_000
"""Code points of a text in which hits are looked for; a hit behind them shows the text's beginning."""

REMEMBERED = 20_000
"""Characters whose folded form is kept in memory: more than any language has in use."""

_SPACES = re.compile(r"\s")
_BETWEEN = r"[ .\-/()\u00a0_]{0,3}"


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
    pattern = _pattern(query)
    return [match.span() for match in pattern.finditer(text.translate(_folding))] if pattern else []


@lru_cache(maxsize=64)
def _pattern(query: Query) -> re.Pattern[str] | None:
    """Finds any word of the query in a folded text: whole ones, begun ones, and runs of unspaced scripts anywhere."""
    alternatives: list[str] = []
    for phrase in (one for phrases in query.ways for one in phrases):
        if is_unspaced(phrase.words[0]):
            alternatives.append(re.escape(phrase.words[0] + "".join(word[-1] for word in phrase.words[1:])))
            continue
        whole = phrase.words[:-1] if phrase.open else phrase.words
        alternatives += [rf"{_written(word)}(?![^\W_])" for word in whole]
        if phrase.open:
            alternatives.append(rf"{_written(phrase.words[-1])}[^\W_]*")
    return re.compile("|".join(sorted(alternatives, key=len, reverse=True))) if alternatives else None


def _written(word: str) -> str:
    """A word where it begins; a code or number also with signs within, and a number with what is dialled before it."""
    if len(word) <= LEAST_DIGITS or not any(map(str.isdigit, word)):
        return rf"(?<![^\W_]){re.escape(word)}"
    before = rf"(?:\d{_BETWEEN}){{0,6}}?" if word.isdigit() and len(word) >= LEAST_NUMBER else ""
    return rf"(?<![^\W_]){before}{_BETWEEN.join(map(re.escape, word))}"


class _Folding(dict[int, int]):
    """Maps each character to its folded form where that is one character too, so that places stay places."""

    def __missing__(self, point: int) -> int:
        character = fold_for_search(chr(point))
        folded = ord(character) if len(character) == 1 else point
        if len(self) < REMEMBERED:
            self[point] = folded
        return folded


_folding = _Folding()


def _units(text: str, at: int) -> int:
    return at if text.isascii() else len(text[:at].encode("utf-16-le", "surrogatepass")) // 2
