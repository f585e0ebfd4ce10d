"""What a workspace calls its own, as values: names of its products and places, and patterns of its numbers."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct, json

from lyhord.kit.problems import Invalid
from lyhord.kit.text import clean_name

MOST_NAMES = 5_000
"""Products, and as many places."""
NAME_LIMIT = 100
KIND_LIMIT = 30
TRIED = 20_000
"""Characters of a text that is tried."""

Name = Annotated[str, Meta(min_length=1, max_length=NAME_LIMIT)]
Names = Annotated[tuple[Name, ...], Meta(max_length=MOST_NAMES)]


class OwnPattern(Struct, frozen=True, forbid_unknown_fields=True):
    """What is found by a pattern of RE2, and how it is called. Where the pattern has a group, what is in the first one is found."""

    kind: Annotated[str, Meta(min_length=1, max_length=KIND_LIMIT)]
    pattern: Annotated[str, Meta(min_length=1, max_length=500)]


class Book(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A workspace's own names and patterns. `hides`: in exports stands `[phone]` and so on in place of what identifies somebody."""

    products: Names = ()
    places: Names = ()
    patterns: Annotated[tuple[OwnPattern, ...], Meta(max_length=100)] = ()
    hides: bool = False


EMPTY = Book()
_decode = json.Decoder(Book).decode


class Trial(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text in which to look, with a book that needn't be kept yet. `language` as `sv`, "" for unknown."""

    text: Annotated[str, Meta(max_length=TRIED)]
    language: Annotated[str, Meta(max_length=10)] = ""
    book: Book = EMPTY


class Named(Struct, frozen=True):
    """What a text names: characters `start` to `end`, of a kind, as `value` says it however it was written."""

    kind: str
    value: str
    start: int
    end: int


def cleaned(book: Book) -> Book:
    """The same without needless spaces and doubles; raises `Invalid` for a kind without a name."""
    patterns = tuple(OwnPattern(clean_name(one.kind, KIND_LIMIT), one.pattern.strip()) for one in book.patterns)
    if not all(one.kind and one.pattern and ":" not in one.kind for one in patterns):
        raise Invalid("Say how what a pattern finds is called, without a colon.", fields={"patterns": "field.missing"})
    return Book(
        products=_once(book.products),
        places=_once(book.places),
        patterns=tuple(dict.fromkeys(patterns)),
        hides=book.hides,
    )


def _once(names: Sequence[str]) -> tuple[str, ...]:
    """Each name once, whatever its case, as it was written first."""
    found: dict[str, str] = {}
    for one in names:
        if name := clean_name(one, NAME_LIMIT):
            found.setdefault(name.casefold(), name)
    return tuple(found.values())


def decode_book(body: str) -> Book:
    """A book as it is stored; "" for none."""
    return _decode(body) if body else EMPTY
