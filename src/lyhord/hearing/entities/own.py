"""What a workspace looks for in messages beside what everybody has: names of its products and places, and patterns of its own."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lyhord.hearing.entities.book import Book
from lyhord.hearing.entities.model import PLACE, PRODUCT, Entity
from lyhord.kit.problems import Invalid

MOST_MEMORY = 1 << 20
"""Bytes that one pattern may take."""
MOST_PATTERNS = 100
_TOKEN = re.compile(r"[぀-ヿ㐀-鿿가-힣]|[^\W_぀-ヿ㐀-鿿가-힣]+")
"""A word, or a character of a script without spaces."""


class Names:
    """Names by kind, found as whole words, whatever the case, in one walk over a text: its length counts, not how many names there are."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
        for kind, words in names.items():
            for word in words:
                tokens = tuple(_TOKEN.findall(word.casefold()))
                if tokens:
                    self._by_first.setdefault(tokens[0], []).append((tokens, kind, word))
        for known in self._by_first.values():
            known.sort(key=lambda one: -len(one[0]))

    def find(self, text: str) -> Iterator[Entity]:
        """Each name where it begins, the longest of several; between its words may stand spaces and signs, but no other word."""
        if not self._by_first:
            return
        tokens = [(one[0].casefold(), one.start(), one.end()) for one in _TOKEN.finditer(text)]
        at = 0
        while at < len(tokens):
            found = self._longest(tokens, at)
            if found is None:
                at += 1
                continue
            words, kind, name = found
            yield Entity(kind, name, tokens[at][1], tokens[at + len(words) - 1][2], 0.95)
            at += len(words)

    def _longest(self, tokens: Sequence[tuple[str, int, int]], at: int) -> tuple[tuple[str, ...], str, str] | None:
        for one in self._by_first.get(tokens[at][0], ()):
            if tuple(token for token, _, _ in tokens[at : at + len(one[0])]) == one[0]:
                return one
        return None


class Patterns:
    """Patterns by kind, each of RE2: its time grows with the text and with nothing else. Raises `Invalid` for one that can't be read."""

    def __init__(self, patterns: Sequence[tuple[str, str]]) -> None:
        if len(patterns) > MOST_PATTERNS:
            raise Invalid(
                f"There can be {MOST_PATTERNS} patterns; join some of them with |.", fields={"pattern": "field.invalid"}
            )
        self._compiled = [(kind, _compiled(pattern)) for kind, pattern in patterns]

    def find(self, text: str) -> Iterator[Entity]:
        """Where a pattern holds; of one with a group, what is in the group."""
        for kind, pattern in self._compiled:
            for found in pattern.finditer(text):
                group = 1 if pattern.groups and found.group(1) else 0
                start, end = found.span(group)
                if end > start:
                    yield Entity(kind, found.group(group), start, end, 0.9)


def _compiled(pattern: str) -> Any:
    import re2  # noqa: PLC0415 - 3 MB that a server without patterns spares

    options = re2.Options()
    options.case_sensitive, options.max_mem, options.log_errors = False, MOST_MEMORY, False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise Invalid(
            "The pattern can't be read; it is one of RE2, without references and looking around.",
            fields={"pattern": "problem.rule_pattern"},
        ) from error


def make_own(book: Book) -> tuple[Names, Patterns]:
    """Names and patterns as they are looked for. Raises `Invalid` for a pattern that can't be read."""
    patterns = Patterns([(one.kind, one.pattern) for one in book.patterns])
    return Names({PRODUCT: book.products, PLACE: book.places}), patterns
