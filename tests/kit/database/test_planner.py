"""A table that grew is looked at without waiting for the server's own rounds."""

from typing import Any

import pytest

from lyhord.kit.database import Database, Tx
from lyhord.kit.database.database import HOME, NOWHERE
from lyhord.kit.database.planner import FEW, list_doubled, look_at_growth
from tests.conftest import ENGINE, W
from tests.kit.database.test_wire import put
from tests.waiting import until


def tell(tx: Tx) -> None:
    """A connection tells of what it changed once a second, and late where it has nothing more to do: now it does at once."""
    tx._cursor.execute("SELECT pg_stat_force_next_flush()")


@pytest.mark.skipif(ENGINE != "postgresql", reason="SQLite's statistics are fixed")
async def test_a_table_that_grew_is_looked_at_once(database: Database, engine: Any, cluster: Any) -> None:
    def doubled() -> list[str]:
        return database.shards[HOME].read_now(NOWHERE, list_doubled)

    await database.write(W, put, *map(str, range(FEW)))
    assert doubled() == []
    await database.write(W, put, *map(str, range(FEW, FEW * 2)))
    await database.write(W, tell)
    await until(lambda: doubled() == ["cursor"])
    await look_at_growth(database)
    assert doubled() == []
    with cluster.administer(engine.address.rpartition("/")[2]) as connection:
        known = connection.execute("SELECT 1 FROM pg_statistic WHERE starelid = 'cursor'::regclass").fetchall()
    assert known


@pytest.mark.skipif(ENGINE != "sqlite", reason="it is about SQLite")
async def test_sqlite_has_nothing_to_look_at(database: Database) -> None:
    await look_at_growth(database)
