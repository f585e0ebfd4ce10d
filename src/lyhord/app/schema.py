"""Which tables this version of Lyhord needs, and bringing a database there. Alembic is loaded only when there is work for it."""

import importlib
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

import lyhord
from lyhord.kit.database import metadata

HEAD = "0001"
"""The newest step under `migrations/versions`."""

REBUILT = "search"
"""Tables whose names start so are a cache of `kit.search`, which makes and rebuilds them by itself."""

VERSIONS = Path(__file__).parent / "migrations" / "versions"


class UnknownSchema(Exception):
    """The database was written by another version of Lyhord, which knows steps that this one doesn't."""


def find_version(path: Path) -> str | None:
    """The step that the SQLite database at `path` has reached; None when there is no database yet."""
    if not path.exists():
        return None
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return None
    finally:
        connection.close()
    return str(row[0]) if row else None


def prepare(path: Path) -> tuple[str | None, str]:
    """Bring the database at `path` to `HEAD`, making it where there is none; (version before, version now).

    All steps run in one transaction: when one fails, nothing has changed. Raises `UnknownSchema`.
    """
    before = find_version(path)
    if before != HEAD:
        if before is not None and not any(VERSIONS.glob(f"{before}_*.py")):
            raise UnknownSchema(
                f"The database is at step {before}, and this version of Lyhord ends at {HEAD}. "
                "Start the newer version, or restore a backup."
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        _in_a_child(path)
    return before, HEAD


def all_tables() -> MetaData:
    """Every table of the product, wherever it is declared. Reads all sources: for tools and tests."""
    package = Path(lyhord.__file__).parent
    for path in sorted(package.rglob("*.py")):
        if "Table(" in path.read_text() and "migrations" not in path.parts:
            parts = path.relative_to(package.parent).with_suffix("").parts
            importlib.import_module(".".join(parts).removesuffix(".__init__"))
    return metadata


@contextmanager
def connect(path: Path) -> Iterator[Connection]:
    """A connection whose DDL is part of its transaction; commits at the end, or nothing happened."""
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _manual(connection: DBAPIConnection, _record: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def make_config(connection: Connection, *, tables: MetaData | None = None) -> Any:
    """Alembic's configuration for one connection; `tables` to compare with when a step is to be written."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, tables=tables)
    return config


def _in_a_child(path: Path) -> None:
    """Run the steps in a process that ends: what Alembic loads would stay in a server's memory for good. Raises what they raise."""
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as child:
        child.submit(_upgrade, path).result()


def _upgrade(path: Path) -> None:
    from alembic import command

    with connect(path) as connection:
        command.upgrade(make_config(connection), "head")
