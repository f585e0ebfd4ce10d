"""PostgreSQL, for many processes: psycopg on plain connections, rows of other workspaces out of sight by row-level security.

A transaction is for one workspace, which it names in `lyhord.workspace`; every table's policy compares with that (decision 8). Commits
are as durable as the server's `synchronous_commit` says, which must not be off.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import msgspec
import psycopg
from psycopg.types.string import TextLoader

from lyhord.kit.database.engine import Connection, Cursor
from lyhord.kit.database.statement import Statement
from lyhord.kit.database.wire import Wire, WireCursor
from lyhord.kit.ids import LOWEST_ID, is_id
from lyhord.kit.problems import NotFound
from lyhord.kit.storing import Busy, Conflict, StorageFull

EVERYWHERE = "*"
"""What `lyhord.workspace` says in a transaction that looks across workspaces."""
_CONNECT_SECONDS = 5
_SILENT_MILLISECONDS = 12_000
"""A server that acknowledges nothing for so long is gone, machine and all."""
_AWAY = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.ReadOnlySqlTransaction,
    psycopg.errors.IdleInTransactionSessionTimeout,
)
_OPTIONS = "-c timezone=UTC -c idle_in_transaction_session_timeout=60s -c jit=off"
_BY_INDEX = " -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"
_READ_ONLY = ("in_hot_standby", "default_transaction_read_only")
_BEGIN = {True: b"BEGIN", False: b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
_IN_WORKSPACE = b"SELECT set_config('lyhord.workspace', $1, true)"
SPILLS = "SELECT count(*) FROM (SELECT repeat('x', 100) || n AS text FROM generate_series(1, 25000) AS n ORDER BY 1 OFFSET 1) AS sorted"


class Postgres:
    """Engine for PostgreSQL 15 and newer. `address` is a URI, `postgresql://user:password@host:port/database`.

    It may name several servers, of which the one that takes changes is used: `…@host1,host2/database?target_session_attrs=read-write`.
    """

    dialect = "postgresql"

    def __init__(self, address: str, *, writers: int = 4) -> None:
        self.address = address
        self.writers = writers

    def connect(self, *, write: bool) -> Connection:
        """See `Engine.connect`. The time zone and the client encoding are ours; statements are prepared when they come again.

        Compiling a plan to machine code takes a second where the plan itself takes milliseconds, so it is off. The planner knows nothing
        of rows that are given to change others, and would read whole tables to join with them: who writes looks each up in an index.
        """
        try:
            connection = psycopg.connect(
                self.address,
                autocommit=True,
                connect_timeout=_CONNECT_SECONDS,
                application_name="lyhord",
                client_encoding="utf-8",
                options=_OPTIONS + (_BY_INDEX if write else ""),
                keepalives_idle=5,
                keepalives_interval=3,
                keepalives_count=3,
                tcp_user_timeout=_SILENT_MILLISECONDS,
            )
        except psycopg.OperationalError as error:
            raise Busy(f"The database doesn't answer: {error}") from error
        if not _usable(connection):
            connection.close()
            raise Busy("The database takes no changes now; it may be a standby.")
        connection.adapters.register_loader("uuid", TextLoader)
        return Wire(connection)

    def spare(self, connection: Connection) -> None:
        """See `Engine.spare`: the server keeps pages for all."""

    def begin(self, cursor: Cursor, workspace_id: str, *, write: bool) -> None:
        """See `Engine.begin`."""
        scope = EVERYWHERE if workspace_id == LOWEST_ID else workspace_id
        if scope != EVERYWHERE and not is_id(scope):
            raise NotFound("There is no such workspace.")
        _wire(cursor).later(_BEGIN[write])
        _wire(cursor).later(_IN_WORKSPACE, [scope.encode()])

    def leave(self, cursor: Cursor) -> None:
        """See `Engine.leave`."""
        _wire(cursor).leave()

    def enter(self, cursor: Cursor) -> None:
        """See `Engine.enter`."""
        _wire(cursor).enter()

    def keep(self, cursor: Cursor) -> None:
        """See `Engine.keep`."""
        _wire(cursor).keep()

    def undo(self, cursor: Cursor) -> None:
        """See `Engine.undo`."""
        _wire(cursor).undo()

    def need_room(self, cursor: Cursor) -> None:
        """See `Engine.need_room`. A sort that doesn't fit into memory takes 3 MB of the disk for a moment and leaves nothing behind.

        Rows would find room on pages that were freed, while those of others find none.
        """
        cursor.execute("SET LOCAL work_mem = 64")
        cursor.execute(SPILLS)

    def array(self, values: Iterable[Any]) -> Any:
        """See `Engine.array`: the literal, since the driver takes 3 µs for each value of a list."""
        return "{" + ",".join(map(_element, values)) + "}"

    def run_many(
        self, cursor: Cursor, statement: Statement, fixed: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
    ) -> None:
        """See `Engine.run_many`: all rows are one parameter where the statement allows. They travel with what comes next."""
        rows = [{**fixed, **row} for row in rows]
        many = statement.at_once() if len(rows) > 1 else None
        if many is None:
            cursor.executemany(statement.on("postgresql")[0], rows)
            return
        if many.keys:
            rows = list({tuple(row[key] for key in many.keys): row for row in rows}.values())
        cursor.executemany(many.sql, [{"rows": msgspec.json.encode(rows).decode()}])

    def in_transaction(self, cursor: Cursor) -> bool:
        """See `Engine.in_transaction`."""
        return _wire(cursor).in_transaction

    def usable(self, connection: Connection) -> bool:
        """See `Engine.usable`. The server tells by itself when it begins or ceases to be a standby."""
        return _usable(cast("Wire", connection).psycopg)

    def passing(self, error: Exception) -> bool:
        """See `Engine.passing`."""
        return isinstance(error, psycopg.errors.SerializationFailure | psycopg.errors.DeadlockDetected)

    def meaning(self, error: Exception) -> Exception:
        """See `Engine.meaning`. What is no id is the id of nothing."""
        if isinstance(error, psycopg.errors.UniqueViolation):
            return Conflict(str(error))
        if isinstance(error, psycopg.errors.DiskFull):
            return StorageFull(str(error))
        if isinstance(error, psycopg.errors.InvalidTextRepresentation):
            return NotFound("There is nothing of that id.")
        if isinstance(error, _AWAY):
            return Busy(f"The database went away: {error}")
        return error


def _element(value: Any) -> str:
    """A value as it stands in the literal of an array."""
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)


def _wire(cursor: Cursor) -> Wire:
    return cast("WireCursor", cursor).wire


def _usable(connection: "psycopg.Connection[Any]") -> bool:
    return not connection.closed and all(connection.info.parameter_status(name) != "on" for name in _READ_ONLY)
