"""What every test may ask for: a clock that stands still, and a fresh database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from lyhord.app.schema import all_tables
from lyhord.kit.database import Database
from lyhord.kit.database.engine import Sqlite


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
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database file with all tables and nothing in them."""
    path = tmp_path_factory.mktemp("empty") / "lyhord.db"
    engine = create_engine(f"sqlite:///{path}")
    all_tables().create_all(engine)
    engine.dispose()
    return path.read_bytes()


@pytest.fixture
async def database(tmp_path: Path, clock: StoppedClock, empty_database: bytes) -> AsyncIterator[Database]:
    """A fresh embedded database with all tables, without reactions."""
    path = tmp_path / "lyhord.db"
    path.write_bytes(empty_database)
    database = Database(Sqlite(path), clock=clock)
    await database.open()
    yield database
    await database.close()
