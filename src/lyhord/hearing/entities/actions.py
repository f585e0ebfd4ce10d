"""Change what a workspace calls its own."""

import msgspec

from lyhord.hearing.entities import store
from lyhord.hearing.entities.book import Book, cleaned
from lyhord.hearing.entities.events import EntitiesChanged
from lyhord.hearing.entities.reading import read_book
from lyhord.kit.database import Tx
from lyhord.workspaces.actions.audit import record


def change_book(tx: Tx, book: Book) -> Book:
    """Replace the whole of it; as it is then. Messages that were heard keep what was heard in them. Raises `Invalid`."""
    from lyhord.hearing.entities.own import make_own  # noqa: PLC0415 - an idle server spares it

    before, after = read_book(tx), cleaned(book)
    make_own(after)
    if after == before:
        return after
    version = int(tx.value(store.find_version) or 0) + 1
    tx.run(store.write_book, version=version, body=msgspec.json.encode(after).decode())
    counts = {
        name: [len(getattr(before, name)), len(getattr(after, name))] for name in ("products", "places", "patterns")
    }
    record(tx, "entities.changed", "entities", **counts, hides=[before.hides, after.hides])
    tx.emit(EntitiesChanged())
    return after
