"""What is found, and the words by which it is found."""

from msgspec import Struct

from lyhord.kit.search.codes import codes_of
from lyhord.kit.text import segment

TEXT_LIMIT = 40_000
"""Code points of one document that are searched."""
FORMAT = 4
"""Part of the tables' names: an index of another format isn't read, it is made afresh."""
NEWEST = (1 << 63) - 1


class Document(Struct, frozen=True):
    """What can be found: a reference that is unique in its workspace, its time (Unix milliseconds) and its text."""

    ref: str
    at: int
    text: str


class Hit(Struct, frozen=True):
    """A document that matches. `place` is where to go on from, towards older ones."""

    place: int
    ref: str


def words_of(document: Document) -> list[str]:
    """The words of a document as the index has them, in order; behind them in one word what is a code or number in several."""
    text = document.text[:TEXT_LIMIT]
    return [*segment(text), *codes_of(text)]
