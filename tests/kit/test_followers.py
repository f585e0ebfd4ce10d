"""A follower sees every event of its kinds once, in order, whatever fails, dies or runs beside it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, update

from lyhord.app.schema import connect
from lyhord.kit import followers as followers_module
from lyhord.kit.cursors import cursor, list_set_aside
from lyhord.kit.database import Database, Id, Millis, ReadTx, Statement, Tx
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.log import log
from lyhord.kit.events import Catalogue, Event, Logged
from lyhord.kit.followers import Follower, FollowerRunner, Read
from lyhord.kit.storing import Outdated
from tests.conftest import V, W
from tests.waiting import PATIENCE


class Counted(Event, frozen=True, tag="thing.counted"):
    """An event that followers here want."""

    number: int = 0


class Passed(Event, frozen=True, tag="thing.passed"):
    """One that they don't."""


_own = MetaData()
seen = Table(
    "test_seen",
    _own,
    Column("workspace_id", Id, primary_key=True),
    Column("order", Integer, primary_key=True),
    Column("seq", Millis, nullable=False),
)
_insert_seen = Statement(insert(seen))
_list_seen = Statement(select(seen.c.seq).where(seen.c.workspace_id == W).order_by(seen.c.order))
CATALOGUE = Catalogue([Counted, Passed])
CURSOR = Statement(select(cursor.c.epoch, cursor.c.seq, cursor.c.failures, cursor.c.error))


@pytest.fixture(autouse=True)
def table(database: Database, engine: Engine) -> None:
    """What followers write down here, beside the product's tables."""
    with connect(engine) as connection:
        _own.create_all(connection)


def list_seen(tx: ReadTx) -> list[int]:
    return [row[0] for row in tx.all(_list_seen)]


def emit(tx: Tx, first: int, count: int, kind: type[Event] = Counted) -> None:
    for number in range(first, first + count):
        tx.emit(Counted(number=number) if kind is Counted else kind())


def keeping(poison: frozenset[int] = frozenset(), sizes: list[int] | None = None) -> Callable[..., None]:
    """A handler that writes down what it saw, and fails at the numbers in `poison`."""

    def handle(tx: Tx, events: Sequence[Logged]) -> None:
        if sizes is not None:
            sizes.append(len(events))
        so_far = len(list_seen(tx))
        rows = [{"order": so_far + i, "seq": logged.seq} for i, logged in enumerate(events)]
        tx.run_many(_insert_seen, rows)
        for logged in events:
            assert isinstance(logged.event, Counted)
            if logged.event.number in poison:
                raise ValueError(f"can't bear {logged.event.number}")

    return handle


def running(database: Database, *followers: Follower, **settings: Any) -> FollowerRunner:
    return FollowerRunner(database, CATALOGUE, followers, patience_seconds=0, **settings)


async def test_a_new_follower_handles_the_whole_log_in_batches(database: Database) -> None:
    sizes: list[int] = []
    await database.write(W, emit, 1, 25)
    await running(database, Follower("f", (Counted,), keeping(sizes=sizes), batch=10)).catch_up()
    assert await database.read(W, list_seen) == list(range(1, 26))
    assert sizes == [10, 10, 5]


async def test_one_that_starts_at_the_head_hears_only_what_comes_after(database: Database) -> None:
    runner = running(database, Follower("f", (Counted,), keeping(), start="head"))
    await database.write(W, emit, 1, 3)
    await runner.catch_up()
    assert await database.read(W, list_seen) == []
    await database.write(W, emit, 4, 2)
    await runner.catch_up()
    assert await database.read(W, list_seen) == [4, 5]


async def test_what_it_does_not_follow_passes_without_a_write(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = running(database, Follower("f", (Counted,), keeping()))
    await database.write(W, emit, 1, 1)
    await database.write(W, emit, 1, 4, Passed)
    await runner.catch_up()
    row = await database.read(W, lambda tx: tx.one(CURSOR))
    assert row is not None
    assert row[1] in {1, 5}
    await database.write(W, emit, 1, 4, Passed)
    await runner.catch_up()
    assert await database.read(W, lambda tx: tx.one(CURSOR)) == row
    monkeypatch.setattr(followers_module, "SKIP", 3)
    await database.write(W, emit, 1, 4, Passed)
    await runner.catch_up()
    assert await database.read(W, lambda tx: tx.one(CURSOR)) == (1, 13, 0, None)


async def test_a_poison_event_is_tried_three_times_then_set_aside_and_the_rest_is_handled_once(
    database: Database,
) -> None:
    await database.write(W, emit, 1, 40)
    runner = running(database, Follower("f", None, keeping(frozenset({13, 14})), batch=16))
    for attempt in range(1, 4):
        await runner.catch_up()
        if attempt < 3:
            row = await database.read(W, lambda tx: tx.one(CURSOR))
            assert row is not None
            assert (row[1], row[2]) == (12, attempt)
            assert "can't bear 13" in row[3]
            assert await database.read(W, list_set_aside) == []
    for _ in range(3):
        await runner.catch_up()
    assert await database.read(W, list_seen) == [seq for seq in range(1, 41) if seq not in {13, 14}]
    aside = await database.read(W, list_set_aside)
    assert sorted((row.follower, row.epoch, row.seq) for row in aside) == [("f", 1, 13), ("f", 1, 14)]
    assert all("can't bear" in row.error for row in aside)
    assert await database.read(W, lambda tx: tx.one(CURSOR)) == (1, 40, 0, None)


async def test_failures_are_counted_across_processes(database: Database) -> None:
    await database.write(W, emit, 1, 1)
    tries: list[int] = []
    follower = Follower("f", None, keeping(frozenset({1}), tries))
    for _ in range(5):
        await running(database, follower).catch_up()
    assert len(tries) == 3
    assert len(await database.read(W, list_set_aside)) == 1


async def test_an_event_that_no_release_knows_is_set_aside_too(database: Database) -> None:
    class Strange(Event, frozen=True, tag="thing.strange"):
        """Of a newer release."""

    await database.write(W, emit, 1, 2)
    await database.write(W, emit, 0, 1, Strange)
    await database.write(W, emit, 4, 2)
    runner = running(
        database,
        Follower("f", None, keeping()),
    )
    for _ in range(3):
        await runner.catch_up()
    assert await database.read(W, list_seen) == [1, 2, 4, 5]
    aside = await database.read(W, list_set_aside)
    assert [row.seq for row in aside] == [3]
    assert "thing.strange" in aside[0].error


async def test_one_followers_trouble_holds_up_no_other_and_no_other_workspace(database: Database) -> None:
    heard: list[tuple[str, int]] = []

    def note(tx: Tx, events: Sequence[Logged]) -> None:
        heard.extend((tx.workspace_id, logged.seq) for logged in events)

    await database.write(W, emit, 1, 2)
    await database.write(V, emit, 7, 1)
    runner = FollowerRunner(
        database,
        CATALOGUE,
        [Follower("bad", None, keeping(frozenset({1}))), Follower("good", None, note)],
        patience_seconds=3600,
    )
    await runner.catch_up()
    assert sorted(heard) == [(V, 1), (W, 1), (W, 2)]
    assert await database.read(W, list_seen) == []


async def test_two_processes_share_the_work_and_nothing_happens_twice(database: Database, engine: Engine) -> None:
    other = Database(engine)
    await other.open()
    try:
        await database.write(W, emit, 1, 200)
        follower = Follower("f", None, keeping(), batch=7)
        await asyncio.gather(*[running(each, follower).catch_up() for each in (database, other, database)])
        assert await database.read(W, list_seen) == list(range(1, 201))
    finally:
        await other.close()


async def test_after_a_restore_it_goes_on_in_the_new_epoch(database: Database, engine: Engine) -> None:
    runner = running(database, Follower("f", (Counted,), keeping()))
    await database.write(W, emit, 1, 3)
    await runner.catch_up()
    with connect(engine) as connection:
        connection.execute(update(log).values(epoch=2))
    await database.write(W, emit, 4, 2)
    await runner.catch_up()
    assert await database.read(W, list_seen) == [1, 2, 3, 4, 5]
    assert await database.read(W, lambda tx: tx.one(CURSOR)) == (2, 5, 0, None)


async def test_what_a_follower_emits_is_followed_too(database: Database) -> None:
    def answer(tx: Tx, events: Sequence[Logged]) -> None:
        for logged in events:
            assert isinstance(logged.event, Counted)
            if logged.event.number < 3:
                tx.emit(Counted(number=logged.event.number + 1))

    await database.write(W, emit, 1, 1)
    await running(database, Follower("f", (Counted,), keeping()), Follower("g", (Counted,), answer)).catch_up()
    assert await database.read(W, list_seen) == [1, 2, 3]


async def test_running_it_follows_pokes_and_finds_what_no_poke_told_of(database: Database) -> None:
    handled = asyncio.Event()
    loop = asyncio.get_running_loop()

    def note(_tx: Tx, _events: Sequence[Logged]) -> None:
        loop.call_soon_threadsafe(handled.set)

    for poked in (True, False):
        runner = running(database, Follower(f"f{poked}", None, note), poll_seconds=3600 if poked else 0.01)
        task = asyncio.ensure_future(runner.run())
        try:
            for number in (1, 2):
                handled.clear()
                await database.write(W, emit, number, 1)
                if poked:
                    runner.poke(W)
                async with asyncio.timeout(PATIENCE):
                    await handled.wait()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_what_is_prepared_is_handed_over_before_anybody_writes(database: Database) -> None:
    steps: list[str] = []

    def look(tx: ReadTx) -> None:
        with pytest.raises(AttributeError):
            tx.emit  # type: ignore[attr-defined]  # noqa: B018

    async def prepare(read: Read, events: Sequence[Logged]) -> list[int]:
        steps.append("prepare")
        await read(look)
        return [logged.seq for logged in events]

    def handle(tx: Tx, events: Sequence[Logged], prepared: list[int]) -> None:
        steps.append("handle")
        assert prepared == [logged.seq for logged in events]
        keeping()(tx, events)

    def last(_tx: Tx, _events: Sequence[Logged]) -> None:
        steps.append("last")

    await database.write(W, emit, 1, 3)
    prepared = Follower("slow", (Counted,), handle, prepare=prepare)
    await running(database, prepared, Follower("last", (Counted,), last)).catch_up()
    assert await database.read(W, list_seen) == [1, 2, 3]
    assert steps == ["prepare", "handle", "last"]  # who stands behind it finds what it wrote


async def test_what_cant_be_prepared_is_set_aside_like_what_cant_be_handled(database: Database) -> None:
    async def prepare(_read: Read, events: Sequence[Logged]) -> None:
        for logged in events:
            assert isinstance(logged.event, Counted)
            if logged.event.number == 2:
                raise ValueError("can't bear 2")

    def handle(tx: Tx, events: Sequence[Logged], prepared: None) -> None:
        keeping()(tx, events)

    await database.write(W, emit, 1, 3)
    runner = running(database, Follower("f", None, handle, prepare=prepare))
    for _ in range(3):
        await runner.catch_up()
    assert await database.read(W, list_seen) == [1, 3]
    assert [(row.seq, row.error) for row in await database.read(W, list_set_aside)] == [
        (2, 'ValueError("can\'t bear 2")')
    ]


async def test_whoever_loses_the_race_prepares_anew_and_nothing_happens_twice(
    database: Database, engine: Engine
) -> None:
    other = Database(engine)
    await other.open()
    prepared: list[int] = []

    async def prepare(_read: Read, events: Sequence[Logged]) -> int:
        prepared.extend(logged.seq for logged in events)
        return len(events)

    def handle(tx: Tx, events: Sequence[Logged], count: int) -> None:
        assert count == len(events)
        keeping()(tx, events)

    try:
        await database.write(W, emit, 1, 60)
        follower = Follower("f", None, handle, batch=7, prepare=prepare)
        await asyncio.gather(*[running(each, follower).catch_up() for each in (database, other)])
        assert await database.read(W, list_seen) == list(range(1, 61))
        assert sorted(set(prepared)) == list(range(1, 61))
    finally:
        await other.close()


async def test_who_prepares_too_long_holds_up_nobody_and_writes_when_it_is_ready(database: Database) -> None:
    ready, other = asyncio.Event(), asyncio.Event()

    async def prepare(_read: Read, events: Sequence[Logged]) -> int:
        await ready.wait()
        return len(events)

    def handle(tx: Tx, events: Sequence[Logged], count: int) -> None:
        assert count == len(events)
        keeping()(tx, events)

    loop = asyncio.get_running_loop()

    def last(_tx: Tx, _events: Sequence[Logged]) -> None:
        loop.call_soon_threadsafe(other.set)

    followers = [Follower("slow", (Counted,), handle, prepare=prepare), Follower("last", (Counted,), last)]
    runner = running(database, *followers, late_seconds=0.01)
    await database.write(W, emit, 1, 3)
    following = asyncio.create_task(runner.catch_up())
    async with asyncio.timeout(PATIENCE):
        await other.wait()
    assert await database.read(W, list_seen) == []
    ready.set()
    await following
    assert await database.read(W, list_seen) == [1, 2, 3]


async def test_what_is_being_prepared_ends_with_whoever_follows(database: Database) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def prepare(_read: Read, _events: Sequence[Logged]) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    follower = Follower("slow", (Counted,), lambda *_: None, prepare=prepare)
    await database.write(W, emit, 1, 1)
    following = asyncio.create_task(running(database, follower, late_seconds=0.0).run())
    async with asyncio.timeout(PATIENCE):
        await begun.wait()
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        assert ended.is_set()


async def test_what_is_outdated_when_it_is_to_be_written_is_prepared_again(database: Database) -> None:
    prepared: list[int] = []

    async def prepare(_read: Read, events: Sequence[Logged]) -> int:
        prepared.append(len(events))
        return len(prepared)

    def handle(tx: Tx, events: Sequence[Logged], times: int) -> None:
        keeping()(tx, events)
        if times < 3:
            raise Outdated

    await database.write(W, emit, 1, 3)
    await running(database, Follower("f", (Counted,), handle, prepare=prepare)).catch_up()
    assert len(prepared) == 3
    assert await database.read(W, list_seen) == [1, 2, 3]
    assert await database.read(W, list_set_aside) == []
