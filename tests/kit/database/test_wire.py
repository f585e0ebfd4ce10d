"""What waits for the next answer on PostgreSQL, and what that means for errors. Where it holds for both engines, both are asked."""

from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy import bindparam, insert, select

from lyhord.kit.cursors import cursor
from lyhord.kit.database import Conflict, Database, ReadTx, Statement, Tx
from lyhord.kit.database.postgres import Postgres
from lyhord.kit.database.wire import MOST_PREPARED, Wire
from tests.conftest import ENGINE, W

only_postgres = pytest.mark.skipif(ENGINE != "postgresql", reason="SQLite has no round trips")
PUT = Statement(insert(cursor))
NAMES = Statement(
    select(cursor.c.name).where(cursor.c.workspace_id == bindparam("workspace_id")).order_by(cursor.c.name)
)


def put(tx: Tx, *names: str) -> None:
    """Rows that nobody waits for."""
    tx.run_many(
        PUT,
        [{"name": one, "epoch": 1, "seq": 0, "failures": 0, "error": None, "changed_at": 0} for one in names],
    )


def names(tx: ReadTx) -> list[str]:
    return [row[0] for row in tx.all(NAMES)]


def alone(tx: Tx, *acts: Callable[[], object]) -> None:
    """Do all of them in a part of their own."""
    with tx.alone():
        for act in acts:
            act()


def fail() -> None:
    raise ZeroDivisionError


async def test_what_a_part_wrote_wrongly_is_undone_with_that_part_alone(database: Database) -> None:
    def act(tx: Tx) -> list[str]:
        put(tx, "before")
        with pytest.raises(Exception, match=r"(?i)unique"):
            alone(tx, lambda: put(tx, "inside"), lambda: put(tx, "before"))
        with pytest.raises(ZeroDivisionError):
            alone(tx, lambda: put(tx, "inside"), fail)
        put(tx, "after")
        return names(tx)

    assert await database.write(W, act) == ["after", "before"]
    assert await database.read(W, names) == ["after", "before"]


async def test_an_error_before_a_part_isnt_taken_for_that_parts_own(database: Database) -> None:
    """What an action wrote wrongly fails the action, also where its reaction is what is sent next."""
    inside = []

    def act(tx: Tx) -> None:
        with pytest.raises(Exception, match=r"(?i)unique"):
            alone(tx, lambda: put(tx, "taken"), lambda: alone(tx, lambda: inside.append(1)))

    await database.write(W, put, "taken")
    await database.write(W, act)
    assert not inside
    assert await database.read(W, names) == ["taken"]


@pytest.mark.parametrize("ask", [True, False])
async def test_parts_within_parts_are_undone_from_the_inside(database: Database, ask: bool) -> None:
    def act(tx: Tx) -> None:
        def look() -> None:
            if ask:
                names(tx)

        put(tx, "outer")
        look()
        with pytest.raises(ZeroDivisionError):
            alone(
                tx, lambda: put(tx, "middle"), lambda: alone(tx, look), lambda: alone(tx, lambda: put(tx, "in")), fail
            )
        with pytest.raises(ZeroDivisionError):
            alone(tx, lambda: put(tx, "middle"), look, lambda: alone(tx, look), fail)
        alone(tx, lambda: caught(tx, fail), lambda: put(tx, "kept"))

    def caught(tx: Tx, act: Callable[[], object]) -> None:
        with pytest.raises(ZeroDivisionError):
            alone(tx, act)

    await database.write(W, act)
    assert await database.read(W, names) == ["kept", "outer"]


async def test_an_action_whose_last_rows_are_wrong_fails_alone(database: Database) -> None:
    with pytest.raises(Conflict):
        await database.write(W, put, "one", "two", "one")
    await database.write(W, put, "three")
    assert await database.read(W, names) == ["three"]


@only_postgres
async def test_a_transaction_takes_few_round_trips(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    trips = count_trips(monkeypatch)
    await database.write(W, put, "one", "two")
    assert trips() == 5  # no log, make one, lock it; rows; events and commit
    await database.write(W, put, "three", "four")
    assert trips() == 3  # lock the log; rows; events and commit
    assert await database.read(W, names) == ["four", "one", "three", "two"]
    assert trips() == 2  # of which nobody waits for the second, the end


def count_trips(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """What was sent since it was asked last."""
    sent, send = [0], Wire._send

    def counting(wire: Wire) -> None:
        sent[0] += 1
        send(wire)

    def told() -> int:
        count, sent[0] = sent[0], 0
        return count

    monkeypatch.setattr(Wire, "_send", counting)
    return told


@only_postgres
async def test_text_with_an_end_inside_is_refused(database: Database) -> None:
    for rows in (["a\0b"], ["a\0b", "c"]):
        with pytest.raises(psycopg.DataError):
            await database.write(W, put, *rows)
    assert await database.read(W, names) == []


@only_postgres
def test_more_statements_than_are_prepared_run_all_the_same(engine: Postgres) -> None:
    connection = engine.connect(write=False)
    try:
        cursor = connection.cursor()
        for _ in range(3):
            for number in range(MOST_PREPARED + 5):
                assert cursor.execute(f"SELECT {number}, %(given)s", {"given": "it"}).fetchall() == [(number, "it")]
        prepared = cursor.execute("SELECT count(*) FROM pg_prepared_statements").fetchall()
        assert prepared == [(MOST_PREPARED,)]
    finally:
        connection.close()


@only_postgres
def test_a_statement_that_couldnt_be_prepared_is_prepared_later(engine: Postgres) -> None:
    connection = engine.connect(write=True)
    try:
        cursor = connection.cursor()
        for _ in range(3):
            with pytest.raises(psycopg.errors.UndefinedTable):
                cursor.execute("SELECT a FROM later_made")
        cursor.execute("CREATE TEMPORARY TABLE later_made AS SELECT 5 AS a")
        for _ in range(3):
            assert cursor.execute("SELECT a FROM later_made").fetchall() == [(5,)]
    finally:
        connection.close()
