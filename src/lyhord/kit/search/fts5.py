"""The index on SQLite: FTS5 with tables of its own.

A document's place rises with its time, within its workspace, so that "newest first" is the order in which the engine reads anyway, and a
common word costs no more than a rare one.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, column, delete, func, insert, select, table, text

from lyhord.kit.database import ReadTx, Statement, Tx, values_in
from lyhord.kit.search.document import FORMAT, Document, Hit, words_of
from lyhord.kit.search.query import Phrase, Query

MERGED_PAGES = 500
"""Pages of an index that one step merges at most: a few milliseconds of the writer's time."""
PREFIXES = "1 2 3 4"
"""Beginnings of words that have an index of their own, since people look as they type."""

_tables = table("sqlite_master", column("name"))
_SLOT_BITS, _SECOND_BITS = 17, 32
_WORKSPACE_SHIFT = _SLOT_BITS + _SECOND_BITS
_SLOTS = 1 << _SLOT_BITS
_LAST_SECOND = (1 << _SECOND_BITS) - 1_000
_MOST_WORKSPACES = 1 << (63 - _WORKSPACE_SHIFT)


class Fts5:
    """Implements `index.Way`."""

    def __init__(self, name: str) -> None:
        words_name, places_name, spaces_name, removed_name = (
            f"search{FORMAT}_{name}{part}" for part in ("", "_place", "_workspace", "_removed")
        )
        self.make = [
            Statement(
                text(f"CREATE TABLE IF NOT EXISTS {spaces_name} (n INTEGER PRIMARY KEY, workspace_id TEXT UNIQUE)")
            ),
            Statement(
                text(
                    f"CREATE TABLE IF NOT EXISTS {places_name} "
                    "(place INTEGER PRIMARY KEY, workspace_id TEXT, ref TEXT, UNIQUE (workspace_id, ref))"
                )
            ),
            Statement(
                text(
                    f"CREATE VIRTUAL TABLE IF NOT EXISTS {words_name} "
                    f"USING fts5(words, tokenize = 'ascii', prefix = '{PREFIXES}')"
                )
            ),
        ]
        self.make.append(
            Statement(text(f"CREATE TABLE IF NOT EXISTS {removed_name} (n INTEGER PRIMARY KEY, merging INTEGER)"))
        )
        names = (words_name, places_name, spaces_name, removed_name)
        self.drop = [Statement(text(f"DROP TABLE IF EXISTS {one}")) for one in names]
        self._prepare_tidying(words_name, removed_name)
        words = table(words_name, column("rowid"), column("words"))
        places = table(places_name, column("place"), column("workspace_id"), column("ref"))
        spaces = table(spaces_name, column("n"), column("workspace_id"))
        ours = places.c.workspace_id == bindparam("workspace_id")
        self.exists = Statement(select(_tables.c.name).where(_tables.c.name == words_name))
        self.number = Statement(select(spaces.c.n).where(spaces.c.workspace_id == bindparam("workspace_id")))
        self.give_number = Statement(insert(spaces).values(workspace_id=bindparam("workspace_id")))
        self.take_number = Statement(delete(spaces).where(spaces.c.workspace_id == bindparam("workspace_id")))
        self._some = Statement(select(places.c.ref).where(ours).limit(bindparam("most")))
        self._placed = Statement(select(places.c.ref, places.c.place).where(ours, values_in(places.c.ref, "refs")))
        self._last = Statement(
            select(func.max(places.c.place)).where(
                places.c.place >= bindparam("first"), places.c.place < bindparam("end")
            )
        )
        self._take = Statement(insert(places).values({one: bindparam(one) for one in ("place", "workspace_id", "ref")}))
        self._leave = Statement(delete(places).where(ours, places.c.place == bindparam("key")))
        self._put = Statement(insert(words).values(rowid=bindparam("place"), words=bindparam("words")))
        self._remove = Statement(delete(words).where(words.c.rowid == bindparam("key")))
        self._find = Statement(
            select(places.c.place, places.c.ref)
            .select_from(words.join(places, places.c.place == words.c.rowid))
            .where(
                words.c.words.op("MATCH")(bindparam("query")),
                words.c.rowid >= bindparam("first"),
                words.c.rowid < bindparam("before"),
                ours,
            )
            .order_by(words.c.rowid.desc())
            .limit(bindparam("most"))
        )

    def _prepare_tidying(self, words_name: str, removed_name: str) -> None:
        removed = table(removed_name, column("n"), column("merging"))
        self._merging = Statement(select(removed.c.merging).where(removed.c.n == 1))
        self._note = Statement(text(f"INSERT OR REPLACE INTO {removed_name} VALUES (1, 0)"))  # noqa: S608 - our own names
        self._go_on = Statement(text(f"UPDATE {removed_name} SET merging = 1"))  # noqa: S608 - our own names
        self._done = Statement(delete(removed))
        merge = f"INSERT INTO {words_name} ({words_name}, rank) VALUES ('merge', {{}})"  # noqa: S608 - our own names
        self._merge = tuple(Statement(text(merge.format(pages))) for pages in (-MERGED_PAGES, MERGED_PAGES))
        self._changes = Statement(select(func.total_changes()))

    def put(self, tx: Tx, documents: Sequence[Document]) -> None:
        """See `index.Index.put`."""
        wanted = {document.ref: document for document in documents}
        placed: dict[str, int] = dict(tx.all(self._placed, refs=list(wanted)))
        tx.run_many(self._remove, [{"key": place} for place in placed.values()])
        placed |= self._take_places(tx, [one for one in wanted.values() if one.ref not in placed])
        rows = [{"place": placed[ref], "words": " ".join(words_of(document))} for ref, document in wanted.items()]
        tx.run_many(self._put, rows)

    def remove(self, tx: Tx, refs: Iterable[str]) -> None:
        """See `index.Index.remove`."""
        gone = [{"key": place} for _, place in tx.all(self._placed, refs=list(refs))]
        tx.run_many(self._remove, gone)
        tx.run_many(self._leave, gone)
        if gone:
            tx.run(self._note)

    def tidy(self, tx: Tx) -> bool:
        """See `index.Index.tidy`. Words of what was removed stand in the segments until those are merged into one."""
        merging = tx.value(self._merging)
        if merging is None:
            return False
        before = int(tx.value(self._changes))
        tx.run(self._merge[merging])
        worked = int(tx.value(self._changes)) - before > 1
        tx.run(self._go_on if worked or not merging else self._done)
        return worked or not merging

    def find(self, tx: ReadTx, query: Query, *, before: int, most: int) -> list[Hit]:
        """See `index.Index.find`."""
        number = tx.value(self.number)
        if number is None:
            return []
        first = first_place(number, 0)
        end = min(before, first + (1 << _WORKSPACE_SHIFT) - 1)
        rows = tx.all(self._find, query=_expression(query), first=first, before=end, most=most)
        return [Hit(*row) for row in rows]

    def clear(self, tx: Tx, most: int) -> int:
        """See `index.Index.clear`."""
        refs = [row[0] for row in tx.all(self._some, most=most)]
        self.remove(tx, refs)
        return len(refs)

    def _take_places(self, tx: Tx, documents: Sequence[Document]) -> dict[str, int]:
        """Give each document the place of its time, or the next free one behind the last of its second."""
        number = int(tx.value(self.number))
        last: dict[int, int] = {}
        places: dict[str, int] = {}
        for document in documents:
            place = first_place(number, document.at)
            second = place - place % _SLOTS
            while True:
                if second not in last:
                    last[second] = tx.value(self._last, first=second, end=second + _SLOTS) or second - 1
                place = max(place, last[second] + 1)
                if place < second + _SLOTS:
                    break
                second += _SLOTS
            last[second] = places[document.ref] = place
        tx.run_many(self._take, [{"ref": ref, "place": place} for ref, place in places.items()])
        return places


def first_place(number: int, at: int) -> int:
    """The lowest place of a moment (Unix milliseconds) in the workspace of a number."""
    seconds, rest = divmod(max(at, 0), 1_000)
    second = ((number % _MOST_WORKSPACES) << _WORKSPACE_SHIFT) + (min(seconds, _LAST_SECOND) << _SLOT_BITS)
    return second + (rest << (_SLOT_BITS - 10))


def _expression(query: Query) -> str:
    return " OR ".join(f"({' AND '.join(map(_quoted, phrases))})" for phrases in query.ways)


def _quoted(phrase: Phrase) -> str:
    """Words hold letters, digits and marks only (`segment`), so that quotes around them can't be closed from within."""
    return '"' + " ".join(phrase.words) + '"' + ("*" if phrase.open else "")
