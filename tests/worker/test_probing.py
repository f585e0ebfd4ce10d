"""What a customer's device can do is asked before something is sent there, and told by what was sent."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace
from typing_extensions import override

from lyhord.conversations.account import Account
from lyhord.conversations.channel import Adapter
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Context,
    Failed,
    InboundPeer,
    Outbound,
    Peer,
    Plan,
    Refusal,
)
from lyhord.conversations.peers.actions import ask_for_peer, keep_peers
from lyhord.conversations.peers.views import find_peer
from lyhord.conversations.plan import plan_by_descriptor
from lyhord.kit.files import Files
from lyhord.kit.problems import NotFound
from lyhord.worker import senders
from lyhord.worker.accounts import Accounts
from lyhord.worker.senders import Sender
from tests.conftest import StoppedClock
from tests.conversations.desk import Desk
from tests.conversations.peers.test_peers import CAN
from tests.waiting import until
from tests.worker.pigeon import Loft, Pigeon, Plain
from tests.worker.test_runner import working
from tests.worker.test_senders import replies, stands

ANN = Address("pigeon", "ann")
GONE = Peer(reachable=False)


class Registry(Loft):
    """Pigeons that can be asked; `peers` are told in turn, errors among them raised, None: no answer comes."""

    def __init__(self, *peers: Peer | Exception | None) -> None:
        super().__init__()
        self.descriptor = CAN
        self.peers = list(peers)
        self.asked: list[Address] = []
        self.planned: list[Peer | None] = []

    @override
    def open(self, channel: str, account: Account) -> Adapter:
        return Knowing(self, account)


class Knowing(Pigeon):
    """One of them."""

    def __init__(self, registry: Registry, account: Account) -> None:
        super().__init__(registry, account)
        self._registry = registry

    async def find_peer(self, to: Address) -> Peer:
        self._registry.asked.append(to)
        peer = self._registry.peers.pop(0)
        if isinstance(peer, Exception):
            raise peer
        if peer is None:
            await asyncio.sleep(3600)
        assert peer is not None
        return peer

    @override
    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        self._registry.planned.append(context.peer)
        return plan_by_descriptor(self.descriptor, outbound, context)


def sending(desk: Desk, registry: Registry) -> Sender:
    return Sender(desk.database, Accounts(desk.database, Plain(), registry))


async def test_it_is_asked_before_the_first_message_and_not_before_the_next(desk: Desk) -> None:
    registry = Registry(Peer(features=frozenset({"cards"})))
    await replies(desk, "1", "2")
    await sending(desk, registry).catch_up()
    assert [text for text, _ in registry.sent] == ["1", "2"]
    assert [one.value for one in registry.asked] == ["ann"]
    assert [peer.features for peer in registry.planned if peer] == [frozenset({"cards"})] * 2
    assert (await desk.read(find_peer, desk.inbox, ANN)).features == {"cards"}


async def test_nothing_is_sent_to_where_nothing_arrives(desk: Desk, clock: StoppedClock) -> None:
    registry = Registry(GONE)
    (one,) = await replies(desk, "1")
    clock.now += 5
    await sending(desk, registry).catch_up()
    assert registry.sent == []
    assert (await stands(desk, one))[::2] == ("failed", "plan.unreachable")


@pytest.mark.parametrize("peer", [ValueError("broken"), NotFound("gone"), None])
async def test_where_nobody_says_the_sending_tells(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, peer: Exception | None
) -> None:
    monkeypatch.setattr(senders, "PROBE_SECONDS", 0.05)
    registry = Registry(peer)
    registry.script = [Failed("plan.unreachable", GONE)]
    (one,) = await replies(desk, "1")
    await sending(desk, registry).catch_up()
    assert (await stands(desk, one))[::2] == ("failed", "plan.unreachable")
    known = await desk.read(find_peer, desk.inbox, ANN)
    assert known is not None
    assert not known.reachable


async def test_what_was_known_stands_where_nobody_says(desk: Desk, clock: StoppedClock) -> None:
    old = Peer(features=frozenset({"cards"}))
    await desk.write(keep_peers, [(desk.inbox, ANN, old)])
    clock.now += 2 * 86_400_000
    registry = Registry(ValueError("broken"))
    await replies(desk, "1")
    await sending(desk, registry).catch_up()
    assert [peer.features for peer in registry.planned if peer] == [frozenset({"cards"})]
    assert len(registry.sent) == 1


async def test_what_leaves_is_planned_for_the_device_from_which_the_customer_wrote_last(
    desk: Desk, loft: Loft, accounts: Accounts
) -> None:
    loft.descriptor = CAN
    phone, watch = (Peer(features=frozenset(can)) for can in ({"cards"}, set[str]()))
    await desk.receive(desk.words(), InboundPeer(sender=ANN, peer=phone))
    await replies(desk, "1")
    await desk.receive(desk.words("From my watch"), InboundPeer(sender=ANN, peer=watch))
    await Sender(desk.database, accounts).catch_up()
    assert [context.peer for context in loft.contexts] == [replace(watch, at=desk.clock())]


async def test_a_channel_that_has_no_peers_is_asked_nothing(desk: Desk, loft: Loft, accounts: Accounts) -> None:
    await replies(desk, "1")
    loft.script = [Accepted("1")]
    await Sender(desk.database, accounts).catch_up()
    assert len(loft.sent) == 1
    assert await desk.read(find_peer, desk.inbox, ANN) is None


@pytest.mark.parametrize(("told", "known"), [(Peer(), True), (NotFound("removed"), False)])
async def test_the_job_asks_and_keeps(desk: Desk, files: Files, told: Any, known: bool) -> None:
    registry = Registry(told)
    async with working(desk, registry, files):
        await desk.write(ask_for_peer, desk.inbox, ANN)
        await until(lambda: registry.asked)

        async def kept() -> bool:
            return (await desk.read(find_peer, desk.inbox, ANN) is not None) == known

        await until(kept)
