"""A job is done, or it is there: dying workers, lost leases and failures change when, never whether."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from sqlalchemy import create_engine, select

from lyhord.kit.clock import HOUR, SECOND
from lyhord.kit.database import Database, ReadTx, Statement, Tx
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.jobs_table import enqueue, job
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.events import Catalogue, Event, Logged
from lyhord.kit.ids import RisingIds
from lyhord.kit.jobs import Context, Handler, JobRunner, Work
from lyhord.kit.leases import (
    DIED,
    GiveUp,
    Job,
    Later,
    LeaseLost,
    Patience,
    claim_jobs,
    finish_job,
    list_ended,
    put_back,
    retry_job,
)
from tests import waiting
from tests.conftest import StoppedClock, V, W
from tests.waiting import until


class Happened(Event, frozen=True, tag="thing.happened"):
    """An event of this test."""

    number: int = 0


_jobs = Statement(select(job.c.id, job.c.due_at, job.c.attempts, job.c.error).order_by(job.c.id))
PATIENCE = Patience(attempts=3, seconds=60)
KINDS = {"call": PATIENCE}


def jobs(tx: ReadTx) -> list[tuple[Any, ...]]:
    return tx.all(_jobs)


def runner(database: Database, handler: Handler, **more: Any) -> JobRunner:
    return JobRunner(database, Catalogue([Happened]), {"call": Work(handler, PATIENCE)}, **more)


class Calls:
    """A handler that does as it was told, call by call, then succeeds."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.bodies: list[Any] = []

    async def __call__(self, context: Context, one: Job) -> None:
        self.bodies.append((context.workspace_id, one.read(dict[str, int])["n"], one.attempt))
        if self.failures:
            raise self.failures.pop(0)


async def test_a_done_job_is_gone(database: Database) -> None:
    calls = Calls()
    await database.write(W, enqueue, "call", {"n": 1})
    await database.write(V, enqueue, "call", {"n": 2})
    await runner(database, calls).catch_up()
    assert sorted(calls.bodies) == [(V, 2, 1), (W, 1, 1)]
    assert await database.read(W, jobs) == []


async def test_a_job_waits_for_its_time(database: Database, clock: StoppedClock) -> None:
    calls = Calls()
    await database.write(W, lambda tx: enqueue(tx, "call", {"n": 1}, due_at=clock.now + HOUR))
    await runner(database, calls).catch_up()
    assert calls.bodies == []
    clock.move(HOUR)
    await runner(database, calls).catch_up()
    assert len(calls.bodies) == 1


async def test_failures_back_off_and_end_visibly(database: Database, clock: StoppedClock) -> None:
    calls = Calls(ValueError("one"), Later(90, "two"), ValueError("three"))
    job_id = await database.write(W, enqueue, "call", {"n": 1})
    work = runner(database, calls)
    await work.catch_up()
    (row,) = await database.read(W, jobs)
    assert clock.now <= row[1] <= clock.now + SECOND
    assert (row[2], row[3]) == (1, "ValueError('one')")
    clock.now = row[1]
    await work.catch_up()
    assert await database.read(W, jobs) == [(job_id, clock.now + 90 * SECOND, 2, "two")]
    clock.move(90 * SECOND)
    await work.catch_up()
    (ended,) = await database.read(W, list_ended)
    assert (ended.id, ended.kind, ended.attempts, ended.error) == (job_id, "call", 3, "ValueError('three')")
    assert len(calls.bodies) == 3
    assert await database.read(V, list_ended) == []


async def test_an_ended_job_can_be_begun_anew(database: Database) -> None:
    calls = Calls(GiveUp("no use"))
    job_id = await database.write(W, enqueue, "call", {"n": 1})
    work = runner(database, calls)
    await work.catch_up()
    assert [ended.error for ended in await database.read(W, list_ended)] == ["no use"]
    assert not await database.write(V, retry_job, job_id)
    assert await database.write(W, retry_job, job_id)
    await work.catch_up()
    assert [body[2] for body in calls.bodies] == [1, 1]
    assert await database.read(W, jobs) == []


async def test_a_body_that_cannot_be_read_ends_at_once(database: Database) -> None:
    await database.write(W, enqueue, "call", ["nonsense"])
    await runner(database, Calls()).catch_up()
    (ended,) = await database.read(W, list_ended)
    assert ended.attempts == 1


async def test_kinds_that_this_process_does_not_know_are_left_alone(database: Database) -> None:
    await database.write(W, enqueue, "newer", {})
    await runner(database, Calls()).catch_up()
    assert [row[2] for row in await database.read(W, jobs)] == [0]


async def test_a_worker_that_dies_loses_the_lease_and_nothing_else(database: Database, clock: StoppedClock) -> None:
    await database.write(W, enqueue, "call", {"n": 1})
    (lost,) = await database.write(W, claim_jobs, KINDS, 5)
    assert await database.write(W, claim_jobs, KINDS, 5) == []
    clock.move(60 * SECOND)
    (mine,) = await database.write(W, claim_jobs, KINDS, 5)
    assert (mine.id, mine.attempt) == (lost.id, 2)
    assert not await database.write(W, finish_job, lost)
    assert not await database.write(W, lambda tx: put_back(tx, lost, due_at=None, error="late"))
    with pytest.raises(LeaseLost):
        await database.write(W, lost.complete)
    assert await database.write(W, finish_job, mine)
    assert await database.read(W, jobs) == []


async def test_a_job_that_kills_its_workers_ends(database: Database, clock: StoppedClock) -> None:
    await database.write(W, enqueue, "call", {"n": 1})
    for _ in range(3):
        assert len(await database.write(W, claim_jobs, KINDS, 5)) == 1
        clock.move(60 * SECOND)
    assert await database.write(W, claim_jobs, KINDS, 5) == []
    (ended,) = await database.read(W, list_ended)
    assert (ended.attempts, ended.error) == (4, DIED)


async def test_effect_and_end_can_be_one(database: Database) -> None:
    async def handle(context: Context, one: Job) -> None:
        def effect(tx: Tx) -> None:
            one.complete(tx)
            tx.emit(Happened(number=1))

        await context.database.write(context.workspace_id, effect)
        with pytest.raises(LeaseLost):
            await context.database.write(context.workspace_id, effect)

    heard: list[Logged] = []
    database.listen(lambda _workspace, _epoch, events: heard.extend(events))
    await database.write(W, enqueue, "call", {"n": 1})
    await runner(database, handle).catch_up()
    assert len(heard) == 1
    assert await database.read(W, jobs) == []


async def test_no_more_than_allowed_run_at_once_and_all_run(database: Database) -> None:
    running, most, done = 0, 0, 0

    async def handle(_context: Context, _one: Job) -> None:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        await until(lambda: most == 3)
        running -= 1
        done += 1

    for n in range(10):
        await database.write(W, enqueue, "call", {"n": n})
    await runner(database, handle, at_once=3).catch_up()
    assert (most, done) == (3, 10)


async def test_two_processes_do_each_job_once(database: Database, engine: Engine, clock: StoppedClock) -> None:
    other = Database(engine, clock=clock)
    await other.open()
    try:
        calls = Calls()
        for n in range(30):
            await database.write(W, enqueue, "call", {"n": n})
        await asyncio.gather(runner(database, calls).catch_up(), runner(other, calls).catch_up())
        assert sorted(body[1] for body in calls.bodies) == list(range(30))
    finally:
        await other.close()


async def test_running_it_hears_pokes_and_stops(database: Database) -> None:
    started, stopped = asyncio.Event(), asyncio.Event()

    async def handle(_context: Context, _one: Job) -> None:
        started.set()
        try:
            await asyncio.sleep(3600)
        finally:
            stopped.set()

    work = runner(database, handle, poll_seconds=3600)
    task = asyncio.ensure_future(work.run())
    await asyncio.sleep(0)
    await database.write(W, enqueue, "call", {"n": 1})
    work.poke()
    async with asyncio.timeout(waiting.PATIENCE):
        await started.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert stopped.is_set()
    assert [row[2] for row in await database.read(W, jobs)] == [1]


broken = True


def react_to_things(tx: Tx, events: Sequence[Logged]) -> None:
    """A reaction that fails while it is broken."""
    if broken:
        raise ValueError("broken")
    for logged in events:
        assert isinstance(logged.event, Happened)
        enqueue(tx, "done", {"number": logged.event.number, "seq": logged.seq})


@pytest.fixture
async def reacting(engine: Engine, clock: StoppedClock) -> AsyncIterator[Database]:
    reactions = Reactions({react_to_things: [Happened]})
    database = Database(engine, clock=clock, reactions=reactions)
    await database.open()
    yield database
    await database.close()


_done = Statement(select(job.c.body).where(job.c.kind == "done"))


async def test_a_failed_reaction_runs_again_over_its_own_events(
    reacting: Database, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def emit(tx: Tx, *numbers: int) -> None:
        for number in numbers:
            tx.emit(Happened(number=number))

    await reacting.write(W, emit, 1, 2)
    work = JobRunner(reacting, Catalogue([Happened]), {})
    await work.catch_up()
    (row,) = await reacting.read(W, jobs)
    assert row[2] >= 1  # the pause that chance chose may be none
    assert row[3] == "ValueError('broken')"
    monkeypatch.setitem(react_to_things.__globals__, "broken", False)
    await reacting.write(W, emit, 3)
    clock.move(SECOND)
    await work.catch_up()
    bodies = await reacting.read(W, lambda tx: sorted(row[0] for row in tx.all(_done)))
    assert bodies == [f'{{"number":{n},"seq":{n}}}' for n in (1, 2, 3)]


async def test_a_reaction_whose_lease_was_lost_has_no_effect(
    reacting: Database, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reacting.write(W, lambda tx: tx.emit(Happened(number=1)))
    kinds = {"reaction.react_to_things": PATIENCE}
    (lost,) = await reacting.write(W, claim_jobs, kinds, 5)
    clock.move(HOUR)
    assert len(await reacting.write(W, claim_jobs, kinds, 5)) == 1
    monkeypatch.setitem(react_to_things.__globals__, "broken", False)
    work = JobRunner(reacting, Catalogue([Happened]), {})
    with pytest.raises(LeaseLost):
        await work._react(Context(reacting, W), lost)
    assert await reacting.read(W, lambda tx: tx.all(_done)) == []


class Workers(RuleBasedStateMachine):
    """Workers that die and answer too late: every job is done at least once, and not again once its end is written."""

    def __init__(self) -> None:
        super().__init__()
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        job.create(create_engine("sqlite://", creator=lambda: self.connection))
        self.now = 1_000_000
        self.ids = RisingIds()
        self.made: set[str] = set()
        self.done: set[str] = set()
        self.finished: set[str] = set()
        self.open: list[Job] = []

    def write(self, action: Any, *args: Any) -> Any:
        cursor = self.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        result = action(Tx(cursor, Sqlite(Path(":memory:")), W, self.now, self.ids), *args)
        cursor.execute("COMMIT")
        return result

    def claim(self) -> list[Job]:
        claimed: list[Job] = self.write(claim_jobs, {"call": Patience(attempts=1000)}, 3)
        assert not {one.id for one in claimed} & self.finished
        return claimed

    @rule()
    def make(self) -> None:
        self.made.add(self.write(enqueue, "call", {}))

    @rule()
    def start(self) -> None:
        self.open.extend(self.claim())

    @rule(data=st.data(), way=st.sampled_from(["die", "do and die", "do", "fail"]))
    def go_on(self, data: st.DataObject, way: str) -> None:
        if not self.open:
            return
        one = self.open.pop(data.draw(st.integers(0, len(self.open) - 1)))
        if way in {"do", "do and die"}:
            self.done.add(one.id)
        if way == "do" and self.write(finish_job, one):
            self.finished.add(one.id)
        if way == "fail":
            self.write(lambda tx: put_back(tx, one, due_at=self.now + 5 * SECOND, error="x"))

    @rule(seconds=st.sampled_from([1, 30, 61]))
    def wait(self, seconds: int) -> None:
        self.now += seconds * SECOND

    def teardown(self) -> None:  # type: ignore[explicit-override]
        for _ in range(len(self.made) + 1):
            self.now += 61 * SECOND
            for one in self.claim():
                self.done.add(one.id)
                assert self.write(finish_job, one)
        assert self.done == self.made
        assert self.write(jobs) == []
        self.connection.close()


TestWorkers = Workers.TestCase
TestWorkers.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
