"""The transaction as actions and views see it: no driver, no connection, no commit."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import update_wrapper
from typing import Any, Generic, TypeVar

from lyhord.kit.database.engine import Cursor, Engine
from lyhord.kit.database.statement import Statement
from lyhord.kit.events import Event, Logged, kind_of
from lyhord.kit.ids import RisingIds

Row = tuple[Any, ...]
Item = TypeVar("Item")
Result = TypeVar("Result")


class ReadTx:
    """A consistent view of one workspace's rows. `now` is Unix milliseconds and the same for the whole transaction."""

    def __init__(self, cursor: Cursor, engine: Engine, workspace_id: str, now: int) -> None:
        self._cursor = cursor
        self._engine = engine
        self.workspace_id = workspace_id
        self.now = now

    @property
    def dialect(self) -> str:
        """The name of the database's language, for those who must speak it."""
        return self._engine.dialect

    def need_room(self) -> None:
        """Raise when the database says that its disk is full; `Database` makes `StorageFull` of it."""
        self._engine.need_room(self._cursor)

    def all(self, statement: Statement, **params: Any) -> list[Row]:
        """Every row of a select, or of an insert or update with RETURNING."""
        sql, constants = statement.on(self._engine.dialect)
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
                bound[name] = self._engine.array(value)
        return bound


class Tx(ReadTx):
    """A transaction that may change things. `actor` says who does it: `agent:<id>`, `contact:<id>` or `system`."""

    def __init__(self, cursor: Cursor, engine: Engine, workspace_id: str, now: int, ids: RisingIds) -> None:
        super().__init__(cursor, engine, workspace_id, now)
        self.actor = "system"
        self.trace: str | None = None
        """The span that this is done for (`traceparent`), where one is recorded. Events carry it."""
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
        sql, constants = statement.on(self._engine.dialect)
        return self._cursor.execute(sql, self._bind(constants, params)).rowcount

    def run_many(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run one statement for many rows. Each row names all parameters, `workspace_id` aside (it is put in).

        Of several rows that change the same one, the last counts.
        """
        if rows:
            _, constants = statement.on(self._engine.dialect)
            fixed = {"workspace_id": self.workspace_id, **constants}
            self._engine.run_many(self._cursor, statement, fixed, rows)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """When what runs inside raises, undo that and nothing else, and raise it again: rows and events are as before."""
        mark = len(self.logged)
        self._engine.enter(self._cursor)
        try:
            yield
            self._engine.keep(self._cursor)
        except BaseException:
            del self.logged[mark:]
            if self.goes_on:
                self._engine.undo(self._cursor)
            raise

    @property
    def goes_on(self) -> bool:
        """Whether the transaction goes on: some errors end it altogether."""
        return self._engine.in_transaction(self._cursor)

    def new_id(self) -> str:
        """An id that carries `now` and is higher than any that the workspace was given so far, by whichever process.

        Where the clock went back it carries the moment of the one before: rows keep the order in which they were made.
        """
        return self._ids.next(self.now)

    @property
    def last_id(self) -> str | None:
        """The id that was given last in this transaction."""
        return self._ids.last

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
        self.logged.append(Logged(seq, kind_of(event), self.now, actor or self.actor, event, self.trace))
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
