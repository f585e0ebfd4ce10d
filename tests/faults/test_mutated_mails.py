"""Broken mails by the thousand: each is understood or shown as what it is, costs little, kills no child, and is stored on either engine."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from lyhord.channels.mail.parsers import Parsers
from lyhord.conversations import views
from lyhord.conversations.exchange import Inbound, InboundMessage, InboundStatus
from lyhord.kit.database.engine import Engine
from tests.channels.mail.letters import reading
from tests.channels.mail.mutants import SEED_MAILS, mutated, recorded_mails
from tests.conftest import StoppedClock
from tests.conversations.desk import Desk, make_database
from tests.faults.rig import cpu_seconds, times

MAILS = times(2_000, 100_000)
BATCH = 50
LANES = 2
MOST_CPU = 2.0
"""Seconds that one mail may cost."""
READING = reading(authserv_id="mx.google.com")


class Lane:
    """One parsing child and what each mail costs it."""

    def __init__(self, folder: Path) -> None:
        self.parsers = Parsers(folder, idle_seconds=3600)
        self.slowest = 0.0
        self.died: list[bytes] = []

    async def parse(self, raw: bytes) -> Inbound:
        """What the mail is, and that the child lives on."""
        before = self.parsers.pool.processes
        used = cpu_seconds(before[0]) if before else 0.0
        (inbound,) = await self.parsers.parse(READING, raw)
        after = self.parsers.pool.processes
        if before and after != before:
            self.died.append(raw)
        elif before:
            self.slowest = max(self.slowest, cpu_seconds(after[0]) - used)
        return inbound


@pytest.fixture
async def desk(engine: Engine, clock: StoppedClock) -> AsyncIterator[Desk]:
    database = make_database(engine, clock)
    await database.open()
    yield await Desk(database, clock).open()
    await database.close()


async def store(desk: Desk, inbounds: list[Inbound]) -> None:
    """Each is a message that screens can show."""
    receipt = await desk.receive(*inbounds)
    ids = [one for one in receipt.message_ids if one]
    assert len(ids) == len(set(ids)) == len([one for one in inbounds if not isinstance(one, InboundStatus)])
    shown = await desk.read(views.messages_by_id, ids)
    assert len(msgspec.json.decode(msgspec.json.encode(shown))) == len(ids)


async def test_mutated_mails_are_understood_stored_and_cheap(
    desk: Desk, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(11)
    seeds = SEED_MAILS + recorded_mails()
    lanes = [Lane(tmp_path / "files") for _ in range(LANES)]
    understood = 0

    async def go(lane: Lane, mails: list[bytes]) -> list[Inbound]:
        return [await lane.parse(raw) for raw in mails]

    try:
        for first in range(0, MAILS, BATCH * LANES):
            batches = [[mutated(chance.choice(seeds), chance) for _ in range(BATCH)] for _ in lanes]
            found = await asyncio.gather(*map(go, lanes, batches))
            # a mutant keeps its parent's id; of its own here, so that each is stored
            inbounds = [
                one if isinstance(one, InboundStatus) else replace(one, external_id=f"{first + number}")
                for number, one in enumerate(one for batch in found for one in batch)
            ]
            await store(desk, inbounds)
            understood += sum(isinstance(one, InboundMessage) for one in inbounds)
    finally:
        for lane in lanes:
            await lane.parsers.close()
    assert [raw for lane in lanes for raw in lane.died] == []
    slowest = max(lane.slowest for lane in lanes)
    record_property("mails", f"{MAILS}, {understood} of them messages; the dearest cost {slowest:.2f} s of CPU")
    assert slowest < MOST_CPU
    assert understood > MAILS / 2
