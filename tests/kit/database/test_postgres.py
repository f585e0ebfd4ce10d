"""What PostgreSQL adds: a second wall between workspaces, ids that are ids, transactions that are run again, a server that goes away."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import psycopg
import pytest
from sqlalchemy import insert, select

from lyhord.app.schema import all_tables, prepare
from lyhord.contacts.store import contacts_by_ids
from lyhord.contacts.tables import contact
from lyhord.kit.database import Busy, Database, ReadTx, Statement, Tx
from lyhord.kit.database.postgres import SPILLS, Postgres
from lyhord.kit.events import Event
from lyhord.kit.ids import LOWEST_ID, new_id
from lyhord.kit.problems import NotFound
from tests.conftest import StoppedClock, V, W
from tests.counterparts.postgres import Cluster, Databases
from tests.kit.database.test_plans import statements

_names_without_a_wall = Statement(select(contact.c.name).order_by(contact.c.name))
_insert = Statement(insert(contact))
_WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"


class Begun(Event, frozen=True, tag="test.begun"):
    """The first event of a workspace."""


@pytest.fixture
def address(databases: Databases) -> Iterator[str]:
    """A fresh database."""
    address = databases.take()
    yield address
    databases.give_back(address)


@pytest.fixture
async def postgres(address: str, clock: StoppedClock) -> AsyncIterator[Database]:
    """The product's database on it, with two writers."""
    database = Database(Postgres(address, writers=2), clock=clock)
    await database.open()
    yield database
    await database.close()


def add(tx: Tx, name: str, workspace_id: str | None = None) -> None:
    """A contact; of another workspace when a statement forgets whose it is."""
    row = dict.fromkeys((column.name for column in contact.c), None)
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
    tx.run(_insert, **{**row, **known, "workspace_id": workspace_id or tx.workspace_id})


def names(tx: ReadTx) -> list[str]:
    """A statement that forgot the workspace."""
    return [row[0] for row in tx.all(_names_without_a_wall)]


async def test_a_statement_that_forgets_the_workspace_still_sees_its_own_rows_alone(postgres: Database) -> None:
    await postgres.write(W, add, "Anna")
    await postgres.write(V, add, "Bo")
    assert await postgres.read(W, names) == ["Anna"]
    assert await postgres.read(V, names) == ["Bo"]
    assert await postgres.read(LOWEST_ID, names) == ["Anna", "Bo"]
    assert await postgres.write(W, names) == ["Anna"]


async def test_a_row_of_another_workspace_cannot_be_written(postgres: Database) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        await postgres.write(W, add, "Mallory", V)
    assert await postgres.read(V, names) == []


def test_every_table_of_a_workspace_has_the_wall(address: str) -> None:
    with psycopg.connect(address) as connection:
        guarded = connection.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND relkind = 'r'"
        ).fetchall()
    assert {row[0] for row in guarded} == {table.name for table in all_tables().tables.values()}


def test_without_a_workspace_nothing_is_seen(address: str) -> None:
    with psycopg.connect(address) as connection, pytest.raises(psycopg.errors.UndefinedObject):
        connection.execute("SELECT * FROM contact")


async def test_what_is_no_id_is_the_id_of_nothing(postgres: Database) -> None:
    for workspace_id in ("nonsense", "'; DROP TABLE contact; --", ""):
        with pytest.raises(NotFound):
            await postgres.read(workspace_id, names)
    with pytest.raises(NotFound):
        await postgres.read(W, lambda tx: tx.all(contacts_by_ids, ids=["nonsense"]))


@pytest.mark.parametrize(("module", "name", "statement"), list(statements()))
def test_every_statement_is_understood(
    planner: psycopg.Connection[tuple[object, ...]], module: str, name: str, statement: Statement
) -> None:
    many = statement.at_once()
    for sql in (statement.on("postgresql")[0], *([many.sql] if many else [])):
        planner.execute(f"PREPARE one AS {sql % Numbers()}")
        planner.execute("DEALLOCATE one")


class Numbers(dict[str, str]):
    """Numbers names as they come."""

    def __missing__(self, key: str) -> str:
        number: str = self.setdefault(key, f"${len(self) + 1}")
        return number


@pytest.fixture(scope="module")
def planner(cluster: Cluster, empty_template: str) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """A connection to a database with all tables, for preparing statements."""
    address = cluster.create(empty_template)
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection
    cluster.drop(address)


async def test_a_transaction_that_others_were_in_the_way_of_is_run_again(postgres: Database, address: str) -> None:
    """Two processes take two locks crosswise: PostgreSQL ends one of their transactions, and its caller never hears of it."""
    other = Database(Postgres(address, writers=1))
    await other.open()
    met, runs = threading.Barrier(2, timeout=10), []

    def cross(tx: Tx) -> None:
        first, second = (1, 2) if tx.workspace_id == W else (2, 1)
        runs.append(first)
        tx._cursor.execute(f"SELECT pg_advisory_xact_lock({first})")
        if len(runs) <= 2:
            met.wait()
        tx._cursor.execute(f"SELECT pg_advisory_xact_lock({second})")
        add(tx, "after all")

    await asyncio.gather(postgres.write(W, cross), other.write(V, cross))
    await other.close()
    assert sorted(runs) in ([1, 1, 2], [1, 2, 2])
    assert await postgres.read(W, names) == await postgres.read(V, names) == ["after all"]


async def test_two_processes_that_write_the_first_event_of_a_workspace_at_once_both_succeed(
    postgres: Database, address: str, cluster: Cluster
) -> None:
    other = Database(Postgres(address, writers=1))
    await other.open()
    begun, gate = threading.Event(), threading.Event()

    def begin(tx: Tx) -> int:
        begun.set()
        assert gate.wait(10)
        return tx.emit(Begun())

    first = asyncio.create_task(postgres.write(W, begin))
    await asyncio.to_thread(begun.wait, 10)
    second = asyncio.create_task(other.write(W, lambda tx: tx.emit(Begun())))
    with cluster.administer() as connection:
        async with asyncio.timeout(10):
            while not connection.execute(_WAITING, [address.rpartition("/")[2]]).fetchall():  # noqa: ASYNC110 - seen from outside
                await asyncio.sleep(0.01)
    gate.set()
    assert (await first, await second) == (1, 2)
    await other.close()


async def test_a_server_that_goes_away_is_busy_and_is_found_again() -> None:
    with Cluster(durable=True) as cluster:
        engine = Postgres(cluster.create(), writers=1)
        prepare(engine)
        database = Database(engine)
        await database.open()
        await database.write(W, add, "before")
        cluster.stop("immediate")
        for call in (database.write(W, add, "lost"), database.write(W, add, "lost"), database.read(W, names)):
            with pytest.raises(Busy):
                await call
        cluster.start()
        assert await eventually(lambda: database.read(W, names)) == ["before"]
        await database.write(W, add, "later")
        assert await database.read(W, names) == ["before", "later"]
        await database.close()


async def eventually(look: Callable[[], Awaitable[list[str]]]) -> list[str]:
    """What `look` answers once the database is back."""
    async with asyncio.timeout(20):
        while True:
            try:
                return await look()
            except Busy:
                await asyncio.sleep(0.1)


async def test_a_server_that_takes_no_changes_is_waited_for(postgres: Database, address: str, cluster: Cluster) -> None:
    name = address.rpartition("/")[2]
    await postgres.write(W, add, "Anna")
    with cluster.administer() as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
    for _ in range(2):
        with pytest.raises(Busy):
            await postgres.write(W, add, "Bo")
    with pytest.raises(Busy):
        await postgres.read(W, names)
    with cluster.administer() as connection:
        connection.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    await postgres.write(W, add, "Bo")
    assert await postgres.read(W, names) == ["Anna", "Bo"]


async def test_a_connection_that_takes_no_changes_any_more_is_left(postgres: Database) -> None:
    def close_down(tx: Tx) -> None:
        tx._cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")

    def add_too_late(tx: Tx) -> None:
        tx._cursor.execute("SET TRANSACTION READ ONLY")
        add(tx, "Bo")

    await postgres.write(W, close_down)
    await postgres.write(W, add, "Anna")
    with pytest.raises(Busy):
        await postgres.write(W, add_too_late)
    await postgres.write(W, add, "Cleo")
    assert await postgres.read(W, names) == ["Anna", "Cleo"]


async def test_asking_for_room_takes_some_of_the_disk(postgres: Database, address: str) -> None:
    await postgres.read(LOWEST_ID, ReadTx.need_room)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET work_mem = 64")
        plan = "\n".join(row[0] for row in connection.execute(f"EXPLAIN (ANALYZE) {SPILLS}").fetchall())
    assert "external merge  Disk: " in plan
