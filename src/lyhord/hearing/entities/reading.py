"""What a workspace calls its own, as it is read: by whoever changes it, and by the hearing."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from lyhord.hearing.entities import store
from lyhord.hearing.entities.book import EMPTY, Book
from lyhord.hearing.entities.redacting import redact
from lyhord.kit.database import ReadTx

if TYPE_CHECKING:
    from lyhord.hearing.entities.own import Names, Patterns

MOST_LOADED = 32
"""Workspaces whose names and patterns stay in memory."""
_book = msgspec.json.Decoder(Book)


def read_body(tx: ReadTx) -> str:
    """The workspace's own names and patterns as they are stored; "" for none."""
    return str(tx.value(store.find_book) or "")


def decode_book(body: str) -> Book:
    """The same, read."""
    return _book.decode(body) if body else EMPTY


def read_book(tx: ReadTx) -> Book:
    """The workspace's own names and patterns."""
    return decode_book(read_body(tx))


def make_hiding(tx: ReadTx) -> Callable[[str], str]:
    """What a text is in an export, as the workspace has it: as it is, or with `[phone]` and so on in place of what identifies somebody."""
    return redact if read_book(tx).hides else str


def make_own(book: Book) -> "tuple[Names, Patterns]":
    """Names and patterns as they are looked for. Raises `Invalid` for a pattern that can't be read."""
    from lyhord.hearing.entities.model import PLACE, PRODUCT  # noqa: PLC0415 - an idle server spares it
    from lyhord.hearing.entities.own import Names, Patterns  # noqa: PLC0415 - with it

    patterns = Patterns([(one.kind, one.pattern) for one in book.patterns])
    return Names({PRODUCT: book.products, PLACE: book.places}), patterns
