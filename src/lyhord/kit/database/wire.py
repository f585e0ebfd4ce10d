"""A PostgreSQL connection as transactions use it: what nobody waits for goes out with the next statement that somebody does.

A round trip costs both sides more than most statements do. So the beginning of a transaction, its savepoints, and rows to be put or
changed wait here, and travel with whatever needs an answer, in libpq's pipeline mode. Psycopg connects and makes values of answers;
its cursors take twice the CPU.

An error belongs to the part of a transaction that caused it: all that is to be written is sent before a part begins or is kept.
"""

import re
import select
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import psycopg
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

MOST_PREPARED = 256
"""As many statements a connection prepares, each when it comes for the second time; any more are parsed each time."""
_PARAMETER = re.compile(r"%\((\w+)\)s|%%")
_OPEN = {TransactionStatus.INTRANS, TransactionStatus.INERROR}
_SAVEPOINT, _RELEASE, _UNDO, _ROLLBACK = b"SAVEPOINT alone", b"RELEASE alone", b"ROLLBACK TO alone", b"ROLLBACK"


class Command(NamedTuple):
    """A statement with $1, $2 … for its values as text. `writes`: whether it may fail by what is in the tables."""

    sql: bytes
    values: Sequence[bytes | None] = ()
    writes: bool = False


class Wire:
    """One connection, for one thread: `Connection` of the engine."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        """Takes over a connection in autocommit mode."""
        self.psycopg = connection
        self.transformer = Transformer(connection)
        self._pg = connection.pgconn
        self._pg.enter_pipeline_mode()
        self._waiting: list[Command] = []
        self._names: dict[bytes, bytes] = {}
        """Those of prepared statements; empty for one that came once."""
        self._preparing: list[tuple[int, bytes]] = []
        """Which of the answers that are owed are to preparing what."""
        self._prepared = 0
        self._owed = False
        """Whether the last answers weren't taken yet."""
        self._readable, self._ready = select.poll(), select.poll()
        self._readable.register(self._pg.socket, select.POLLIN)
        self._ready.register(self._pg.socket, select.POLLIN | select.POLLOUT)

    def cursor(self) -> "WireCursor":
        """See `engine.Connection`."""
        return WireCursor(self)

    def close(self) -> None:
        """See `engine.Connection`."""
        self.psycopg.close()

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction goes on, on the server or only here so far."""
        return bool(self._waiting) or self._pg.transaction_status in _OPEN

    def later(self, sql: bytes, values: Sequence[bytes | None] = (), *, writes: bool = False) -> None:
        """Send this with what comes next."""
        self._waiting.append(Command(sql, values, writes))

    def ask(self, sql: bytes, values: Sequence[bytes | None] = ()) -> PGresult:
        """Send what waits, and this; the answer to this. Raises the first error, behind which nothing was run."""
        self.later(sql, values)
        return self._exchange()

    def enter(self) -> None:
        """Begin a part of the transaction. Raises what the writing before it raises."""
        self.later(_SAVEPOINT)
        self._settle()

    def keep(self) -> None:
        """End a part. Raises what its writing raises; it can be undone then."""
        if self._waiting and self._waiting[-1].sql == _SAVEPOINT:
            self._waiting.pop()
            return
        self.later(_RELEASE)
        self._settle()

    def undo(self) -> None:
        """End a part as if it hadn't been."""
        begun = [place for place, command in enumerate(self._waiting) if command.sql == _SAVEPOINT]
        if begun:
            del self._waiting[begun[-1] :]
            return
        self._waiting = [command for command in self._waiting if not command.writes]
        self.later(_UNDO)
        self.later(_RELEASE)

    def leave(self) -> None:
        """End the transaction as if it hadn't been. Doesn't wait until the server has done so, unless it heard nothing of it yet."""
        self._waiting = [command for command in self._waiting if not command.writes]
        if self._pg.transaction_status in _OPEN:
            self._waiting = [Command(_ROLLBACK)]
            self._send()
        elif self._waiting:
            self.ask(_ROLLBACK)

    def _settle(self) -> None:
        if any(command.writes for command in self._waiting):
            self._exchange()

    def _exchange(self) -> PGresult:
        self._send()
        return self._take()[-1]

    def _send(self) -> None:
        if self._owed:
            self._take()
        commands, self._waiting = self._waiting, []
        answers = 0
        for sql, values, _ in commands:
            name = self._names.get(sql)
            if name is None:
                if len(self._names) < MOST_PREPARED:
                    self._names[sql] = b""
                self._pg.send_query_params(sql, values)
            else:
                if not name:
                    name = self._prepare(sql, answers)
                    answers += 1
                self._pg.send_query_prepared(name, values)
            answers += 1
        self._pg.pipeline_sync()
        self._owed = True
        self._pg.flush()

    def _prepare(self, sql: bytes, place: int) -> bytes:
        self._prepared += 1
        name = self._names[sql] = b"s%d" % self._prepared
        self._pg.send_prepare(name, sql)
        self._preparing.append((place, sql))
        return name

    def _take(self) -> list[PGresult]:
        """The answers to what was sent. Raises the first error."""
        self._owed = False
        preparing, self._preparing = self._preparing, []
        answers = self._receive()
        for place, sql in preparing:
            if place >= len(answers) or answers[place].status != ExecStatus.COMMAND_OK:
                self._names[sql] = b""
        for answer in answers:
            if answer.status == ExecStatus.FATAL_ERROR:
                raise error_from_result(answer, encoding="utf-8")
        if self._pg.status == ConnStatus.BAD:
            raise psycopg.OperationalError(self._pg.get_error_message())
        return answers

    def _receive(self) -> list[PGresult]:
        answers: list[PGresult] = []
        while True:
            while self._pg.is_busy():
                (self._ready if self._pg.flush() else self._readable).poll()
                self._pg.consume_input()
            answer = self._pg.get_result()
            if answer is None:
                if self._pg.status == ConnStatus.BAD:
                    return answers
            elif answer.status == ExecStatus.PIPELINE_SYNC:
                return answers
            else:
                answers.append(answer)


class WireCursor:
    """`Cursor` of the engine."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._answer: PGresult | None = None
        self._given = 0

    @property
    def rowcount(self) -> int:
        """How many rows the last statement touched or gave."""
        return (self._answer and self._answer.command_tuples) or 0

    def execute(self, sql: str, params: Mapping[str, Any] | None = None, /) -> "WireCursor":
        """See `engine.Cursor`."""
        self._answer = self.wire.ask(*_spelt(sql, params))
        self._given = 0
        return self

    def executemany(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> None:
        """See `engine.Cursor`: they run before what comes next."""
        for row in rows:
            self.wire.later(*_spelt(sql, row), writes=True)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """See `engine.Cursor`."""
        return self.fetchmany(self._answer.ntuples) if self._answer else []

    def fetchmany(self, size: int) -> list[tuple[Any, ...]]:
        """See `engine.Cursor`."""
        if self._answer is None:
            return []
        began, self._given = self._given, min(self._given + size, self._answer.ntuples)
        transformer = self.wire.transformer
        transformer.set_pgresult(self._answer)
        return transformer.load_rows(began, self._given, tuple)


def _spelt(sql: str, params: Mapping[str, Any] | None) -> tuple[bytes, Sequence[bytes | None]]:
    if params is None:
        return sql.encode(), ()
    numbered, names = _numbered(sql)
    return numbered, [_text(params[name]) for name in names]


@lru_cache(maxsize=2_000)
def _numbered(sql: str) -> tuple[bytes, Sequence[str]]:
    """The statement with numbers in the place of names, and the names in the order of their numbers."""
    places: dict[str, int] = {}

    def number(mark: re.Match[str]) -> str:
        return f"${places.setdefault(mark[1], len(places) + 1)}" if mark[1] else "%"

    return _PARAMETER.sub(number, sql).encode(), tuple(places)


def _text(value: Any) -> bytes | None:
    """A value as PostgreSQL reads it, which takes its type from where it stands."""
    if value is None:
        return None
    if isinstance(value, str):
        text = value.encode()
        if b"\0" in text:  # its end, to libpq
            raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
        return text
    return b"\\x" + value.hex().encode() if isinstance(value, bytes) else b"%d" % value
