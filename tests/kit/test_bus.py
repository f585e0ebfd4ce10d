"""The bus tells everybody in order, forgets nobody silently, and never harms who publishes."""

import asyncio

from lyhord.kit.bus import CAP, Committed, LocalBus, Signal
from lyhord.kit.events import Event, Logged


class Happened(Event, frozen=True, tag="thing.happened"):
    """An event of this test."""


def batch(first: int, count: int = 1) -> list[Logged]:
    return [Logged(seq, "thing.happened", 0, "system", Happened()) for seq in range(first, first + count)]


async def test_a_subscriber_hears_its_workspace_in_order_and_no_other() -> None:
    bus = LocalBus()
    with bus.subscribe("a") as mine, bus.subscribe(None) as everything:
        bus.publish("a", 1, batch(1))
        bus.publish("b", 7, batch(1))
        bus.signal("a", "typing", {"agent_id": "x"})
        bus.publish("a", 1, batch(2, 2))
        heard = [await anext(mine) for _ in range(3)]
        assert [type(item) for item in heard] == [Committed, Signal, Committed]
        assert [logged.seq for logged in (*heard[0].events, *heard[2].events)] == [1, 2, 3]  # type: ignore[union-attr]
        assert mine.take() == []
        assert [item.workspace_id for item in everything.take()] == ["a", "b", "a", "a"]


async def test_every_subscriber_gets_the_same_objects() -> None:
    bus = LocalBus()
    with bus.subscribe("a") as one, bus.subscribe("a") as two:
        bus.publish("a", 1, batch(1))
        assert await anext(one) is await anext(two)


async def test_a_waiting_reader_is_woken() -> None:
    bus = LocalBus()
    with bus.subscribe("a") as mine:
        waiting = asyncio.ensure_future(anext(mine))
        await asyncio.sleep(0)
        assert not waiting.done()
        bus.publish("a", 3, batch(9))
        item = await waiting
        assert isinstance(item, Committed)
        assert (item.epoch, item.events[0].seq) == (3, 9)


async def test_a_slow_reader_is_dropped_and_told_while_others_and_the_publisher_go_on() -> None:
    bus = LocalBus()
    told: list[str] = []
    slow = bus.subscribe("a", on_drop=lambda: told.append("dropped"))
    with bus.subscribe("a", cap=10_000) as quick:
        for seq in range(1, CAP + 2):
            bus.publish("a", 1, batch(seq))
        await asyncio.sleep(0)
        assert slow.dropped
        assert told == ["dropped"]
        assert [item async for item in slow] == []
        assert len(quick.take()) == CAP + 1
        assert not quick.dropped


async def test_one_large_commit_does_not_drop_a_reader_that_keeps_up() -> None:
    bus = LocalBus()
    with bus.subscribe("a", cap=4) as mine:
        for first in (1, 101, 201):
            bus.publish("a", 1, batch(first, 100))
            item = await anext(mine)
            assert isinstance(item, Committed)
            assert len(item.events) == 100
        assert not mine.dropped
        bus.publish("a", 1, batch(301, 100))
        bus.publish("a", 1, batch(401))
        assert mine.dropped


async def test_a_listener_that_fails_when_dropped_harms_nobody() -> None:
    bus = LocalBus()
    failures: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context["exception"]))

    def fail() -> None:
        raise RuntimeError("mine")

    bus.subscribe("a", cap=1, on_drop=fail)
    with bus.subscribe("a") as other:
        bus.publish("a", 1, batch(1))
        bus.publish("a", 1, batch(2))
        await asyncio.sleep(0)
        assert len(other.take()) == 2
    assert [str(failure) for failure in failures] == ["mine"]


async def test_closing_ends_the_iteration_after_what_was_heard() -> None:
    bus = LocalBus()
    mine = bus.subscribe("a")
    bus.publish("a", 1, batch(1))
    mine.close()
    mine.close()
    bus.publish("a", 1, batch(2))
    assert len([item async for item in mine]) == 1
    assert not mine.dropped
    assert not bus._of_workspace


async def test_presence_tells_of_the_first_connection_and_of_the_last() -> None:
    bus = LocalBus()
    with bus.subscribe("a") as mine:
        first = bus.enter("a", "agent:1")
        second = bus.enter("a", "agent:1")
        assert bus.list_present("a") == {"agent:1"}
        assert bus.list_present("b") == frozenset()
        first()
        first()
        assert bus.list_present("a") == {"agent:1"}
        second()
        assert bus.list_present("a") == frozenset()
        assert [item.body["present"] for item in mine.take() if isinstance(item, Signal)] == [True, False]
