"""Moving a workspace between databases while it is in use: nothing lost, nothing twice, always at exactly one place."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, insert, select, update

from lyhord.app.moving import make_work, moved_tables
from lyhord.app.schema import prepare
from lyhord.contacts.tables import contact, identity
from lyhord.kit.cursors import cursor
from lyhord.kit.database import Busy, Database, ReadTx, Statement, Tx
from lyhord.kit.database.changes import changed_row
from lyhord.kit.database.database import HOME
from lyhord.kit.database.directory import directory
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.database.log import log
from lyhord.kit.database.moving import Moved, Mover, MoveLost, tidy
from lyhord.kit.database.postgres import Postgres
from lyhord.kit.database.session import Session
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.ids import new_id
from lyhord.kit.leases import list_next_due
from tests.conftest import V, W
from tests.counterparts.postgres import Cluster
from tests.kit.database.test_writer import all_seqs, say

OTHER = "annexe"
HERE: Any = bindparam("workspace_id")
STAGES = ("begin", "copy", "catch up", "switch", "give away", "take")
Engines = dict[str, Engine]

_add = Statement(insert(contact))
_rename = Statement(
    update(contact).where(contact.c.workspace_id == HERE, contact.c.id == bindparam("key")).values(name=bindparam("to"))
)
_remove = Statement(delete(contact).where(contact.c.workspace_id == HERE, contact.c.id == bindparam("key")))
_names = Statement(select(contact.c.id, contact.c.name).where(contact.c.workspace_id == HERE))


def add(tx: Tx, name: str) -> str:
    """A contact; its id."""
    row = dict.fromkeys((column.name for column in contact.c if column.name != "workspace_id"), None)
    known = {"id": new_id(), "name": name, "about": "", "attributes": "{}", "created_at": 0, "changed_at": 0, "demo": 0}
    tx.run(_add, **{**row, **known})
    return str(known["id"])


def rename(tx: Tx, key: str, to: str) -> None:
    tx.run(_rename, key=key, to=to)


def remove(tx: Tx, key: str) -> None:
    tx.run(_remove, key=key)


def names(tx: ReadTx) -> dict[str, str]:
    return dict(tx.all(_names))


def seqs(tx: ReadTx) -> list[int]:
    return [row[0] for row in tx.all(all_seqs)]


def open_databases(engines: Engines) -> Database:
    """A process with an own map of where workspaces are."""
    (_, home), *others = engines.items()
    return Database(home, others=dict(others))


@pytest.fixture(params=["postgresql", "sqlite"])
def engines(request: pytest.FixtureRequest, cluster: Cluster, empty_template: str, tmp_path: Path) -> Iterator[Engines]:
    """Two databases, of which the second is on PostgreSQL."""
    addresses = [cluster.create(empty_template) for _ in range(2)]
    home: Engine = Postgres(addresses[0], writers=2)
    if request.param == "sqlite":
        home = Sqlite(tmp_path / "lyhord.db")
        prepare(home)
    yield {HOME: home, OTHER: Postgres(addresses[1], writers=2)}
    for address in addresses:
        cluster.drop(address)


@pytest.fixture
async def database(engines: Engines) -> AsyncIterator[Database]:
    """Both of them."""
    database = open_databases(engines)
    await database.open()
    yield database
    await database.close()


def mover(database: Database, workspace_id: str, source: str, target: str, say: Any = lambda _: None) -> Mover:
    shards = database.shards
    return Mover(workspace_id, shards[source], shards[target], database.directory, make_work(say))


async def move(database: Database, workspace_id: str = W, source: str = HOME, target: str = OTHER) -> Moved:
    """Move it, and remove what is left, as the command does."""
    one = mover(database, workspace_id, source, target)
    try:
        moved = await asyncio.to_thread(one.run)
    finally:
        one.close()
    await clean(database, workspace_id, target)
    return moved


async def clean(database: Database, workspace_id: str, holder: str) -> int:
    others = [shard for name, shard in database.shards.items() if name != holder]
    return await asyncio.to_thread(tidy, workspace_id, database.shards[holder], others, make_work(print))


def rows_in(engine: Engine, workspace_id: str) -> dict[str, int]:
    """How many rows of each table a database has of a workspace; tables without any are left out."""
    with Session(engine, workspace_id) as session, session.transaction(write=False) as tx:
        tables = [*moved_tables(), log, changed_row]
        counts = {
            table.name: len(tx.all(Statement(select(table).where(table.c.workspace_id == HERE)))) for table in tables
        }
    return {name: count for name, count in counts.items() if count}


def triggers_in(engine: Engine) -> list[str]:
    listed = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal UNION SELECT proname FROM pg_proc WHERE proname LIKE 'note_%'",
    }
    connection = engine.connect(write=False)
    try:
        return [row[0] for row in connection.cursor().execute(listed[engine.dialect]).fetchall()]
    finally:
        connection.close()


async def test_a_workspace_moves_under_load_and_nothing_is_lost_or_doubled(
    database: Database, engines: Engines
) -> None:
    """Two processes write and read; each answer must show all that was acknowledged before it was asked for."""
    elsewhere = open_databases(engines)
    await elsewhere.open()
    acknowledged: list[int] = []
    wanted: dict[str, str] = {await database.write(W, add, f"c{n}"): f"c{n}" for n in range(700)}
    await database.write(V, say, 1)
    done = asyncio.Event()
    slowest = 0.0

    async def write(process: Database, first: int) -> None:
        nonlocal slowest
        clock, n = asyncio.get_running_loop(), first
        while not done.is_set():
            began = clock.time()
            seq = await process.write(W, say, n)
            slowest = max(slowest, clock.time() - began)
            acknowledged.append(seq)
            key = await process.write(W, add, f"new {n}")
            await process.write(W, rename, key, f"renamed {n}")
            wanted[key] = f"renamed {n}"
            gone = next(iter(wanted))
            del wanted[gone]
            await process.write(W, remove, gone)
            n += 1

    async def read(process: Database) -> None:
        while not done.is_set():
            known = len(acknowledged)
            assert set(acknowledged[:known]) <= set(await process.read(W, seqs))

    crowd = [
        asyncio.ensure_future(one)
        for one in (write(database, 1), write(elsewhere, 100_000), read(database), read(elsewhere))
    ]
    for source, target in ((HOME, OTHER), (OTHER, HOME), (HOME, OTHER)):
        before = len(acknowledged)
        moved = await move(database, W, source, target)
        assert moved.pause < 2
        while len(acknowledged) < before + 20:
            await asyncio.sleep(0.01)
    done.set()
    await asyncio.gather(*crowd)
    assert slowest < 4
    for process in (database, elsewhere):
        found = await process.read(W, seqs)
        assert found == sorted(acknowledged) == list(range(1, len(acknowledged) + 1))
        assert await process.read(W, names) == wanted
        assert await process.read(V, seqs) == [1]
    assert rows_in(engines[HOME], W) == {"log": 1}
    assert rows_in(engines[OTHER], W) == {"log": 1, "contact": len(wanted), "event": len(acknowledged)}
    assert triggers_in(engines[HOME]) == triggers_in(engines[OTHER]) == []
    await elsewhere.close()


def die_at(stage: str, engines: Engines) -> None:
    """In a process of its own: begin to move, and fall dead at a stage."""

    async def run() -> None:
        database = open_databases(engines)
        await database.open()
        one = mover(database, W, HOME, OTHER, lambda at: os.kill(os.getpid(), signal.SIGKILL) if at == stage else None)
        await asyncio.to_thread(one.run)

    asyncio.run(run())


@pytest.mark.parametrize("stage", STAGES)
async def test_a_mover_that_is_killed_leaves_the_workspace_at_one_place(
    stage: str, database: Database, engines: Engines
) -> None:
    keys = [await database.write(W, add, f"c{n}") for n in range(20)]
    await database.write(W, say, 1)
    child = multiprocessing.get_context("spawn").Process(target=die_at, args=(stage, engines))
    child.start()
    await asyncio.to_thread(child.join, 60)
    assert child.exitcode == -signal.SIGKILL
    fresh = open_databases(engines)
    await fresh.open()
    for process, n in ((database, 2), (fresh, 3)):
        await asyncio.wait_for(process.write(W, say, n), 10)
        assert await process.read(W, seqs) == list(range(1, n + 1))
        assert set(await process.read(W, names)) == set(keys)
    place = HOME if stage != "take" else OTHER
    assert (await fresh.directory.find(W)).shard.name == place
    await fresh.write(W, remove, keys.pop())
    if place == HOME:
        await move(database)
    else:
        await clean(database, W, OTHER)
    assert set(await fresh.read(W, names)) == set(await database.read(W, names)) == set(keys)
    assert rows_in(engines[HOME], W) == {"log": 1}
    assert triggers_in(engines[HOME]) == triggers_in(engines[OTHER]) == []
    await fresh.close()
