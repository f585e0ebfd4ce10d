"""The index on PostgreSQL: text vectors under a GIN index.

A document's place is its time and a number within it. Such an index knows no order: asked for the newest of a common word, it collects
every document that ever had the word. So every word carries its workspace's number and its era, 25 days, and a search goes back era by
era until its page is full: it costs what one workspace wrote in a few of them (decision 12).

The table has no row-level security: its operators aren't leakproof, so that a policy would forbid the index. It holds references alone
besides the words, and what they refer to is read behind the policies.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import text

from lyhord.kit.database import ReadTx, Statement, Tx
from lyhord.kit.search.document import FORMAT, NEWEST, Document, Hit, words_of
from lyhord.kit.search.query import Phrase, Query

_NUMBER_BITS = 20
_LATEST = (NEWEST >> _NUMBER_BITS) - 1
_ERA_BITS = 31
"""An era is 2 to the power of this in milliseconds: 24 days, 20 hours."""
_MOST_POSITIONS = 16_383
"""PostgreSQL counts no further; words behind it are found, phrases aren't."""

_MAKE = (
    (
        "CREATE TABLE IF NOT EXISTS {documents} (workspace_id uuid, at bigint, n integer, ref text NOT NULL, "
        "words tsvector NOT NULL, PRIMARY KEY (workspace_id, at, n), UNIQUE (workspace_id, ref))"
    ),
    "CREATE INDEX IF NOT EXISTS {documents}_words ON {documents} USING gin (words)",
    "CREATE TABLE IF NOT EXISTS {spaces} (n integer GENERATED ALWAYS AS IDENTITY, workspace_id uuid PRIMARY KEY)",
)
_KNOWN = (
    "SELECT ref, at FROM {documents} "
    "WHERE workspace_id = CAST(:workspace_id AS uuid) AND ref = ANY(CAST(:refs AS text[]))"
)
_LAST = (
    "SELECT at, max(n) FROM {documents} "
    "WHERE workspace_id = CAST(:workspace_id AS uuid) AND at = ANY(CAST(:moments AS bigint[])) GROUP BY at"
)
_PUT = (
    "INSERT INTO {documents} (workspace_id, at, n, ref, words) "
    "SELECT CAST(:workspace_id AS uuid), given.at, given.n, given.ref, CAST(given.words AS tsvector) "
    "FROM unnest(CAST(:refs AS text[]), CAST(:words AS text[]), CAST(:moments AS bigint[]), CAST(:numbers AS integer[])) "
    "AS given (ref, words, at, n)"
)
_CHANGE = (
    "UPDATE {documents} AS old SET words = CAST(given.words AS tsvector) "
    "FROM unnest(CAST(:refs AS text[]), CAST(:words AS text[])) AS given (ref, words) "
    "WHERE old.workspace_id = CAST(:workspace_id AS uuid) AND old.ref = given.ref"
)
_REMOVE = (
    "DELETE FROM {documents} WHERE workspace_id = CAST(:workspace_id AS uuid) AND ref = ANY(CAST(:refs AS text[]))"
)
_BOUNDS = (
    "SELECT (SELECT at FROM {documents} WHERE workspace_id = CAST(:workspace_id AS uuid) "
    "AND (at, n) < (CAST(:at AS bigint), CAST(:n AS bigint)) ORDER BY at DESC LIMIT 1), "
    "(SELECT min(at) FROM {documents} WHERE workspace_id = CAST(:workspace_id AS uuid))"
)
_CLEAR = (
    "DELETE FROM {documents} WHERE workspace_id = CAST(:workspace_id AS uuid) AND ref IN (SELECT ref FROM {documents} "
    "WHERE workspace_id = CAST(:workspace_id AS uuid) LIMIT CAST(:most AS bigint))"
)
# Places are compared and ordered as sums, so that no plan walks them in order and looks at the words of all documents on the way.
_FIND = (
    "SELECT found.at, found.n, found.ref "
    "FROM generate_series(CAST(:era AS bigint), CAST(:last AS bigint), -1) AS era CROSS JOIN LATERAL ("
    "SELECT at, n, ref FROM {documents} WHERE workspace_id = CAST(:workspace_id AS uuid) "
    "AND words @@ CAST(replace(:query, '~', CAST(era AS text)) AS tsquery) "
    "AND (at + 0, n) < (CAST(:at AS bigint), CAST(:n AS bigint)) ORDER BY at + 0 DESC, n DESC LIMIT CAST(:most AS bigint)"
    ") AS found ORDER BY found.at DESC, found.n DESC LIMIT CAST(:most AS bigint)"
)


class Tsvector:
    """Implements `index.Way`."""

    def __init__(self, name: str) -> None:
        names = {"documents": f"search{FORMAT}_{name}", "spaces": f"search{FORMAT}_{name}_workspace"}

        def statement(sql: str) -> Statement:
            return Statement(text(sql.format(**names)))

        self.make = [statement(one) for one in _MAKE]
        self.drop = [statement(f"DROP TABLE IF EXISTS {{{one}}}") for one in names]
        self.exists = statement("SELECT 1 WHERE to_regclass('{spaces}') IS NOT NULL")
        self.number = statement("SELECT n FROM {spaces} WHERE workspace_id = CAST(:workspace_id AS uuid)")
        self.give_number = statement("INSERT INTO {spaces} (workspace_id) VALUES (CAST(:workspace_id AS uuid))")
        self.take_number = statement("DELETE FROM {spaces} WHERE workspace_id = CAST(:workspace_id AS uuid)")
        self._known = statement(_KNOWN)
        self._last = statement(_LAST)
        self._put = statement(_PUT)
        self._change = statement(_CHANGE)
        self._remove = statement(_REMOVE)
        self._bounds = statement(_BOUNDS)
        self._clear = statement(_CLEAR)
        self._find = statement(_FIND)

    def put(self, tx: Tx, documents: Sequence[Document]) -> None:
        """See `index.Index.put`."""
        number = tx.value(self.number)
        wanted = {document.ref: document for document in documents}
        known: dict[str, int] = dict(tx.all(self._known, refs=list(wanted)))
        if known:
            words = [_vector(number, at, wanted[ref]) for ref, at in known.items()]
            tx.run(self._change, refs=list(known), words=words)
        fresh = [document for ref, document in wanted.items() if ref not in known]
        if fresh:
            moments = [min(max(document.at, 0), _LATEST) for document in fresh]
            last: dict[int, int] = dict(tx.all(self._last, moments=moments))
            numbers = []
            for moment in moments:
                last[moment] = last.get(moment, -1) + 1
                numbers.append(last[moment])
            tx.run(
                self._put,
                refs=[document.ref for document in fresh],
                words=[_vector(number, at, document) for at, document in zip(moments, fresh, strict=True)],
                moments=moments,
                numbers=numbers,
            )

    def remove(self, tx: Tx, refs: Iterable[str]) -> None:
        """See `index.Index.remove`."""
        tx.run(self._remove, refs=list(refs))

    def find(self, tx: ReadTx, query: Query, *, before: int, most: int) -> list[Hit]:
        """See `index.Index.find`."""
        number = tx.value(self.number)
        if number is None:
            return []
        at, n = divmod(before, 1 << _NUMBER_BITS)
        wanted = _expression(number, query)
        hits: list[Hit] = []
        newest, oldest = tx.all(self._bounds, at=at, n=n)[0]
        eras = 1
        while newest is not None and len(hits) < most:
            era = newest >> _ERA_BITS
            last = max(era - eras + 1, oldest >> _ERA_BITS)
            rows = tx.all(self._find, query=wanted, era=era, last=last, at=at, n=n, most=most - len(hits))
            hits += [Hit((at << _NUMBER_BITS) + n, ref) for at, n, ref in rows]
            newest = tx.value(self._bounds, at=last << _ERA_BITS, n=0)
            eras *= 2
        return hits

    def tidy(self, _: Tx) -> bool:
        """See `index.Index.tidy`: the server's own vacuum does it."""
        return False

    def clear(self, tx: Tx, most: int) -> int:
        """See `index.Index.clear`."""
        return tx.run(self._clear, most=most)


def prefix(number: int, at: int) -> str:
    """What stands before every word of the workspace of a number, said at a moment (Unix milliseconds)."""
    return f"{number}.{at >> _ERA_BITS}."


def _vector(number: int, at: int, document: Document) -> str:
    """A text vector as PostgreSQL reads it. Words hold letters, digits and marks only (`segment`), so that quotes stay closed."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words_of(document), 1):
        places.setdefault(word, []).append(min(place, _MOST_POSITIONS))
    before = prefix(number, at)
    return " ".join(f"'{before}{word}':{','.join(map(str, where))}" for word, where in places.items())


def _expression(number: int, query: Query) -> str:
    """The query with ~ in the place of the era."""
    ways = (" & ".join(f"({_phrase(number, phrase)})" for phrase in phrases) for phrases in query.ways)
    return " | ".join(f"({one})" for one in ways)


def _phrase(number: int, phrase: Phrase) -> str:
    return " <-> ".join(f"'{number}.~.{word}'" for word in phrase.words) + (":*" if phrase.open else "")
