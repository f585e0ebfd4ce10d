"""What a step of the database takes from code that doesn't know it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from alembic import command
from sqlalchemy import Column, Index, MetaData, Table, UniqueConstraint

from lyhord.app.migrations.env_filter import keep
from lyhord.app.schema import VERSIONS, connect, make_config
from lyhord.kit.database.engine import Engine


def upgrade(engine: Engine, step: str, more: Sequence[Path] = ()) -> MetaData:
    """Bring a database to a step, of the product or of one of the folders `more`; the tables that it has then."""
    with connect(engine) as connection:
        config = make_config(connection)
        config.set_main_option("version_locations", ":".join(map(str, (VERSIONS, *more))))
        command.upgrade(config, step)
        found = MetaData()
        found.reflect(connection, only=lambda name, _: keep(name, "table", {}))
        return found


def list_breaks(before: MetaData, after: MetaData) -> list[str]:
    """Why code that was written for the tables `before` can't run on those `after`; nothing where a step has only expanded."""
    return [why for table in before.sorted_tables for why in _breaks_of(table, after.tables.get(table.name))]


def _breaks_of(old: Table, new: Table | None) -> Iterator[str]:
    if new is None:
        yield f"{old.name} is gone"
        return
    for column in old.columns:
        if column.name not in new.columns:
            yield f"{old.name}.{column.name} is gone"
        elif _says(column) != _says(new.columns[column.name]):
            yield f"{old.name}.{column.name} is another: {_says(new.columns[column.name])}, not {_says(column)}"
    for column in new.columns:
        if column.name not in old.columns and not column.nullable and column.server_default is None:
            yield f"{old.name}.{column.name} must be given"
    yield from (f"{old.name}: {one} is asked now" for one in sorted(_rules_of(new) - _rules_of(old)))


def _says(column: "Column[object]") -> tuple[str, bool]:
    return str(column.type), bool(column.nullable)


def _rules_of(table: Table) -> set[str]:
    """Whatever may refuse a row."""
    rules = [*table.constraints, *(index for index in table.indexes if index.unique)]
    return {_name(one) for one in rules}


def _name(rule: object) -> str:
    columns = getattr(rule, "columns", ())
    kind = "unique" if isinstance(rule, (Index, UniqueConstraint)) else type(rule).__name__
    return f"{kind} ({', '.join(sorted(column.name for column in columns))})"
