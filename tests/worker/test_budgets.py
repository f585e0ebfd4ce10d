"""What a channel bears is kept to: in all, to each peer, in each group; who waits keeps nobody else up."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lyhord.conversations.channel import Rate
from lyhord.conversations.exchange import Retry
from lyhord.kit.clock import SECOND
from lyhord.worker.accounts import Accounts
from lyhord.worker.budgets import Budgets
from lyhord.worker.heartbeat import SILENT, Heartbeat
from lyhord.worker.senders import PACED, Sender
from tests.conftest import StoppedClock
from tests.conversations.desk import Desk
from tests.waiting import until
from tests.worker.pigeon import Loft
from tests.worker.test_senders import replies, stands

ACCOUNT, PEER, GROUP = Rate("account", 3, 1), Rate("peer", 1, 1), Rate("group", 2, 60)


class Caller:
    """Asks for places as a sender does."""

    def __init__(self, clock: StoppedClock, *rates: Rate, workers: int = 1) -> None:
        self.budgets = Budgets(clock, lambda: workers)
        self.rates = rates
        self.count = 0

    def wait(self, peer: str = "ann", *, inbox: str = "i", group: str | None = None, key: str = "") -> int:
        """For how long another call, or `key`, has to wait."""
        self.count += 1
        return self.budgets.take(inbox, self.rates, peer, group, key or f"k{self.count}")


def test_so_many_go_at_once_and_the_next_get_places_later(clock: StoppedClock) -> None:
    caller = Caller(clock, ACCOUNT)
    assert [caller.wait() for _ in range(7)] == [0, 0, 0, SECOND, SECOND, SECOND, 2 * SECOND]
    assert caller.wait(inbox="other") == 0


def test_who_comes_again_has_the_place_that_was_promised(clock: StoppedClock) -> None:
    caller = Caller(clock, PEER)
    caller.wait()
    assert [caller.wait(key="mine"), caller.wait(key="mine")] == [SECOND, SECOND]
    assert caller.wait(key="later") == 2 * SECOND
    clock.move(SECOND)
    assert [caller.wait(key="mine"), caller.wait(key="later")] == [0, SECOND]


def test_who_waits_for_a_peer_takes_no_place_of_the_accounts(clock: StoppedClock) -> None:
    caller = Caller(clock, Rate("account", 2, 1), PEER)
    assert [caller.wait(), caller.wait(key="again"), caller.wait("bea"), caller.wait("cid")] == [0, SECOND, 0, SECOND]


def test_a_group_has_its_own_rate_whoever_is_answered_there(clock: StoppedClock) -> None:
    caller = Caller(clock, PEER, GROUP)
    waits = [caller.wait(who, group="g") for who in ("ann", "ann", "bea")]
    assert waits == [0, 0, 60 * SECOND]
    assert caller.wait("ann") == 0


@pytest.mark.parametrize(("calls", "workers", "at_once", "then"), [(30, 2, 15, 1000), (1, 3, 1, 3000), (2, 4, 1, 2000)])
def test_an_account_is_shared_among_workers(
    clock: StoppedClock, calls: int, workers: int, at_once: int, then: int
) -> None:
    caller = Caller(clock, Rate("account", calls, 1), workers=workers)
    assert [caller.wait() for _ in range(at_once + 1)] == [0] * at_once + [then]


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60), st.integers(1, 4))
def test_no_window_ever_has_more_than_allowed(steps: list[int], calls: int) -> None:
    clock = StoppedClock()
    caller = Caller(clock, Rate("account", calls, 1))
    places = []
    for step in steps:
        clock.move(step)
        places.append(clock.now + caller.wait())
    assert all(one <= other for one, other in pairwise(places))
    assert all(places[at + calls] - places[at] >= SECOND for at in range(len(places) - calls))


async def test_what_has_to_wait_is_queued_again_and_others_go_on(desk: Desk, loft: Loft, accounts: Accounts) -> None:
    loft.descriptor = replace(loft.descriptor, rates=(Rate("peer", 1, 5),))
    sender = Sender(desk.database, accounts, at_once=1)
    one, two, three = await replies(desk, "1", "2", "3")
    await replies(desk, "other", who="bea")
    await sender.catch_up()
    assert [text for text, _ in loft.sent] == ["1", "other"]
    assert await stands(desk, two) == ("queued", desk.clock.now + 5 * SECOND, PACED)
    assert (await stands(desk, three))[0] == "queued"
    for _ in range(2):
        desk.clock.move(5 * SECOND)
        await sender.catch_up()
    assert [key for text, key in loft.sent if text != "other"] == [one.id, two.id, three.id]


async def test_the_parts_of_one_message_wait_for_each_other(desk: Desk, loft: Loft, accounts: Accounts) -> None:
    loft.descriptor = replace(loft.descriptor, rates=(Rate("peer", 1, 5),))
    sender = Sender(desk.database, accounts)
    (one,) = await replies(desk, "1|2|3")
    for number in range(1, 4):
        await sender.catch_up()
        assert [text for text, _ in loft.sent] == ["1", "2", "3"][:number]
        desk.clock.move(5 * SECOND)
    assert (await stands(desk, one))[0] == "sent"


async def test_a_short_wait_is_waited_without_a_write(desk: Desk, loft: Loft, accounts: Accounts) -> None:
    loft.descriptor = replace(loft.descriptor, rates=(Rate("account", 1, 0.2),))
    sender = Sender(desk.database, accounts)
    await replies(desk, "1")
    await replies(desk, "2", who="bea")
    desk.kinds()
    sending = asyncio.ensure_future(sender.catch_up())
    await until(lambda: loft.sent)
    desk.clock.move(SECOND)
    await sending
    assert sorted(text for text, _ in loft.sent) == ["1", "2"]
    assert desk.kinds() == ["delivery.changed"] * 4


async def test_waiting_for_a_place_says_nothing_of_the_channel(desk: Desk, loft: Loft, accounts: Accounts) -> None:
    loft.descriptor = replace(loft.descriptor, rates=(Rate("account", 1, 60),))
    sender = Sender(desk.database, accounts)
    for number in range(8):
        await replies(desk, "hi", who=f"c{number}")
    await sender.catch_up()
    assert len(loft.sent) == 1
    loft.script = [Retry("busy", after_seconds=1)]
    for _ in range(8):
        desk.clock.move(60 * SECOND)
        await sender.catch_up()
    assert len(loft.sent) == 8


async def test_a_worker_knows_how_many_there_are(desk: Desk) -> None:
    mine, other = Heartbeat(desk.database), Heartbeat(desk.database)
    other.name = "worker:elsewhere:1"
    await other.beat()
    await mine.beat()
    assert mine.workers == 2
    desk.clock.move(int(SILENT) + 1)
    await mine.beat()
    assert mine.workers == 1
