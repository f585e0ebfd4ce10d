"""An index over the documents of all workspaces, behind an interface that names no engine.

It is a cache: made where it is missing, filled again from the rows. Words come segmented (`kit.text.segment`), so that the engine only
has to split at spaces.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Protocol

from lyhord.kit.database import ReadTx, Statement, Tx
from lyhord.kit.search.document import NEWEST, Document, Hit
from lyhord.kit.search.query import Query


class Way(Protocol):
    """How one database keeps the index: statements that make it, find it and number its workspaces, and the methods of `Index`."""

    make: list[Statement]
    drop: list[Statement]
    exists: Statement
    number: Statement
    give_number: Statement
    take_number: Statement

    def put(self, tx: Tx, documents: Sequence[Document]) -> None: ...
    def remove(self, tx: Tx, refs: Iterable[str]) -> None: ...
    def find(self, tx: ReadTx, query: Query, *, before: int, most: int) -> list[Hit]: ...
    def clear(self, tx: Tx, most: int) -> int: ...
    def tidy(self, tx: Tx) -> bool: ...


class Index:
    """One kind of document. The tables of all kinds begin with `search`, so that others can leave them alone."""

    def __init__(self, name: str) -> None:
        """`name` is one Latin word, never what somebody typed."""
        self._name = name

    def exists(self, tx: ReadTx) -> bool:
        """Whether the index was made."""
        return tx.one(self._way(tx).exists) is not None

    def prepare(self, tx: Tx) -> bool:
        """Make the index where it is missing; whether this workspace isn't in it yet, so that it has to be filled."""
        way = self._way(tx)
        if not self.exists(tx):
            for statement in way.make:
                tx.run(statement)
        if tx.value(way.number) is not None:
            return False
        tx.run(way.give_number)
        return True

    def drop(self, tx: Tx) -> None:
        """Remove the index with all that is in it, of every workspace."""
        for statement in self._way(tx).drop:
            tx.run(statement)

    def put(self, tx: Tx, documents: Sequence[Document]) -> None:
        """Add documents, or replace those of the same reference, which keep their place. The index must be prepared."""
        self._way(tx).put(tx, documents)

    def remove(self, tx: Tx, refs: Iterable[str]) -> None:
        """Forget documents with their words; unknown ones are left out."""
        self._way(tx).remove(tx, refs)

    def find(self, tx: ReadTx, query: Query, *, before: int = NEWEST, most: int = 50) -> list[Hit]:
        """Documents of this workspace that match, newest first, older than the place `before`. Nothing while there is no index."""
        if not query.phrases or not self.exists(tx):
            return []
        return self._way(tx).find(tx, query, before=before, most=most)

    def clear(self, tx: Tx, most: int) -> int:
        """Forget at most `most` documents of this workspace, and with the last that it was in the index; how many there were."""
        if not self.exists(tx):
            return 0
        way = self._way(tx)
        gone = way.clear(tx, most)
        if not gone:
            tx.run(way.take_number)
        return gone

    def tidy(self, tx: Tx) -> bool:
        """Do a little so that no word of what was removed stands in the index any more, of whichever workspace; whether more is to do."""
        return self.exists(tx) and self._way(tx).tidy(tx)

    def _way(self, tx: ReadTx) -> Way:
        return self._tsvector if tx.dialect == "postgresql" else self._fts5

    @cached_property
    def _fts5(self) -> Way:
        from lyhord.kit.search.fts5 import Fts5  # noqa: PLC0415 - only the one that is used is loaded

        return Fts5(self._name)

    @cached_property
    def _tsvector(self) -> Way:
        from lyhord.kit.search.tsvector import Tsvector  # noqa: PLC0415 - as above

        return Tsvector(self._name)
