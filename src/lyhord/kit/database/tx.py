"""The transaction as actions and views see it: no driver, no connection, no commit."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import update_wrapper
from typing import Any, Generic, TypeVar

import msgspec

from lyhord.kit.database.statement import Statement
from lyhord.kit.events import Event, Logged, kind_of
from lyhord.kit.ids import RisingIds

Row = tuple[Any, ...]
Item = TypeVar("Item")
Result = TypeVar("Result")


class ReadTx:
    """A consistent view of one workspace's rows. `now` is Unix milliseconds and the same for the whole transaction."""

    def __init__(self, cursor: sqlite3.Cursor, dialect: str, workspace_id: str, now: int) -> None:
        self._cursor = cursor
        self._dialect = dialect
        self.workspace_id = workspace_id
        self.now = now

    def all(self, statement: Statement, **params: Any) -> list[Row]:
        """Every row of a select, or of an insert or update with RETURNING."""
        sql, constants = statement.on(self._dialect)
        return self._cursor.execute(sql, self._bind(constants, params)).fetchall()

    def one(self, statement: Statement, **params: Any) -> Row | None:
        """The first row, or None."""
        rows = self.all(statement, **params)
        return rows[0] if rows else None

    def value(self, statement: Statement, **params: Any) -> Any:
        """The first column of the first row, or None."""
        rows = self.all(statement, **params)
        return rows[0][0] if rows else None

    def _bind(self, constants: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
        bound = {"workspace_id": self.workspace_id, **constants, **params}
        for name, value in params.items():
            if isinstance(value, (list, tuple, set, frozenset)):
                bound[name] = _json_array(value) if self._dialect == "sqlite" else list(value)
        return bound


class Tx(ReadTx):
    """A transaction that may change things. `actor` says who does it: `agent:<id>`, `contact:<id>` or `system`."""

    def __init__(self, cursor: sqlite3.Cursor, dialect: str, workspace_id: str, now: int, ids: RisingIds) -> None:
        super().__init__(cursor, dialect, workspace_id, now)
        self.actor = "system"
        self.first_seq = 1
        self._ids = ids
        self.logged: list[Logged] = []
        self.carried: dict[str, Any] = {}
        """Values by row id that an action just wrote and its reactions would read back: only ever what the rows say."""

    @property
    def last_seq(self) -> int:
        """The number of the last event in the log, those of this transaction included."""
        return self.first_seq + len(self.logged) - 1

    def run(self, statement: Statement, **params: Any) -> int:
        """Run an insert, update or delete; the number of rows that it touched."""
        sql, constants = statement.on(self._dialect)
        return self._cursor.execute(sql, self._bind(constants, params)).rowcount

    def run_many(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run one statement for many rows. Each row names all parameters, `workspace_id` aside (it is put in)."""
        if not rows:
            return
        sql, constants = statement.on(self._dialect)
        fixed = {"workspace_id": self.workspace_id, **constants}
        if self._dialect == "sqlite":
            sql, pick = statement.by_position()
            self._cursor.executemany(sql, [pick({**fixed, **row}) for row in rows])
        else:
            self._cursor.executemany(sql, [{**fixed, **row} for row in rows])

    def new_id(self) -> str:
        """An id that carries `now` and rises strictly within this process, so that rows made here keep their order."""
        return self._ids.next(self.now)

    @contextmanager
    def moment(self, at: int) -> Iterator[None]:
        """Do as if it were `at` (Unix milliseconds): times, ids and events made here carry it. For telling what happened earlier."""
        now, ids = self.now, self._ids
        self.now, self._ids = at, RisingIds()
        try:
            yield
        finally:
            self.now, self._ids = now, ids

    def emit(self, event: Event, *, actor: str | None = None) -> int:
        """Append an event to the workspace's log; its number. Numbers have no gaps: a rolled-back action gives its own back."""
        seq = self.first_seq + len(self.logged)
        self.logged.append(Logged(seq, kind_of(event), self.now, actor or self.actor, event))
        return seq


class ListAction(Generic[Item, Result]):
    """An action that takes a list of what callers passed singly: `def receive(tx, items) -> list[Receipt]`.

    The writer hands calls that wait at the same moment over together, and one by one when the list fails.
    """

    def __init__(self, run: Callable[[Tx, Sequence[Item]], list[Result]]) -> None:
        self._run = run
        update_wrapper(self, run)

    def __call__(self, tx: Tx, items: Sequence[Item]) -> list[Result]:
        """Run it inside a transaction that is open already."""
        return self._run(tx, items)


def batched(run: Callable[[Tx, Sequence[Item]], list[Result]]) -> ListAction[Item, Result]:
    """Make a list action of a function, as a decorator."""
    return ListAction(run)


def _json_array(value: Iterable[Any]) -> str:
    return msgspec.json.encode(list(value)).decode()
