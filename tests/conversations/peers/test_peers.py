"""What a customer's device can do is kept as it was told last, per inbox and identity; where nothing arrives another way is named."""

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import bindparam, func, select
from typing_extensions import override

from lyhord.conversations import views
from lyhord.conversations.account import Account
from lyhord.conversations.channel import Adapter, Descriptor
from lyhord.conversations.exchange import Address, Context, InboundPeer, Outbound, Peer, Plan, Refusal
from lyhord.conversations.outgoing import Foreseen, Words, plan_words, reply_of
from lyhord.conversations.peers.actions import ask_for_peer, keep_peers
from lyhord.conversations.peers.model import HOLDS, JOB, OUT_HOLDS, PATIENCE, is_old
from lyhord.conversations.peers.views import find_peer
from lyhord.conversations.plan import plan_by_descriptor
from lyhord.kit.clock import DAY, HOUR
from lyhord.kit.database import Statement
from lyhord.kit.database.jobs_table import job
from lyhord.kit.http import Principal
from lyhord.kit.problems import Invalid
from lyhord.workspaces.reach import EVERYTHING
from tests.conftest import StoppedClock
from tests.conversations.desk import Desk
from tests.worker.pigeon import DESCRIPTOR, Loft, Pigeon

ANN = Address("pigeon", "ann")
NOW = 1_772_355_600_000
CAN = replace(DESCRIPTOR, peers=True, may_initiate=True)
GONE = Peer(reachable=False)


def planned(peer: Peer | None, heard_at: int | None, descriptor: Descriptor = CAN) -> Plan | Refusal:
    return plan_by_descriptor(descriptor, Outbound(to=ANN, text="Hi"), Context(NOW, heard_at, peer=peer))


@pytest.mark.parametrize(
    ("peer", "heard_at", "leaves"),
    [
        (None, None, True),
        (Peer(at=NOW), None, True),
        (replace(GONE, at=NOW - 5), None, False),
        (replace(GONE, at=NOW - 5), NOW - 5, False),
        (replace(GONE, at=NOW - 5), NOW - 4, True),
    ],
)
def test_nothing_leaves_for_where_nothing_arrives_until_something_comes_from_there(
    peer: Peer | None, heard_at: int | None, leaves: bool
) -> None:
    outcome = planned(peer, heard_at)
    assert isinstance(outcome, Plan) if leaves else outcome == Refusal("plan.unreachable")


def test_what_was_told_grows_old_and_bad_news_sooner() -> None:
    assert is_old(None, NOW)
    assert not is_old(Peer(at=NOW - HOLDS + 1), NOW)
    assert is_old(Peer(at=NOW - HOLDS), NOW)
    assert is_old(replace(GONE, at=NOW - OUT_HOLDS), NOW)
    assert OUT_HOLDS == HOUR < HOLDS == DAY


async def test_the_latest_that_came_with_words_counts(desk: Desk, clock: StoppedClock) -> None:
    first, second = (Peer(features=frozenset({one})) for one in ("cards", "lists"))
    await desk.receive(desk.words(), InboundPeer(sender=ANN, peer=first))
    assert await desk.read(find_peer, desk.inbox, ANN) == replace(first, at=desk.clock())
    clock.now += 5
    await desk.receive(InboundPeer(sender=ANN, peer=first), InboundPeer(sender=ANN, peer=second))
    assert await desk.read(find_peer, desk.inbox, ANN) == replace(second, at=desk.clock())
    assert await desk.read(find_peer, desk.other_inbox, ANN) is None
    assert await desk.read(find_peer, desk.inbox, Address("pigeon", "ben")) is None


async def test_a_message_that_comes_again_brings_no_device_back(desk: Desk) -> None:
    first, second = (Peer(features=frozenset({one})) for one in ("cards", "lists"))
    phone, watch = desk.words("From my phone"), desk.words("From my watch")
    await desk.receive(phone, InboundPeer(sender=ANN, peer=first))
    await desk.receive(watch, InboundPeer(sender=ANN, peer=second))
    await desk.receive(phone, InboundPeer(sender=ANN, peer=first))
    assert (await desk.read(find_peer, desk.inbox, ANN)).features == second.features


_count = Statement(
    select(func.count()).select_from(job).where(job.c.workspace_id == bindparam("workspace_id"), job.c.kind == JOB)
)


async def _jobs(desk: Desk) -> int:
    return int(await desk.read(lambda tx: tx.value(_count)))


async def test_it_is_asked_once_and_again_when_it_is_old(desk: Desk, clock: StoppedClock) -> None:
    for _ in range(3):
        await desk.write(ask_for_peer, desk.inbox, ANN)
    assert await _jobs(desk) == 1
    clock.now += PATIENCE
    await desk.write(ask_for_peer, desk.inbox, ANN)
    assert await _jobs(desk) == 2
    await desk.write(keep_peers, [(desk.inbox, ANN, Peer())])
    clock.now += PATIENCE
    await desk.write(ask_for_peer, desk.inbox, ANN)
    assert await _jobs(desk) == 2
    clock.now += DAY
    await desk.write(ask_for_peer, desk.inbox, ANN)
    assert await _jobs(desk) == 3
    assert await desk.read(find_peer, desk.inbox, ANN) is not None


class Knowing(Pigeon):
    """A pigeon that looks where it is to fly."""

    async def find_peer(self, to: Address) -> Peer:
        raise AssertionError("a plan asks nobody itself")

    @override
    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        return plan_by_descriptor(self.descriptor, outbound, context)


class Lofts:
    """The registry: all inboxes are of one channel."""

    def descriptor(self, channel: str) -> Descriptor:
        return CAN

    def open(self, channel: str, account: Account) -> Adapter:
        loft = Loft()
        loft.descriptor = CAN
        return Knowing(loft, account)


def _agent(desk: Desk) -> Principal:
    return Principal(desk.workspace_id, f"agent:{desk.agent}", desk.agent, frozenset(), None, "en")


async def _plan(desk: Desk, conversation_id: str) -> Foreseen:
    principal = _agent(desk)
    found = await plan_words(desk.database, principal, Lofts(), conversation_id, Words(text="Hi"))
    assert found is not None
    return found


async def test_a_plan_has_it_asked_and_names_another_way(desk: Desk, clock: StoppedClock) -> None:
    conversation_id = (await desk.say()).conversation_id
    assert isinstance((await _plan(desk, conversation_id)).outcome, Plan)
    assert await _jobs(desk) == 1
    clock.now += 5
    await desk.write(keep_peers, [(desk.inbox, ANN, GONE)])
    refused = await _plan(desk, conversation_id)
    assert refused.outcome == Refusal("plan.unreachable", ("elsewhere",))
    assert refused.instead is not None
    assert (refused.instead.name, refused.instead.inbox_id) == ("second", desk.other_inbox)
    await desk.write(keep_peers, [(desk.other_inbox, ANN, GONE)])
    alone = await _plan(desk, conversation_id)
    assert (alone.outcome, alone.instead) == (Refusal("plan.unreachable"), None)
    clock.now += 5
    await desk.say()
    assert isinstance((await _plan(desk, conversation_id)).outcome, Plan)


async def test_what_cannot_arrive_is_not_taken_from_the_agent(desk: Desk, clock: StoppedClock) -> None:
    conversation_id = (await desk.say()).conversation_id
    clock.now += 5
    await desk.write(keep_peers, [(desk.inbox, ANN, GONE)])
    principal = _agent(desk)
    with pytest.raises(Invalid) as refused:
        await reply_of(desk.database, principal, Lofts(), conversation_id, Words(text="Hi"))
    assert refused.value.key == "plan.unreachable"


async def test_ways_on_which_nothing_arrives_stand_last(desk: Desk, clock: StoppedClock) -> None:
    conversation = await desk.read(views.get_visible, EVERYTHING, (await desk.say()).conversation_id)

    async def ways() -> list[tuple[str, bool]]:
        found = await desk.read(views.list_ways_out, EVERYTHING, conversation, lambda _: CAN)
        return [(way.name, way.reachable) for way in found]

    assert await ways() == [("first", True), ("second", True)]
    clock.now += 5
    await desk.write(keep_peers, [(desk.inbox, ANN, GONE)])
    assert await ways() == [("second", True), ("first", False)]


def test_a_peer_is_read_as_it_was_written() -> None:
    peer = Peer(features=frozenset({"a", "b"}), at=NOW)
    assert msgspec.json.decode(msgspec.json.encode(peer), type=Peer) == peer
