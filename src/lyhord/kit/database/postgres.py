"""PostgreSQL, for many processes: psycopg on plain connections, rows of other workspaces out of sight by row-level security.

A transaction is for one workspace, which it names in `lyhord.workspace`; every table's policy compares with that (decision 8). Commits
are as durable as the server's `synchronous_commit` says, which must not be off.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import msgspec
import psycopg
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.types.string import TextLoader

from lyhord.kit.database.engine import Connection, Cursor
from lyhord.kit.database.statement import Statement
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
_BEGIN = {True: "BEGIN", False: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
_NOW = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"


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
        if not self.usable(connection):
            connection.close()
            raise Busy("The database takes no changes now; it may be a standby.")
        connection.adapters.register_loader("uuid", TextLoader)
        return connection

    def begin(self, cursor: Cursor, workspace_id: str, *, write: bool) -> None:
        """See `Engine.begin`: one round trip."""
        scope = EVERYWHERE if workspace_id == LOWEST_ID else workspace_id
        if scope != EVERYWHERE and not is_id(scope):
            raise NotFound("There is no such workspace.")
        _command(cursor, f"{_BEGIN[write]}; SET LOCAL lyhord.workspace = '{scope}'")

    def leave(self, cursor: Cursor) -> None:
        """See `Engine.leave`."""
        if self.in_transaction(cursor):
            _command(cursor, "ROLLBACK")

    def now(self, cursor: Cursor) -> int | None:
        """See `Engine.now`."""
        cursor.execute(_NOW)
        return int(cursor.fetchall()[0][0])

    def array(self, values: Iterable[Any]) -> Any:
        """See `Engine.array`: the literal, since the driver takes 3 µs for each value of a list."""
        return "{" + ",".join(map(_element, values)) + "}"

    def run_many(self, cursor: Cursor, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        """See `Engine.run_many`: one parameter with all rows where the statement allows, since the driver takes 1 µs for each value of others."""
        many = statement.at_once()
        if many is None:
            sql, _ = statement.on("postgresql")
            cursor.executemany(sql, rows)
            return
        if many.keys:
            rows = list({tuple(row[key] for key in many.keys): row for row in rows}.values())
        cursor.execute(many.sql, {"rows": msgspec.json.encode(rows).decode()})

    def in_transaction(self, cursor: Cursor) -> bool:
        """See `Engine.in_transaction`."""
        state = cast("psycopg.Cursor[Any]", cursor).connection.info.transaction_status
        return state in {TransactionStatus.INTRANS, TransactionStatus.INERROR}

    def usable(self, connection: Connection) -> bool:
        """See `Engine.usable`. The server tells by itself when it begins or ceases to be a standby."""
        ours = cast("psycopg.Connection[Any]", connection)
        return not ours.closed and all(ours.info.parameter_status(name) != "on" for name in _READ_ONLY)

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


def _command(cursor: Cursor, sql: str) -> None:
    """Run what has neither parameters nor rows by the client library alone: a third of what a cursor's `execute` costs."""
    connection = cast("psycopg.Cursor[Any]", cursor).connection
    try:
        result = connection.pgconn.exec_(sql.encode())
    except MemoryError:  # so it calls a result that never came
        raise psycopg.OperationalError(connection.pgconn.get_error_message()) from None
    if connection.closed:
        raise psycopg.OperationalError(connection.pgconn.get_error_message())
    if result.status != ExecStatus.COMMAND_OK:
        raise psycopg.errors.error_from_result(result)
