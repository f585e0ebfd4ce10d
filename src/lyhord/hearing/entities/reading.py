"""What a workspace calls its own, as it is read: by whoever changes it, and by the hearing."""

from collections.abc import Callable

from lyhord.hearing.entities import store
from lyhord.hearing.entities.book import Book, decode_book
from lyhord.hearing.entities.redacting import redact
from lyhord.kit.database import ReadTx


def read_body(tx: ReadTx) -> str:
    """The workspace's own names and patterns as they are stored; "" for none."""
    return str(tx.value(store.find_book) or "")


def read_book(tx: ReadTx) -> Book:
    """The workspace's own names and patterns."""
    return decode_book(read_body(tx))


def make_hiding(tx: ReadTx) -> Callable[[str], str]:
    """What a text is in an export, as the workspace has it: as it is, or with `[phone]` and so on in place of what identifies somebody."""
    return redact if read_book(tx).hides else str
