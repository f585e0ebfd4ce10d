"""Statements: written once in SQLAlchemy Core, compiled once per dialect, run on the raw cursor.

Building a statement per call costs 50 times what running it costs (measured: 93 µs against 1.9 µs), so statements stand at module
level. A `Statement` made inside a function is right only on screens' paths, where its shape depends on a filter.
"""

import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Table, bindparam, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ClauseElement, ColumnClause
from sqlalchemy.types import BigInteger, Boolean

_SPOKEN = {
    "sqlite": ("sqlalchemy.dialects.sqlite", "dialect", "named"),
    "postgresql": ("sqlalchemy.dialects.postgresql.psycopg", "dialect", "pyformat"),
}
_MARK = re.compile(r":(\w+)")
_INSERT = re.compile(r"(?P<head>INSERT INTO .*?\)) VALUES \((?P<values>.*?)\)(?P<rest>(?: ON CONFLICT .*)?)", re.DOTALL)
_UPDATE = re.compile(r"UPDATE \w+ SET (?P<changes>.*) WHERE (?P<which>.*)", re.DOTALL)
_CAST = re.compile(r"%\((\w+)\)s::(\w+)")
_CHANGES = re.compile(rf"\w+={_CAST.pattern}(, \w+={_CAST.pattern})*")
_WHICH = re.compile(rf"\w+\.\w+ = {_CAST.pattern}( AND \w+\.\w+ = {_CAST.pattern})*")
Insert = Callable[[Table], Any]


@cache
def _dialect(name: str) -> tuple[Any, Insert]:
    """SQLAlchemy's dialect and its `insert`. Only the one that is used is loaded: the other would cost 3 MB for nothing."""
    module, dialect, style = _SPOKEN[name]
    spoken = getattr(importlib.import_module(module), dialect)(paramstyle=style)
    return spoken, importlib.import_module(f"sqlalchemy.dialects.{name}").insert


class Statement:
    """A Core statement that compiles itself once per dialect. `workspace_id` is bound by the transaction, never by the caller."""

    __slots__ = ("_at_once", "_build", "_compiled", "_positional")

    def __init__(self, source: ClauseElement | Callable[[Insert], ClauseElement]) -> None:
        """`source` is a statement, or a function that builds one with the dialect's own `insert` (for ON CONFLICT)."""
        self._build = source
        self._compiled: dict[str, tuple[str, dict[str, Any]]] = {}
        self._at_once: AtOnce | Literal["unknown"] | None = "unknown"
        self._positional: ByPosition | None = None

    def on(self, dialect: str) -> tuple[str, dict[str, Any]]:
        """The SQL text and its constant parameters for `dialect`."""
        compiled = self._compiled.get(dialect)
        if compiled is None:
            spoken, insert = _dialect(dialect)
            source = self._build if isinstance(self._build, ClauseElement) else self._build(insert)
            result: Any = source.compile(dialect=spoken, compile_kwargs={"render_postcompile": True})
            constants = {name: bind.effective_value for bind, name in result.bind_names.items() if not bind.required}
            compiled = self._compiled[dialect] = (str(result), constants)
        return compiled

    def by_position(self) -> "ByPosition":
        """The same for SQLite with numbers in the place of names: a third of their cost."""
        if self._positional is None:
            named, constants = self.on("sqlite")
            names = list(dict.fromkeys(_MARK.findall(named)))
            fixed = [name for name in names if name == "workspace_id" or name in constants]
            own = [name for name in names if name not in fixed]
            numbers = {name: f"?{number}" for number, name in enumerate([*fixed, *own], 1)}
            sql = _MARK.sub(lambda mark: numbers[mark[1]], named)
            pick = itemgetter(*own) if len(own) > 1 else lambda row: tuple(row[name] for name in own)
            self._positional = ByPosition(sql, tuple(fixed), pick)
        return self._positional

    def at_once(self) -> "AtOnce | None":
        """For PostgreSQL, the same for many rows in one statement; None for what can't be, or might touch an inserted row twice."""
        if self._at_once == "unknown":
            self._at_once = _at_once(self.on("postgresql")[0])
        return self._at_once


class ByPosition(NamedTuple):
    """One statement for SQLite. Its parameters are those that `fixed` names, the same for every row, then what `pick` takes of a row."""

    sql: str
    fixed: tuple[str, ...]
    pick: Callable[[Mapping[str, Any]], tuple[Any, ...]]


class AtOnce(NamedTuple):
    """One statement for many rows, which it takes as one parameter `rows`: a JSON array of objects, bytes in base 64."""

    sql: str
    keys: tuple[str, ...]
    """The parameters that say which row is changed, of an update: it may be told of each once only."""


def _at_once(sql: str) -> AtOnce | None:
    casts = dict(_CAST.findall(sql))
    columns = ", ".join(f'"{name}" {_IN_JSON.get(kind, kind)}' for name, kind in casts.items())
    given = f"json_to_recordset(CAST(%(rows)s AS json)) AS given ({columns})"
    if (found := _INSERT.fullmatch(sql)) and "DO UPDATE" not in found["rest"] and "%(" not in _given(found["values"]):
        return AtOnce(f"{found['head']} SELECT {_given(found['values'])} FROM {given}{found['rest']}", ())  # noqa: S608
    found = _UPDATE.fullmatch(sql)
    if found and _CHANGES.fullmatch(found["changes"]) and _WHICH.fullmatch(found["which"]):
        keys = tuple(name for name, _ in _CAST.findall(found["which"]))
        return AtOnce(_given(sql).replace(" WHERE ", f" FROM {given} WHERE ", 1), keys)
    return None


_IN_JSON = {"BYTEA": "text"}


def _given(sql: str) -> str:
    """The same with values from `given` in the place of parameters."""
    return _CAST.sub(
        lambda cast: f"decode(given.\"{cast[1]}\", 'base64')" if cast[2] == "BYTEA" else f'given."{cast[1]}"', sql
    )


def upsert(table: Table, *, key: Sequence[str], update: Sequence[str] = ()) -> Statement:
    """Insert a row with all of `table`'s columns; where `key` is taken, update the named columns, or do nothing."""

    def build(insert: Insert) -> ClauseElement:
        values = insert(table).values({column.name: bindparam(column.name) for column in table.columns})
        if not update:
            return values.on_conflict_do_nothing(index_elements=list(key))  # type: ignore[no-any-return]
        changes = {name: values.excluded[name] for name in update}
        return values.on_conflict_do_update(index_elements=list(key), set_=changes)  # type: ignore[no-any-return]

    return Statement(build)


class _In(ColumnElement[bool]):
    """`column IN (the values of one array parameter)`, so that the text doesn't change with the number of values."""

    inherit_cache = False
    type = Boolean()
    _is_implicitly_boolean = True

    def __init__(self, column: ColumnElement[Any] | ColumnClause[Any], parameter: str) -> None:
        self.column = column
        self.parameter = parameter


def values_in(column: ColumnElement[Any], parameter: str) -> ColumnElement[bool]:
    """True where `column` is one of the values bound as `parameter`, a Python list that `Tx` passes as the database likes it."""
    return _In(column, parameter)


@compiles(_In, "sqlite")
def _in_sqlite(element: _In, compiler: Any, **kwargs: Any) -> str:
    column = compiler.process(element.column, **kwargs)
    values = compiler.process(bindparam(element.parameter), **kwargs)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - both are SQLAlchemy's own text


@compiles(_In, "postgresql")
def _in_postgresql(element: _In, compiler: Any, **kwargs: Any) -> str:
    column = compiler.process(element.column, **kwargs)
    kind = compiler.dialect.type_compiler_instance.process(element.column.type)
    values = compiler.process(bindparam(element.parameter), **kwargs)
    return f"{column} = ANY(CAST({values} AS {kind}[]))"


class _Words(_In):
    """The same of a column that holds words with a space between: one of them is one of the values."""

    inherit_cache = False


def words_in(column: ColumnElement[Any], parameter: str) -> ColumnElement[bool]:
    """True where one of the words of `column`, which have a space between, is one of the values bound as `parameter`."""
    return _Words(column, parameter)


@compiles(_Words, "sqlite")
def _words_sqlite(element: _Words, compiler: Any, **kwargs: Any) -> str:
    column = compiler.process(element.column, **kwargs)
    values = compiler.process(bindparam(element.parameter), **kwargs)
    found = f"instr(' ' || {column} || ' ', ' ' || value || ' ')"
    return f"EXISTS (SELECT 1 FROM json_each({values}) WHERE {found} > 0)"  # noqa: S608 - both are SQLAlchemy's own text


@compiles(_Words, "postgresql")
def _words_postgresql(element: _Words, compiler: Any, **kwargs: Any) -> str:
    column = compiler.process(element.column, **kwargs)
    values = compiler.process(bindparam(element.parameter), **kwargs)
    return f"(string_to_array({column}, ' ') && CAST({values} AS text[]))"


class SharedClock(ColumnElement[int]):
    """The database's clock in Unix milliseconds where several machines share it, else null."""

    inherit_cache = True
    type = BigInteger()


@compiles(SharedClock, "sqlite")
def _no_clock(_element: SharedClock, _compiler: Any, **_: Any) -> str:
    return "NULL"


@compiles(SharedClock, "postgresql")
def _clock(_element: SharedClock, _compiler: Any, **_: Any) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"


NULL: ColumnElement[Any] = literal_column("NULL")
