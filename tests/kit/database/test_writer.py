"""The writer: durable before answered, alone in failure, bounded, and never stuck."""

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import BindParameter, bindparam, select

from lyhord.kit.database import Busy, Conflict, Database, Statement, StorageFull, Tx, batched
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.database.log import append_events, log, read_events
from lyhord.kit.database.log import event as event_table
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.events import Event, kind_of
from lyhord.kit.ids import HIGHEST_ID
from tests.conftest import V, W

_here: BindParameter[str] = bindparam("workspace_id")
last_seq = Statement(select(log.c.last_seq).where(log.c.workspace_id == _here))
all_seqs = Statement(select(event_table.c.seq).where(event_table.c.workspace_id == _here).order_by(event_table.c.seq))


class Said(Event, frozen=True, kw_only=True, tag="test.said"):
    """Something to log."""

    n: int


def say(tx: Tx, n: int) -> int:
    """Log a number; refuses negative ones after logging."""
    seq = tx.emit(Said(n=n))
    if n < 0:
        raise ValueError(n)
    return seq


@batched
def say_all(tx: Tx, numbers: Sequence[int]) -> list[int]:
    """The same for a list."""
    return [say(tx, n) for n in numbers]


@pytest.mark.parametrize("action", [say, say_all])
async def test_failures_are_alone_and_leave_no_gap(database: Database, action: Callable[..., int]) -> None:
    calls = [database.write(W, action, n if n % 5 else -1) for n in range(50)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(one, ValueError) for one in results) == 10
    rows = await database.read(W, lambda tx: tx.all(all_seqs))
    assert [row[0] for row in rows] == list(range(1, 41))
    assert await database.read(W, lambda tx: tx.value(last_seq)) == 40


async def test_workspaces_have_numbers_of_their_own(database: Database) -> None:
    await asyncio.gather(*(database.write((W, V, HIGHEST_ID)[n % 3], say, n) for n in range(30)))
    for name in (W, V, HIGHEST_ID):
        assert await database.read(name, lambda tx: tx.value(last_seq)) == 10


async def test_listeners_hear_after_the_answer_and_in_order(database: Database) -> None:
    heard: list[int] = []
    database.listen(lambda _workspace, _epoch, logged: heard.extend(one.seq for one in logged))
    results = await asyncio.gather(*(database.write(W, say, n) for n in range(100)))
    await asyncio.sleep(0)
    assert heard == sorted(results) == list(range(1, 101))


async def test_a_listener_that_breaks_harms_no_caller(database: Database) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug in the bus")

    heard: list[int] = []
    database.listen(broken)
    database.listen(lambda _workspace, _epoch, logged: heard.extend(one.seq for one in logged))
    assert await database.write(W, say, 1) == 1
    assert await database.write(W, say, 2) == 2
    await asyncio.sleep(0)
    assert heard == [1, 2]


async def test_a_caller_who_went_away_holds_up_nobody(database: Database) -> None:
    task = asyncio.create_task(database.write(W, say, 1))
    await asyncio.sleep(0)
    task.cancel()
    assert await database.write(W, say, 2) in (1, 2)


async def test_what_was_answered_is_there_for_another_process(database: Database, engine: Engine) -> None:
    await database.write(W, say, 1)
    other = Database(engine)
    await other.open()
    assert await other.read(W, lambda tx: tx.all(all_seqs)) == [(1,)]
    await other.close()


async def test_a_taken_key_is_a_conflict(database: Database) -> None:
    def twice(tx: Tx) -> None:
        for _ in range(2):
            tx.run(append_events, seq=7, kind="test.said", at=0, actor="system", body="{}", trace=None)

    with pytest.raises(Conflict):
        await database.write(W, twice)


async def test_a_full_queue_says_busy_and_recovers(tmp_path: Path, database: Database) -> None:
    gate, begun = threading.Event(), threading.Event()

    def hold(_tx: Tx) -> bool:
        begun.set()
        return gate.wait(60)

    holding = asyncio.create_task(database.write(W, hold))
    await asyncio.to_thread(begun.wait, 60)
    calls = [asyncio.create_task(database.write(W, say, n)) for n in range(10_050)]
    await asyncio.sleep(0)
    gate.set()
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(one, Busy) for one in results) == 50
    assert await holding
    assert await database.write(W, say, 1) == 10_001


async def test_bulk_waits_for_people(database: Database) -> None:
    gate, begun = threading.Event(), threading.Event()
    order: list[str] = []

    def hold(_tx: Tx) -> bool:
        begun.set()
        return gate.wait(60)

    first = asyncio.create_task(database.write(W, hold))
    await asyncio.to_thread(begun.wait, 60)
    bulk = asyncio.create_task(database.write(W, lambda _tx: order.append("bulk"), bulk=True))
    await asyncio.sleep(0)
    people = asyncio.create_task(database.write(W, lambda _tx: order.append("people")))
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(first, bulk, people)
    assert order == ["people", "bulk"]


async def test_a_full_disk_refuses_and_the_same_process_goes_on_when_there_is_room(
    empty_file: bytes, tmp_path: Path
) -> None:
    (tmp_path / "small.db").write_bytes(empty_file)
    database = Database(Sqlite(tmp_path / "small.db"))
    await database.open()
    await database.write(W, say, 1)

    def limit(tx: Tx, pages: int) -> None:
        tx._cursor.execute(f"PRAGMA max_page_count = {pages}")

    def fill(tx: Tx) -> None:
        enqueue(tx, "big", "x" * 300_000)

    await database.write(W, limit, 1)
    results = [await _outcome(database.write(W, fill)) for _ in range(20)]
    assert StorageFull in results
    await database.write(W, limit, 1_000_000)
    await database.write(W, fill)
    seq = await database.write(W, say, 2)
    assert [row[0] for row in await database.read(W, lambda tx: tx.all(all_seqs))] == list(range(1, seq + 1))
    await database.close()


async def _outcome(call: Awaitable[object]) -> type[Exception] | None:
    try:
        await call
    except StorageFull as error:
        return type(error)
    return None


async def test_after_closing_nothing_is_taken_and_everything_taken_is_stored(engine: Engine) -> None:
    database = Database(engine)
    await database.open()
    calls = [asyncio.create_task(database.write(W, say, n)) for n in range(200)]
    await asyncio.sleep(0)
    await database.close()
    assert len(await asyncio.gather(*calls)) == 200
    with pytest.raises(Busy):
        await database.write(W, say, 1)


async def test_a_reader_can_change_nothing(database: Database) -> None:
    with pytest.raises((sqlite3.OperationalError, Busy), match=r"read-?only"):
        await database.read(W, lambda tx: tx._cursor.execute("DELETE FROM event"))


def test_the_wire_name_of_an_event_is_its_tag() -> None:
    assert kind_of(Said) == kind_of(Said(n=1)) == "test.said"
    assert "FOR UPDATE" not in read_events.on("sqlite")[0]


async def test_a_closed_embedded_database_is_one_file(empty_file: bytes, tmp_path: Path) -> None:
    path = tmp_path / "one.db"
    path.write_bytes(empty_file)
    database = Database(Sqlite(path))
    await database.open()
    await database.write(W, say, 1)
    await asyncio.gather(*(database.read(W, lambda tx: tx.all(all_seqs)) for _ in range(9)))
    await database.close()
    assert not any(path.with_name(f"one.db{end}").exists() for end in ("-wal", "-shm"))
