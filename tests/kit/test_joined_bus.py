"""Processes on one database hear of each other in the order of the log, nothing lost and nothing twice, with NATS or without.

Each process is a `Database` with a bus of its own, as `app` joins them.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

import pytest
from nats.aio.client import Client

from lyhord.kit.bus import Bus, Committed, LocalBus, Signal, Subscription
from lyhord.kit.bus import joined as bus_module
from lyhord.kit.bus.joined import UNREACHED, SharedBus
from lyhord.kit.bus.nats import NatsLink
from lyhord.kit.clock import system_clock
from lyhord.kit.database import Database, Tx
from lyhord.kit.database.engine import Engine
from lyhord.kit.events import Catalogue, Event
from lyhord.kit.ids import HIGHEST_ID
from tests.conftest import V, W
from tests.counterparts.nats import NatsServer
from tests.waiting import grace, until


class Happened(Event, frozen=True, tag="thing.happened"):
    """An event of this test."""

    words: str = ""


def happen(tx: Tx, count: int = 1, words: str = "") -> None:
    for _ in range(count):
        tx.emit(Happened(words=words))


class Process:
    """What one process has."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self.database = database
        self.bus = bus

    async def commit(self, count: int = 1, words: str = "", workspace_id: str = W) -> None:
        await self.database.write(workspace_id, happen, count, words)


@asynccontextmanager
async def process(
    engine: Engine, address: str | None, kinds: Sequence[type[Event]] = (Happened,), **options: float
) -> AsyncIterator[Process]:
    """A process over a database, of a version that knows these kinds of event; its link leads to `address`."""
    database = Database(engine, clock=system_clock)
    await database.open()
    link = NatsLink([address]) if address else None
    bus = SharedBus(database, Catalogue(kinds), link, **options)
    database.listen(bus.publish)
    bus.start()
    try:
        yield Process(database, bus)
    finally:
        await bus.stop()
        await database.close()


class Heard:
    """Collects what a subscription brings, and begins again when it was dropped, from the log as readers do."""

    def __init__(self, bus: Bus, workspace_id: str | None = W) -> None:
        self.seqs: list[int] = []
        self.signals: list[tuple[str, dict[str, Any]]] = []
        self.subscription: Subscription = bus.subscribe(workspace_id)
        self.task = asyncio.ensure_future(self._collect())

    async def _collect(self) -> None:
        async for item in self.subscription:
            if isinstance(item, Committed):
                self.seqs += [logged.seq for logged in item.events]
            else:
                self.signals.append((item.name, dict(item.body)))

    def close(self) -> None:
        self.subscription.close()
        self.task.cancel()


@pytest.fixture
def server() -> Iterator[NatsServer]:
    with NatsServer() as server:
        yield server


def up(*processes: Process) -> bool:
    return not any(one.bus.list_troubles() for one in processes)


@pytest.fixture(params=["log", "nats"])
async def pair(request: pytest.FixtureRequest, engine: Engine) -> AsyncIterator[tuple[Process, Process]]:
    """Two processes joined by the log alone, or by NATS too."""
    address = request.getfixturevalue("server").address if request.param == "nats" else None
    async with process(engine, address) as one, process(engine, address) as other:
        await until(lambda: up(one, other))
        yield one, other


@pytest.fixture
async def joined(engine: Engine, server: NatsServer) -> AsyncIterator[tuple[Process, Process]]:
    """Two processes joined by NATS, with so seldom a look at the log that none comes during a test."""
    seldom = partial(process, engine, server.address, poll_seconds=3_600.0, beat_seconds=0.2)
    async with seldom() as one, seldom() as other:
        await until(lambda: up(one, other))
        yield one, other


async def settled(*heard: Heard, count: int) -> None:
    await until(lambda: all(len(one.seqs) >= count for one in heard))
    await grace(0.1)
    for one in heard:
        assert one.seqs == list(range(1, count + 1))


async def test_each_process_hears_of_all_commits_in_order_and_once(pair: tuple[Process, Process]) -> None:
    one, other = pair
    heard = [Heard(one.bus), Heard(other.bus), Heard(other.bus, None)]
    for _ in range(20):
        await one.commit()
        await other.commit(2)
    await settled(*heard, count=60)


async def test_writers_at_the_same_moment_do_not_mix_up_the_order(pair: tuple[Process, Process]) -> None:
    one, other = pair
    heard = [Heard(one.bus), Heard(other.bus)]
    await one.commit()
    await settled(*heard, count=1)
    await asyncio.gather(*(who.commit() for _ in range(100) for who in pair))
    await settled(*heard, count=201)


async def test_many_commits_right_after_the_first_listener_came_are_all_told(joined: tuple[Process, Process]) -> None:
    one, _ = joined
    heard = Heard(one.bus)
    await asyncio.gather(*(one.commit() for _ in range(100)))
    await settled(heard, count=100)


async def test_only_those_who_listen_to_a_workspace_hear_of_it(pair: tuple[Process, Process]) -> None:
    one, other = pair
    mine, theirs = Heard(other.bus, W), Heard(other.bus, V)
    await one.commit(3)
    await settled(mine, count=3)
    assert theirs.seqs == []


async def test_a_new_listener_misses_nothing_that_follows(pair: tuple[Process, Process]) -> None:
    one, other = pair
    await one.commit(100)
    heard = Heard(other.bus)
    await one.commit(3)
    await until(lambda: heard.seqs[-3:] == [101, 102, 103])
    assert heard.seqs == sorted(set(heard.seqs)), "maybe a few older ones, none of them twice"


async def test_a_log_that_begins_while_somebody_listens_is_told_from_its_first_event(engine: Engine) -> None:
    async with process(engine, None, poll_seconds=0.1) as one, process(engine, None, poll_seconds=0.1) as other:
        await one.commit(workspace_id=V)
        heard, everything, old = Heard(other.bus), Heard(other.bus, None), Heard(other.bus, V)
        await until(lambda: old.seqs == [1])
        await one.commit(workspace_id=V)
        await until(lambda: old.seqs == [1, 2] and everything.seqs[-1:] == [2])
        await one.commit(40)
        await until(lambda: heard.seqs == list(range(1, 41)) == everything.seqs[-40:])


async def test_whatever_fails_on_the_way_out_the_next_is_sent(
    joined: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = joined
    heard = Heard(other.bus)
    await one.commit()
    await settled(heard, count=1)

    async def fail(*_: object, **__: object) -> None:
        failed.append(True)
        raise AttributeError("a bug in the client")

    failed: list[bool] = []
    for name, workspace_id in (("publish", V), ("subscribe", HIGHEST_ID)):
        with monkeypatch.context() as patch:
            patch.setattr(Client, name, fail)
            Heard(one.bus, workspace_id)
            await one.commit()
            await until(lambda: failed)
        failed.clear()
    await one.commit()
    await settled(heard, count=4)
    assert up(one, other)


async def test_what_is_committed_while_a_listener_is_on_its_way_to_the_server_is_told_at_once(
    joined: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = joined
    subscribe = Client.subscribe
    left, gate = asyncio.Event(), asyncio.Event()

    async def arrive_late(*args: Any, **options: Any) -> Any:
        left.set()
        await gate.wait()
        return await subscribe(*args, **options)

    monkeypatch.setattr(Client, "subscribe", arrive_late)
    heard = Heard(other.bus)
    await until(left.is_set)
    await one.commit()
    gate.set()
    await settled(heard, count=1)


@pytest.mark.parametrize("by", ["log", "nats"])
async def test_a_process_of_an_earlier_version_counts_what_it_does_not_know(
    engine: Engine, server: NatsServer, by: str
) -> None:
    address, poll = (server.address, 3_600.0) if by == "nats" else (None, 0.1)
    async with (
        process(engine, address, poll_seconds=poll) as later,
        process(engine, address, (), poll_seconds=poll) as earlier,
    ):
        await until(lambda: up(later, earlier))
        heard = Heard(earlier.bus)
        for count in (1, 3):
            await later.commit(count)
        await settled(heard, count=4)


async def test_without_a_look_at_the_log_nats_tells_at_once(joined: tuple[Process, Process]) -> None:
    one, other = joined
    heard = Heard(other.bus)
    await one.commit()
    await settled(heard, count=1)
    await one.commit()
    await until(lambda: heard.seqs == [1, 2])


async def test_a_commit_too_large_for_a_message_is_read_from_the_log(joined: tuple[Process, Process]) -> None:
    one, other = joined
    heard = Heard(other.bus)
    await one.commit()
    await settled(heard, count=1)
    await one.commit(20, "x" * 100_000)
    await settled(heard, count=21)


async def test_a_hole_is_filled_from_the_log(joined: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = joined
    heard = Heard(other.bus)
    await one.commit()
    await settled(heard, count=1)
    with monkeypatch.context() as patch:
        patch.setattr(NatsLink, "send", lambda *_: None)
        await one.commit(3)
    await one.commit()
    await settled(heard, count=5)


async def test_more_than_can_be_read_on_drops_the_listeners_who_then_read_by_themselves(
    pair: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = pair
    monkeypatch.setattr(bus_module, "MOST_READ", 10)
    monkeypatch.setattr(NatsLink, "send", lambda *_: None)
    heard = Heard(other.bus)
    await one.commit()
    await settled(heard, count=1)
    await one.commit(50)
    await until(lambda: heard.subscription.dropped)
    assert heard.seqs == [1]
    again = Heard(other.bus)
    await one.commit()
    await until(lambda: again.seqs[-1:] == [52])


async def test_what_nobody_understands_harms_nobody(joined: tuple[Process, Process], server: NatsServer) -> None:
    one, other = joined
    heard = Heard(other.bus)
    stranger = NatsLink([server.address])
    stranger.start(SharedBus(one.database, Catalogue([])))
    await until(lambda: stranger.up)
    for data in (b"", b"\xc1", b"\x94\xa6events\x01\x63\x91\x94\xa7unknown\x00\xa0\xc4\x00"):
        stranger.send(W, data)
    await one.commit(2)
    await settled(heard, count=2)
    await stranger.stop()


async def test_signals_cross(joined: tuple[Process, Process]) -> None:
    one, other = joined
    here, there = Heard(one.bus), Heard(other.bus)
    await one.commit()
    await settled(there, count=1)
    one.bus.signal(W, "typing", {"agent_id": "x", "until": 5})
    await until(lambda: there.signals)
    await grace(0.1)
    assert here.signals == there.signals == [("typing", {"agent_id": "x", "until": 5})]


async def test_presence_crosses_and_counts_connections_anywhere(joined: tuple[Process, Process]) -> None:
    one, other = joined
    watching = Heard(other.bus)
    Heard(one.bus)
    leave_one = one.bus.enter(W, "agent:1")
    await until(lambda: other.bus.list_present(W) == {"agent:1"})
    leave_other = other.bus.enter(W, "agent:1")
    leave_one()
    await grace(0.5)
    assert one.bus.list_present(W) == other.bus.list_present(W) == {"agent:1"}
    leave_other()
    await until(lambda: not one.bus.list_present(W))
    assert [body["present"] for name, body in watching.signals if name == "presence"] == [True, False]


async def test_who_comes_later_learns_who_is_there(joined: tuple[Process, Process]) -> None:
    one, other = joined
    one.bus.enter(W, "agent:1")
    Heard(other.bus)
    await until(lambda: other.bus.list_present(W) == {"agent:1"})


async def test_the_people_of_a_process_that_died_leave(
    joined: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = joined
    monkeypatch.setattr(bus_module, "SILENT_SECONDS", 5.0)
    watching = Heard(other.bus)
    one.bus.enter(W, "agent:1")
    await until(lambda: other.bus.list_present(W))
    await grace(6)
    assert other.bus.list_present(W), "as long as it says so"
    monkeypatch.setattr(NatsLink, "send", lambda *_: None)
    await until(lambda: not other.bus.list_present(W))
    await until(lambda: ("presence", {"who": "agent:1", "present": False}) in watching.signals)


async def test_while_the_server_is_gone_the_log_tells_within_two_seconds_and_then_it_is_reached_again(
    engine: Engine, server: NatsServer
) -> None:
    async with process(engine, server.address) as one, process(engine, server.address) as other:
        await until(lambda: up(one, other))
        heard = [Heard(one.bus), Heard(other.bus)]
        one.bus.enter(W, "agent:1")
        await one.commit()
        await settled(*heard, count=1)
        server.kill()
        await until(lambda: one.bus.list_troubles() == other.bus.list_troubles() == [UNREACHED])
        for count in (2, 3):
            await one.commit()
            await until(lambda: len(heard[1].seqs) == count)  # noqa: B023 - awaited in this turn
        server.start()
        await until(lambda: up(one, other))
        for _ in range(10):
            await other.commit()
        await settled(*heard, count=13)
        assert bus_module.POLL_SECONDS == 2
        assert other.bus.list_present(W) == {"agent:1"}


async def test_a_server_that_takes_nothing_holds_nobody_up(engine: Engine, server: NatsServer) -> None:
    async with process(engine, server.address) as one, process(engine, server.address) as other:
        await until(lambda: up(one, other))
        heard = [Heard(one.bus), Heard(other.bus)]
        await one.commit()
        await settled(*heard, count=1)
        server.freeze()
        try:
            for _ in range(30):
                await one.commit(1, "x" * 200_000)
            await settled(*heard, count=31)
        finally:
            server.thaw()
        await other.commit()
        await settled(*heard, count=32)


async def test_a_process_starts_without_the_server_and_finds_it_later(engine: Engine) -> None:
    server = NatsServer()
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(process(engine, server.address))
        other = await stack.enter_async_context(process(engine, server.address))
        heard = Heard(other.bus)
        await one.commit()
        await settled(heard, count=1)
        assert one.bus.list_troubles() == [UNREACHED]
        stack.enter_context(server)
        await until(lambda: up(one, other))
        await one.commit()
        await settled(heard, count=2)


@pytest.fixture(params=["local", "shared"])
async def bus(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[Bus]:
    """Either bus, of one process."""
    if request.param == "local":
        yield LocalBus()
        return
    async with AsyncExitStack() as stack:
        shared_bus = SharedBus(database, Catalogue([Happened]))
        shared_bus.start()
        stack.push_async_callback(shared_bus.stop)
        yield shared_bus


def kinds(items: Sequence[Committed | Signal]) -> list[str]:
    return ["events" if isinstance(item, Committed) else item.name for item in items]


async def test_any_bus_tells_its_own_process_at_once_and_in_order(bus: Bus, database: Database) -> None:
    assert isinstance(bus, Bus)
    database.listen(bus.publish)
    with bus.subscribe(W) as mine, bus.subscribe(None) as everything:
        await database.write(W, happen)
        first = await anext(mine)
        assert isinstance(first, Committed)
        await database.write(W, happen, 2)
        bus.signal(W, "typing", {})
        leave = bus.enter(W, "agent:1")
        assert bus.list_present(W) == {"agent:1"}
        leave()
        items = [first, *mine.take()]
        assert kinds(items) == ["events", "events", "typing", "presence", "presence"]
        assert [logged.seq for item in items if isinstance(item, Committed) for logged in item.events] == [1, 2, 3]
        assert kinds(everything.take()) == kinds(items)
    assert bus.list_troubles() == []
