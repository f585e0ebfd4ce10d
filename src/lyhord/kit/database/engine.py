"""What the two databases do differently, as one protocol. Above this package nobody knows which one it is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from lyhord.kit.database.statement import Statement


class Cursor(Protocol):
    """What transactions use of a driver's cursor."""

    @property
    def rowcount(self) -> int: ...

    def execute(self, sql: str, params: Mapping[str, Any] = ..., /) -> "Cursor":
        """Run one statement; the cursor itself."""

    def executemany(self, sql: str, rows: Sequence[Any], /) -> Any:
        """Run one statement for each row of parameters."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows of the statement that ran last, those aside that were given already."""

    def fetchmany(self, size: int, /) -> list[tuple[Any, ...]]:
        """At most `size` of them; none when all were given."""


class Connection(Protocol):
    """A driver's connection in autocommit mode."""

    def cursor(self) -> Cursor:
        """A cursor of its own."""

    def close(self) -> None: ...


class Engine(Protocol):
    """Opens connections and speaks what no common language has."""

    dialect: str
    writers: int
    """How many connections may write at the same time; a workspace's actions always take the same one."""

    def connect(self, *, write: bool) -> Connection:
        """A connection for use by one thread. Without `write` it refuses to change anything. Raises `Busy` when there is none to be had."""

    def spare(self, connection: Connection) -> None:
        """Give back what a connection keeps only to be faster. Another thread may be using it."""

    def begin(self, cursor: Cursor, workspace_id: str, *, write: bool) -> None:
        """Begin a transaction that sees and changes rows of one workspace; in `NOWHERE` it sees those of all.

        One that reads sees the database as it stood at its first statement.
        """

    def leave(self, cursor: Cursor) -> None:
        """End a transaction, if it goes on, as if it hadn't been."""

    def enter(self, cursor: Cursor) -> None:
        """Begin a part of the transaction that can be undone alone; parts may hold others. Raises what was wrong before it."""

    def keep(self, cursor: Cursor) -> None:
        """End the innermost part. Raises what was wrong in it; it can be undone then."""

    def undo(self, cursor: Cursor) -> None:
        """End the innermost part as if it hadn't been."""

    def need_room(self, cursor: Cursor) -> None:
        """Raise, in a transaction that reads, when the database's disk has no room for a little more. Nothing where the file is ours."""

    def array(self, values: Iterable[Any]) -> Any:
        """`values` as the one parameter that `values_in` compares with."""

    def run_many(
        self, cursor: Cursor, statement: Statement, fixed: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
    ) -> None:
        """Run a statement for every row; each row names all of its parameters but those that are `fixed` for all. `rows` isn't empty.

        What is wrong may be raised by what comes next, but within the same part of the transaction.
        """

    def in_transaction(self, cursor: Cursor) -> bool:
        """Whether the transaction goes on: some errors end it altogether."""

    def usable(self, connection: Connection) -> bool:
        """Whether the connection still leads to a database that takes changes."""

    def passing(self, error: Exception) -> bool:
        """Whether the same transaction may well succeed when it is run again at once (deadlock, serialization failure)."""

    def meaning(self, error: Exception) -> Exception:
        """The error as callers should see it: `Conflict`, `StorageFull`, `Busy`, `NotFound`, or itself."""
