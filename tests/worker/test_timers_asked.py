"""A chat may have had its timer before anybody here could hear of it: its channel is asked with the first words, once."""

import importlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import BindParameter, bindparam, func, select
from typing_extensions import override

from lyhord.app.channels import CHANNELS, TIMED_ON_ASKING
from lyhord.conversations.account import Account
from lyhord.conversations.besides import Timing
from lyhord.conversations.channel import Adapter
from lyhord.conversations.events import MessageReceived
from lyhord.conversations.exchange import Accepted, Address, InboundTimer, Raw
from lyhord.conversations.sending import claim_due, finish
from lyhord.conversations.tables import raw_payload
from lyhord.conversations.timers.actions import learn_timer
from lyhord.conversations.timers.asking import make_asking
from lyhord.conversations.timers.model import JOB, Untimed
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.database import Database, Statement
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.jobs_table import job
from lyhord.kit.database.reactions import Reaction, Reactions
from lyhord.kit.events import Event
from lyhord.kit.files import Files
from lyhord.kit.problems import NotFound
from lyhord.tickets.wiring import REACTIONS
from tests.channels.telegram.oracle import faults
from tests.channels.telegram.said import Script, bot, no, ok
from tests.conftest import StoppedClock
from tests.conversations.desk import Desk
from tests.waiting import until
from tests.worker.pigeon import Loft, Pigeon
from tests.worker.test_runner import working

W: BindParameter[Any] = bindparam("workspace_id")
_payloads = Statement(select(func.count()).select_from(raw_payload).where(raw_payload.c.workspace_id == W))
_asked = Statement(select(func.count()).select_from(job).where(job.c.workspace_id == W, job.c.kind == JOB))


class Registry(Loft):
    """Pigeons that can be asked for timers, which are told in turn, errors among them raised."""

    def __init__(self, *lives: int | Exception) -> None:
        super().__init__()
        self.lives = list(lives)
        self.asked: list[tuple[str, str | None]] = []

    @override
    def open(self, channel: str, account: Account) -> Adapter:
        return Timed(self, account)


class Timed(Pigeon):
    """One of them."""

    def __init__(self, registry: Registry, account: Account) -> None:
        super().__init__(registry, account)
        self._registry = registry

    async def fetch_timer(self, to: Address, group_id: str | None) -> int:
        self._registry.asked.append((to.value, group_id))
        life = self._registry.lives.pop(0)
        if isinstance(life, Exception):
            raise life
        return life


@pytest.fixture
async def desk(engine: Engine, clock: StoppedClock) -> AsyncIterator[Desk]:
    """A company whose pigeons may have timers already."""
    asking: dict[Reaction, tuple[type[Event], ...]] = {**REACTIONS, make_asking({"pigeon"}): (MessageReceived,)}
    database = Database(engine, clock=clock, reactions=Reactions(asking))
    await database.open()
    yield await Desk(database, clock).open()
    await database.close()


async def jobs(desk: Desk) -> int:
    """How often it is to be asked."""
    return int(await desk.read(lambda tx: tx.value(_asked)))


async def test_what_came_before_the_answer_gets_its_life_and_is_asked_for_once(desk: Desk, files: Files) -> None:
    registry = Registry(3600)
    first = await desk.say("My code", at=desk.clock.now - MINUTE)
    async with working(desk, registry, files):
        await until(lambda: any(one.kind == "timer.changed" for one in desk.events))
    assert (await desk.message(first.id)).expires_at == desk.clock.now - MINUTE + HOUR
    later = await desk.say()
    assert later.expires_at == desk.clock.now + HOUR
    assert registry.asked == [("ann", None)]
    assert await jobs(desk) == 0


@pytest.mark.parametrize("answer", [0, NotFound("no such chat")])
async def test_that_there_is_none_is_known_too(desk: Desk, files: Files, answer: int | Exception) -> None:
    registry = Registry(answer)
    said = await desk.say(group_id="g", group_name="Street")
    async with working(desk, registry, files):
        await until(lambda: registry.asked)
    await desk.say(group_id="g", group_name="Street")
    assert (await desk.message(said.id)).expires_at is None
    assert registry.asked == [("ann", "g")]
    assert await jobs(desk) == 0


async def test_what_was_told_meanwhile_stands(desk: Desk) -> None:
    said = await desk.say()
    ann = (Address("pigeon", "ann", "Ann", verified=True),)
    await desk.receive(InboundTimer(seconds=60, sender=ann))
    await desk.write(learn_timer, Untimed(desk.inbox, said.id, "pigeon", "ann"), 3600)
    assert (await desk.message(said.id)).expires_at is None
    assert (await desk.say()).expires_at == desk.clock.now + MINUTE


async def test_our_answer_that_left_meanwhile_lives_as_long_and_payloads_go(desk: Desk) -> None:
    receipt = await desk.receive(desk.words("My code"), raw=Raw(b"My code"))
    said = await desk.message(str(receipt.message_ids[0]))
    left, waits = [await desk.answer(said.conversation_id) for _ in range(2)]
    (claim,) = await desk.write(claim_due, [], (), 10)
    await desk.write(lambda tx: finish(tx, claim, Accepted("x"), native=False))
    await desk.write(learn_timer, Untimed(desk.inbox, said.id, "pigeon", "ann"), 86_400)
    ends = [(await desk.message(one.id)).expires_at for one in (said, left, waits)]
    assert ends == [desk.clock.now + DAY, desk.clock.now + DAY, None]
    assert await desk.read(lambda tx: tx.value(_payloads)) == 0


async def test_telegram_is_asked_for_the_chat_or_the_group(tmp_path: Path) -> None:
    script = Script(ok({"id": 5, "type": "private", "message_auto_delete_time": 86_400}), ok({"id": -100}))
    adapter = bot(script, tmp_path)
    assert await adapter.fetch_timer(Address("telegram", "5"), None) == 86_400
    assert await adapter.fetch_timer(Address("telegram", "5"), "-100") == 0
    assert await adapter.fetch_timer(Address("telegram", "5@conn"), None) == 0
    assert script.asked == [("getChat", {"chat_id": 5}), ("getChat", {"chat_id": -100})]
    assert faults("getChat", {"chat_id": 5}) == []
    with pytest.raises(NotFound):
        await bot(Script(no(400, "Bad Request: chat not found")), tmp_path).fetch_timer(Address("telegram", "6"), None)


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_list_of_channels_to_ask_is_right(channel: str) -> None:
    adapter = getattr(importlib.import_module(f"lyhord.channels.{channel}.adapter"), CHANNELS[channel])
    assert issubclass(adapter, Timing) == (channel in TIMED_ON_ASKING)
