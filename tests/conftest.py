"""What every test may ask for: a clock that stands still, and a fresh database on the engine that this run is about.

`LYHORD_TEST_ENGINE=postgresql` runs the same tests on PostgreSQL.
"""

import gc
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from structlog.dev import ConsoleRenderer, plain_traceback
from typing_extensions import override

from lyhord.app.schema import prepare
from lyhord.kit.database import Database
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.postgres import Postgres
from lyhord.kit.database.sqlite import Sqlite
from tests.counterparts.postgres import Cluster, Databases

ENGINE = os.environ.get("LYHORD_TEST_ENGINE", "sqlite")
V, W = "00000000-0000-7000-8000-00000000000a", "00000000-0000-7000-8000-00000000000b"
"""Two workspaces, for tests that need no more of them than their ids."""
assert ENGINE in {"sqlite", "postgresql"}, ENGINE


for pool in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    # Each test process has one thread for numbers: several, beside those of other processes, burn what they wait for.
    os.environ.setdefault(pool, "1")


def log_plainly() -> None:
    """Log as structlog does by itself, but for what was raised: with a picture of every variable, that takes a second each time."""
    structlog.reset_defaults()
    *usual, _ = structlog.get_config()["processors"]
    structlog.configure(processors=[*usual, ConsoleRenderer(exception_formatter=plain_traceback)])


log_plainly()


def pytest_collection_finish() -> None:
    """What was collected stays until the end: whoever looks for garbage needn't walk through ten thousand tests again and again."""
    gc.freeze()


class StoppedClock:
    """A clock that a test moves by hand. Starts on 2026-03-01 09:00 UTC."""

    def __init__(self) -> None:
        self.now = 1_772_355_600_000

    def __call__(self) -> int:
        return self.now

    def move(self, milliseconds: int) -> None:
        """Let time pass."""
        self.now += milliseconds


@pytest.fixture
def clock() -> StoppedClock:
    """Time that stands still."""
    return StoppedClock()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server for whoever needs one."""
    with Cluster() as cluster:
        yield cluster


class Hasty(Sqlite):
    """SQLite that leaves out every sync: tests that are about behaviour needn't wait for a disk."""

    @override
    def connect(self, *, write: bool) -> sqlite3.Connection:
        connection = super().connect(write=write)
        connection.execute("PRAGMA synchronous = OFF")
        return connection


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An SQLite database with all tables and nothing in them."""
    path = tmp_path_factory.mktemp("empty") / "lyhord.db"
    prepare(Sqlite(path))
    Sqlite(path).connect(write=True).close()  # what the planner is told is in it then, and needn't be told each time
    return path.read_bytes()


@pytest.fixture(scope="session")
def empty_template(cluster: Cluster) -> str:
    """The name of a PostgreSQL database with all tables and nothing in them."""
    address = cluster.create()
    prepare(Postgres(address))
    return address.rpartition("/")[2]


@pytest.fixture(scope="session")
def databases(cluster: Cluster, empty_template: str) -> Databases:
    """PostgreSQL databases with all tables and nothing in them, to be taken and given back."""
    return Databases(cluster, empty_template)


@pytest.fixture
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A fresh database with all tables."""
    if ENGINE == "sqlite":
        path = tmp_path / "lyhord.db"
        path.write_bytes(request.getfixturevalue("empty_file"))
        yield Hasty(path)
        return
    databases: Databases = request.getfixturevalue("databases")
    address = databases.take()
    yield Postgres(address, writers=2)
    databases.give_back(address)


@pytest.fixture
async def database(engine: Engine, clock: StoppedClock) -> AsyncIterator[Database]:
    """A fresh database with all tables, without reactions."""
    database = Database(engine, clock=clock)
    await database.open()
    yield database
    await database.close()
