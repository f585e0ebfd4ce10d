"""Which tables this version of Lyhord needs, and bringing a database there. Alembic is loaded only when there is work for it."""

import importlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, create_engine, event
from sqlalchemy import Engine as SpokenEngine
from sqlalchemy.engine.interfaces import DBAPIConnection

import lyhord
from lyhord.kit.database import metadata
from lyhord.kit.database.columns import state_conditions
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.sqlite import Sqlite

HEAD = "0001"
"""The newest step under `migrations/versions`.

`0007` contracts: code that ends at an earlier step can't run on its tables. `0008.0007` expands: code that ends at 0007 can, and goes
on or starts beside code that knows step 8 (decision 10).
"""

REBUILT = "search"
"""Tables whose names start so are a cache of `kit.search`, which makes and rebuilds them by itself."""

_HAS_VERSION = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'",
    "postgresql": "SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL",
}
_BEGIN = {
    "sqlite": ("BEGIN IMMEDIATE",),
    "postgresql": ("SET LOCAL lyhord.workspace = '*'", "SELECT pg_advisory_xact_lock(7108114100)"),
}

VERSIONS = Path(__file__).parent / "migrations" / "versions"


class UnknownSchema(Exception):
    """The database was contracted by a later version of Lyhord: what this one reads may be gone."""


def find_version(engine: Engine) -> str | None:
    """The step that the database has reached; None when there is no database yet, or nothing in it. Raises `Busy` when it is away."""
    if isinstance(engine, Sqlite) and not engine.path.exists():
        return None
    with closing(engine.connect(write=False)) as connection:
        cursor = connection.cursor()
        if not cursor.execute(_HAS_VERSION[engine.dialect]).fetchall():
            return None
        rows = cursor.execute("SELECT version_num FROM alembic_version").fetchall()
        return str(rows[0][0]) if rows else None


def prepare(engine: Engine) -> tuple[str | None, str]:
    """Bring the database to `HEAD`, making it where there is none; (version before, version now).

    One that a later version has only expanded is left as it is. All steps run in one transaction: when one fails, nothing has
    changed. Raises `UnknownSchema`, and `Busy` when the database is away.
    """
    before = find_version(engine)
    if before == HEAD:
        return before, HEAD
    if before is not None and _number(before) > _number(HEAD):
        if _oldest(before) > _number(HEAD):
            raise UnknownSchema(
                f"The database is at step {before}, and this version of Lyhord ends at {HEAD}. "
                "Start the newer version, or restore a backup."
            )
        return before, before
    if isinstance(engine, Sqlite):
        engine.path.parent.mkdir(parents=True, exist_ok=True)
    _in_a_child(engine)
    return before, HEAD


def _number(version: str) -> int:
    return int(version.partition(".")[0])


def _oldest(version: str) -> int:
    """The step at which code must end at least to run on a database at `version`."""
    return int(version.rpartition(".")[2])


def all_tables() -> MetaData:
    """Every table of the product, wherever it is declared. Reads all sources: for tools and tests."""
    package = Path(lyhord.__file__).parent
    for path in sorted(package.rglob("*.py")):
        if "Table(" in path.read_text() and "migrations" not in path.parts:
            parts = path.relative_to(package.parent).with_suffix("").parts
            importlib.import_module(".".join(parts).removesuffix(".__init__"))
    state_conditions(metadata)
    return metadata


@contextmanager
def connect(engine: Engine) -> Iterator[Connection]:
    """A connection whose DDL is part of its transaction; commits at the end, or nothing happened. Steps go one process at a time."""
    spoken = _spoken(engine)

    if isinstance(engine, Sqlite):

        @event.listens_for(spoken, "connect")
        def _manual(connection: DBAPIConnection, _record: Any) -> None:
            connection.isolation_level = None

    @event.listens_for(spoken, "begin")
    def _begin(connection: Connection) -> None:
        for statement in _BEGIN[engine.dialect]:
            connection.exec_driver_sql(statement)

    try:
        with spoken.begin() as connection:
            yield connection
    finally:
        spoken.dispose()


def _spoken(engine: Engine) -> SpokenEngine:
    if isinstance(engine, Sqlite):
        return create_engine(f"sqlite:///{engine.path}")
    import psycopg

    # The driver reads the address itself: one that names several servers is none to SQLAlchemy.
    address = str(getattr(engine, "address", ""))
    return create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(address))


def make_config(connection: Connection, *, tables: MetaData | None = None) -> Any:
    """Alembic's configuration for one connection; `tables` to compare with when a step is to be written."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, tables=tables)
    return config


def _in_a_child(engine: Engine) -> None:
    """Run the steps in a process that ends: what Alembic loads would stay in a server's memory for good. Raises what they raise."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as child:
        child.submit(_upgrade, engine).result()


def _upgrade(engine: Engine) -> None:
    from alembic import command

    with connect(engine) as connection:
        command.upgrade(make_config(connection), "head")
