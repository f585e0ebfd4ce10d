"""Moving a workspace between databases while it is in use: nothing lost, nothing twice, always at exactly one place."""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, insert, select, update

from lyhord.app.moving import make_work, moved_tables
from lyhord.app.schema import prepare
from lyhord.contacts.tables import contact, identity
from lyhord.kit.bus.local import LocalBus
from lyhord.kit.clock import HOUR, system_clock
from lyhord.kit.cursors import cursor
from lyhord.kit.database import Busy, Database, ReadTx, Statement, Tx
from lyhord.kit.database.changes import changed_row
from lyhord.kit.database.database import HOME
from lyhord.kit.database.directory import directory, settle_doubles
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.database.log import log, mark_log
from lyhord.kit.database.moving import Moved, MoveLost, Mover, tidy
from lyhord.kit.database.postgres import Postgres
from lyhord.kit.database.session import Session
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.ids import new_id
from lyhord.kit.leases import list_next_due
from lyhord.web.health import find_troubles
from lyhord.workspaces.actions.agents import add_agent
from lyhord.workspaces.tables import agent
from tests.conftest import V, W
from tests.counterparts.postgres import Cluster, Databases
from tests.kit.database.test_writer import all_seqs, say

OTHER = "annexe"
HERE: Any = bindparam("workspace_id")
STAGES = ("begin", "copy", "catch up", "switch", "give away", "take")
BETWEEN = ("give away", "take")
"""Those at which the workspace is at neither place, or at both."""
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
    known = {
        "id": new_id(),
        "name": name,
        "about": "",
        "attributes": "{}",
        "tags": "",
        "created_at": 0,
        "changed_at": 0,
        "demo": 0,
    }
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


@pytest.fixture(params=[pytest.param("postgresql", marks=pytest.mark.long), "sqlite"])
def engines(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Engines]:
    """Two databases, of which the second is on PostgreSQL."""
    addresses = [databases.take() for _ in range(2)]
    home: Engine = Postgres(addresses[0], writers=2)
    if request.param == "sqlite":
        home = Sqlite(tmp_path / "lyhord.db")
        prepare(home)
    yield {HOME: home, OTHER: Postgres(addresses[1], writers=2)}
    for address in addresses:
        databases.give_back(address)


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


async def run(one: Mover) -> Moved:
    """Run a mover to its end."""
    with closing(one):
        return await asyncio.to_thread(one.run)


async def move(database: Database, workspace_id: str = W, source: str = HOME, target: str = OTHER) -> Moved:
    """Move it, and remove what is left, as the command does."""
    moved = await run(mover(database, workspace_id, source, target))
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


@pytest.mark.long
@pytest.mark.parametrize("engines", ["sqlite", "postgresql"], indirect=["engines"])
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

    async def write(process: Database, first: int) -> None:
        n = first
        while not done.is_set():
            acknowledged.append(await process.write(W, say, n))
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
        assert moved.pause < 10
        while len(acknowledged) < before + 20:  # noqa: ASYNC110 - it happens in many places
            await asyncio.sleep(0.01)
    done.set()
    await asyncio.gather(*crowd)
    for process in (database, elsewhere):
        found = await process.read(W, seqs)
        assert found == sorted(acknowledged) == list(range(1, len(acknowledged) + 1))
        assert await process.read(W, names) == wanted
        assert await process.read(V, seqs) == [1]
    assert rows_in(engines[HOME], W) == {"log": 1}
    assert rows_in(engines[OTHER], W) == {"log": 1, "contact": len(wanted), "event": len(acknowledged)}
    assert triggers_in(engines[HOME]) == triggers_in(engines[OTHER]) == []
    await elsewhere.close()


async def test_a_process_with_an_old_map_reads_what_was_written_at_the_new_place(
    database: Database, engines: Engines
) -> None:
    old = open_databases(engines)
    await old.open()
    await database.write(W, say, 1)
    assert await old.read(W, seqs) == [1]
    await run(mover(database, W, HOME, OTHER))  # what lies at the old place isn't removed yet
    await database.write(W, say, 2)
    assert await old.read(W, seqs) == [1, 2]
    await old.close()


def die_at(stage: str, engines: Engines) -> None:
    """In a process of its own: begin to move, and fall dead at a stage."""

    async def begin() -> None:
        database = open_databases(engines)
        await database.open()
        one = mover(database, W, HOME, OTHER, lambda at: os.kill(os.getpid(), signal.SIGKILL) if at == stage else None)
        await run(one)

    asyncio.run(begin())


@pytest.mark.parametrize(
    ("engines", "stage"),
    [
        *(pytest.param("postgresql", stage, marks=pytest.mark.long) for stage in STAGES),
        *(pytest.param("sqlite", stage, marks=() if stage == BETWEEN[0] else pytest.mark.long) for stage in BETWEEN),
    ],
    indirect=["engines"],
)
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


@pytest.mark.parametrize("engines", ["postgresql"], indirect=True)
async def test_a_mover_that_freezes_while_writers_wait_is_left_by_the_server(database: Database) -> None:
    """It stands still until a writer was answered; then it finds its transaction ended, and does it again."""
    await database.write(W, say, 1)
    frozen, answered = threading.Event(), threading.Event()

    def freeze(stage: str) -> None:
        if stage == "give away" and not frozen.is_set():
            frozen.set()
            assert answered.wait(30)

    moving = asyncio.ensure_future(run(mover(database, W, HOME, OTHER, freeze)))
    assert await asyncio.to_thread(frozen.wait, 30)
    assert await database.write(W, say, 2) == 2
    answered.set()
    await moving
    assert (await database.directory.find(W)).shard.name == OTHER
    assert await database.read(W, seqs) == [1, 2]


async def test_of_two_movers_the_earlier_one_notices_and_changes_nothing(database: Database, engines: Engines) -> None:
    key = await database.write(W, add, "Anna")
    first = mover(database, W, HOME, OTHER, lambda stage: second_run() if stage == "switch" else None)
    second = mover(database, W, HOME, OTHER)

    def second_run() -> None:
        second._claim()

    with pytest.raises(MoveLost):
        await run(first)
    assert await database.read(W, names) == {key: "Anna"}
    await run(second)
    with pytest.raises(MoveLost):
        await run(mover(database, W, HOME, OTHER))
    await clean(database, W, OTHER)
    assert await database.read(W, names) == {key: "Anna"}
    assert rows_in(engines[HOME], W) == {"log": 1}


async def test_clearing_away_makes_a_mover_lose_instead_of_losing_its_changes(database: Database) -> None:
    """Without its notes a mover would leave out what was written after it copied."""
    key = await database.write(W, add, "Anna")
    loop = asyncio.get_running_loop()

    def interfere(stage: str) -> None:
        if stage == "catch up":
            asyncio.run_coroutine_threadsafe(clean(database, W, HOME), loop).result(60)
            asyncio.run_coroutine_threadsafe(database.write(W, rename, key, "Bo"), loop).result(60)

    one = mover(database, W, HOME, OTHER, interfere)
    with pytest.raises(MoveLost):
        await run(one)
    assert await database.read(W, names) == {key: "Bo"}
    await move(database)
    assert await database.read(W, names) == {key: "Bo"}


_readdress = Statement(
    update(agent).where(agent.c.workspace_id == HERE, agent.c.id == bindparam("key")).values(email=bindparam("to"))
)
_addresses = Statement(select(agent.c.id, agent.c.email).where(agent.c.workspace_id == HERE))


def hire_two(tx: Tx) -> list[str]:
    """Two agents, whose addresses no third may have."""
    return [add_agent(tx, email, "Somebody", "agent", "en").id for email in ("a@example.org", "b@example.org")]


def swap(tx: Tx, keys: Sequence[str]) -> None:
    """Each takes the other's address."""
    now: dict[str, str] = dict(tx.all(_addresses))
    first, second = keys
    tx.run(_readdress, key=first, to="between")
    tx.run(_readdress, key=second, to=now[first])
    tx.run(_readdress, key=first, to=now[second])


@pytest.mark.parametrize("stage", ["copy", "catch up", "switch"])
async def test_unique_values_that_change_hands_meanwhile_arrive_as_they_are(stage: str, database: Database) -> None:
    keys = await database.write(W, hire_two)
    loop = asyncio.get_running_loop()

    def interfere(at: str) -> None:
        if at == stage:
            asyncio.run_coroutine_threadsafe(database.write(W, swap, keys), loop).result(60)

    one = mover(database, W, HOME, OTHER, interfere)
    await run(one)
    assert await database.read(W, lambda tx: dict(tx.all(_addresses))) == {
        keys[0]: "b@example.org",
        keys[1]: "a@example.org",
    }


_identify = Statement(insert(identity))
_reidentify = Statement(update(identity).where(identity.c.workspace_id == HERE).values(value=bindparam("to")))
_identities = Statement(select(identity.c.value).where(identity.c.workspace_id == HERE))


async def test_a_key_that_changes_meanwhile_is_moved_and_not_copied_twice(database: Database) -> None:
    def identify(tx: Tx) -> None:
        fixed = {"scheme": "email", "value": "old", "shown": "old", "name": "", "verification": "claimed"}
        tx.run(_identify, **fixed, contact_id=new_id(), verified_at=None, blocked_at=None, created_at=0)

    await database.write(W, identify)
    loop = asyncio.get_running_loop()

    def interfere(at: str) -> None:
        if at == "catch up":
            change = database.write(W, lambda tx: tx.run(_reidentify, to="new"))
            asyncio.run_coroutine_threadsafe(change, loop).result(60)

    one = mover(database, W, HOME, OTHER, interfere)
    await run(one)
    assert await database.read(W, lambda tx: tx.all(_identities)) == [("new",)]


async def test_the_directory_can_be_lost_and_is_only_the_quick_way(database: Database, engines: Engines) -> None:
    await database.write(W, say, 1)
    await move(database)
    with Session(engines[HOME], W) as session, session.transaction() as tx:
        assert tx.all(Statement(select(directory.c.database).where(directory.c.workspace_id == HERE))) == [(OTHER,)]
        tx.run(Statement(delete(directory).where(directory.c.workspace_id == HERE)))
    fresh = open_databases(engines)
    await fresh.open()
    assert await fresh.read(W, seqs) == [1]
    assert await fresh.write(W, say, 2) == 2
    assert await fresh.list_workspaces() == [W]
    await fresh.close()


async def test_a_new_workspace_goes_where_the_fewest_are(database: Database, engines: Engines) -> None:
    ids = [new_id() for _ in range(4)]
    for workspace_id in ids:
        await database.place(workspace_id)
        await database.write(workspace_id, say, 1)
    places = [(await database.directory.find(one)).shard.name for one in ids]
    assert sorted(places) == sorted([HOME, OTHER] * 2)
    assert sorted(await database.list_workspaces()) == sorted(ids)
    fresh = open_databases(engines)
    await fresh.open()
    assert [await fresh.read(one, seqs) for one in ids] == [[1]] * 4
    await fresh.close()


async def test_what_was_never_written_is_empty_and_makes_nothing(database: Database, engines: Engines) -> None:
    assert await database.read(W, seqs) == []
    assert rows_in(engines[HOME], W) == rows_in(engines[OTHER], W) == {}


async def test_work_is_listed_once_and_only_where_the_workspace_is(database: Database) -> None:
    """Copies that arrive, and what is left behind, are nobody's work."""

    def enqueue_one(tx: Tx) -> None:
        enqueue(tx, "test", {})

    await database.write(W, enqueue_one)
    seen: list[Any] = []
    loop = asyncio.get_running_loop()

    def look(_stage: str) -> None:
        listing = database.read_each(list_next_due, ["test"], 9)
        seen.append([row[0] for each in asyncio.run_coroutine_threadsafe(listing, loop).result(60) for row in each])

    one = mover(database, W, HOME, OTHER, look)
    await run(one)
    await asyncio.to_thread(look, "done")
    assert seen == [[W]] * 5 + [[]] + [[W]]  # between giving away and taking nobody has it


async def test_a_follower_with_a_cache_of_its_own_begins_again_at_the_new_place(database: Database) -> None:
    row = {"epoch": 1, "seq": 1, "failures": 0, "error": None, "changed_at": 0}

    def start(tx: Tx) -> None:
        for name in ("search", "other"):
            tx.run(Statement(insert(cursor)), name=name, **row)

    await database.write(W, start)
    await move(database)
    listed = Statement(select(cursor.c.name).where(cursor.c.workspace_id == HERE))
    assert await database.read(W, lambda tx: tx.all(listed)) == [("other",)]


@pytest.mark.long
async def test_a_database_that_is_away_holds_up_its_own_workspaces_alone(empty_file: bytes, tmp_path: Path) -> None:
    home = tmp_path / "lyhord.db"
    home.write_bytes(empty_file)
    with Cluster(durable=True) as cluster:
        other = Postgres(cluster.create(), writers=1)
        prepare(other)
        database = open_databases({HOME: Sqlite(home), OTHER: other})
        await database.open()
        await database.write(W, say, 1)
        await database.write(V, say, 1)
        await move(database)
        cluster.stop("immediate")
        with pytest.raises(Busy):
            await database.write(W, say, 2)
        with pytest.raises(Busy):
            await database.list_workspaces()
        assert await database.list_workspaces(reachable=True) == [V, W]
        with pytest.raises(Busy):
            await database.read_each(seqs)
        assert await database.write(V, say, 2) == 2
        assert len(await database.read_reachable(seqs)) == 1
        assert await database.list_away() == [OTHER]
        assert await find_troubles(database, LocalBus()) == ["ready.databases"]
        cluster.start()
        await database.close()


async def test_ids_rise_on_after_a_move(database: Database, engines: Engines) -> None:
    """Also where the clock of who wrote before was ahead."""
    home, other = engines.values()
    ahead = Database(home, others={OTHER: other}, clock=lambda: system_clock() + HOUR)
    await ahead.open()
    before = await ahead.write(W, lambda tx: tx.new_id())
    await ahead.close()
    await move(database)
    assert await database.write(W, lambda tx: tx.new_id()) > before


def test_every_table_moves_or_is_named_as_staying() -> None:
    from lyhord.app.moving import STAY
    from lyhord.app.schema import all_tables

    tables = all_tables().tables
    assert {table.name for table in moved_tables()} | set(STAY) == set(tables)
    for table in moved_tables():
        keys = [column.name for column in table.primary_key.columns]
        assert keys[0] == "workspace_id", table.name


@pytest.mark.parametrize("engines", ["postgresql"], indirect=True)
async def test_where_two_databases_have_a_workspace_the_later_move_counts(database: Database, engines: Engines) -> None:
    """As after one of them came back from before the move."""
    await database.write(W, say, 1)
    await move(database)
    assert await database.write(W, say, 2) == 2
    with Session(engines[HOME], W) as session, session.transaction() as tx:
        tx.run(mark_log, elsewhere=None, move=None)
    assert settle_doubles(engines) == []
    fresh = open_databases(engines)
    await fresh.open()
    assert (await fresh.directory.find(W)).shard.name == OTHER
    assert await fresh.read(W, seqs) == [1, 2]
    await fresh.close()
    with Session(engines[OTHER], W) as session, session.transaction() as tx:
        tx.run(Statement(delete(log).where(log.c.workspace_id == HERE)))
    assert settle_doubles(engines) == [W]
