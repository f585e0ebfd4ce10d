"""The rows of one workspace in one table, taken page by page in the order of their keys: for copying whole workspaces."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, Table, and_, bindparam, cast, delete, select, tuple_

from lyhord.kit.database.changes import KEYS, changed_row
from lyhord.kit.database.statement import Insert, Statement
from lyhord.kit.database.tx import ReadTx, Row, Tx

PAGE = 500


class Rows:
    """The statements for one table, made from its description alone."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.keys = [column for column in table.primary_key.columns if column.name != "workspace_id"]
        self._names = [column.name for column in table.columns]
        self._places = [self._names.index(key.name) for key in self.keys]
        ours = table.c.workspace_id == bindparam("workspace_id")
        page = select(*table.columns).where(ours).order_by(*self.keys).limit(bindparam("most"))
        after = [bindparam(f"after_{place}", type_=key.type) for place, key in enumerate(self.keys)]
        self._first = Statement(page)
        self._next = Statement(page.where(tuple_(*self.keys) > tuple_(*after)) if self.keys else page)
        self._put = Statement(self._insert)
        same = [key == bindparam(f"key_{place}", type_=key.type) for place, key in enumerate(self.keys)]
        self._remove = Statement(delete(table).where(ours, *same))
        self._changed = Statement(self._select_changed())

    def pages(self, read: Callable[..., Sequence[Row]]) -> Iterator[Sequence[Row]]:
        """All rows in pages; `read(statement, **params)` answers one statement in a transaction of its own."""
        rows = read(self._first, most=PAGE)
        while rows:
            yield rows
            if len(rows) < PAGE:
                return
            last = {f"after_{place}": rows[-1][at] for place, at in enumerate(self._places)}
            rows = read(self._next, most=PAGE, **last)

    def changed(self, tx: ReadTx, after: int, last: int) -> Sequence[Row]:
        """As they are now, the rows of which changes were noted, from behind `after` to `last`."""
        return tx.all(self._changed, after=after, last=last)

    def put(self, tx: Tx, rows: Sequence[Row]) -> None:
        """Insert rows. One that a unique key forbids is left out: a row that changed since it was copied has the key still, or had it."""
        tx.run_many(self._put, [dict(zip(self._names, row, strict=True)) for row in rows])

    def remove(self, tx: Tx, keys: Sequence[Sequence[Any]]) -> None:
        """Delete the rows of these keys, as values or as noted."""
        named: list[Mapping[str, Any]] = [
            {f"key_{place}": self._value(place, one[place]) for place in range(len(self.keys))} for one in keys
        ]
        tx.run_many(self._remove, named)

    def key_of(self, row: Row) -> list[Any]:
        """The key of a row, the workspace aside."""
        return [row[place] for place in self._places]

    def _value(self, place: int, noted: Any) -> Any:
        return int(noted) if isinstance(self.keys[place].type, Integer) else noted

    def _insert(self, insert: Insert) -> Any:
        values: dict[str, Any] = {column.name: bindparam(column.name) for column in self.table.columns}
        return insert(self.table).values(values).on_conflict_do_nothing()

    def _select_changed(self) -> Any:
        noted = changed_row.c
        keys = [cast(noted[f"key_{place}"], key.type).label(f"key_{place}") for place, key in enumerate(self.keys)]
        assert len(keys) <= KEYS
        which = (
            select(noted.workspace_id, *keys)
            .where(
                noted.workspace_id == bindparam("workspace_id"),
                noted.table_name == self.table.name,
                noted.n > bindparam("after"),
                noted.n <= bindparam("last"),
            )
            .distinct()
            .subquery()
        )
        same = [key == which.c[f"key_{place}"] for place, key in enumerate(self.keys)]
        joined = self.table.join(which, and_(self.table.c.workspace_id == which.c.workspace_id, *same))
        return select(*self.table.columns).select_from(joined)
