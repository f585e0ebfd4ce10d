"""Whatever order webhooks come in, however often and however late: in the end the company holds the same."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lyhord.conversations.exchange import Accepted
from lyhord.conversations.sending import Claim, claim_due, finish
from lyhord.kit.clock import HOUR
from lyhord.kit.database import Database, Tx
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.reactions import Reactions
from lyhord.tickets.wiring import REACTIONS
from tests.conftest import StoppedClock
from tests.faults.rig import times
from tests.web.site import Company, Site

CUSTOMERS = ("ann", "ben", "cleo")
FINISH = "finish"
"""Stands in a history for the moment in which the channel's answers to our sending arrive."""

messages = st.builds(
    lambda who, number, claimed: {
        "kind": "message",
        "id": f"m{number}",
        "sender": {"id": who},
        "text": f"Words {number}",
        "at": 1_772_000_000_000 + claimed,
    },
    st.sampled_from(CUSTOMERS),
    st.integers(0, 30),
    st.integers(0, 10**8),
)
receipts = st.builds(
    lambda who, state: {"kind": "receipt", "reference": f"their-{who}", "state": state},
    st.sampled_from(CUSTOMERS),
    st.sampled_from(["sent", "delivered", "read", "failed"]),
)
histories = st.lists(messages | receipts, min_size=1, max_size=12, unique_by=lambda one: one.get("id", id(one)))


class World:
    """A product whose companies are cheap: one for each telling of a history."""

    def __init__(self, runner: asyncio.Runner, site: Site, clock: StoppedClock) -> None:
        self.runner, self.site, self.clock = runner, site, clock

    def tell(self, events: list[Any], delays: random.Random | None = None) -> Any:
        """What a new company holds after these events, each a webhook of its own, hours apart."""
        return self.runner.run(self._tell(events, delays))

    async def _tell(self, events: list[Any], delays: random.Random | None) -> Any:
        company = await self.site.add_company(undo_seconds=0)
        claims = await self._answer_everybody(company)
        for event in events:
            if delays:
                self.clock.move(delays.randrange(20 * HOUR))
            if event == FINISH:
                await self._finish(company, claims)
            else:
                answer = await self.site.call_hook(company.inbox, msgspec.json.encode({"events": [event]}))
                assert answer.status_code == 200
        return await self._holds(company)

    async def _answer_everybody(self, company: Company) -> list[Claim]:
        """Each customer has said something and is being answered: the answers have left, and nothing is heard yet."""
        for who in CUSTOMERS:
            await self.site.say(company.inbox, "Hello", who=who)
        for row in (await self.site.get(company.administrator, "/tickets?list=all"))["items"]:
            path = f"/conversations/{row['conversation_id']}/messages"
            answer = await self.site.call(company.agent, "POST", path, {"text": f"To {row['title']}"})
            assert answer.is_success, answer.text
        return await self.site.database.write(company.id, claim_due, {"sandbox"}, (), 10)

    async def _finish(self, company: Company, claims: list[Claim]) -> None:
        messages = {}
        for row in (await self.site.get(company.administrator, "/conversations?limit=50"))["items"]:
            messages[row["id"]] = row["value"]

        def work(tx: Tx) -> None:
            for claim in claims:
                finish(tx, claim, Accepted(f"their-{messages[claim.conversation_id]}"), native=True)

        await self.site.database.write(company.id, work)

    async def _holds(self, company: Company) -> Any:
        found = {}
        for row in (await self.site.get(company.administrator, "/conversations?limit=50"))["items"]:
            page = await self.site.get(company.administrator, f"/conversations/{row['id']}/messages?limit=200")
            said = sorted((one["direction"], one["text"]) for one in page["items"])
            states = [one["delivery"]["state"] for one in page["items"] if one["delivery"]]
            assert row["value"] not in found, "one conversation each"
            found[row["value"]] = (said, states)
        tickets = (await self.site.get(company.administrator, "/tickets?list=all&limit=50"))["items"]
        return found, sorted((one["title"], one["status"]) for one in tickets)


@pytest.fixture
def world(engine: Engine, tmp_path: Path, clock: StoppedClock) -> Iterator[World]:
    with asyncio.Runner() as runner:
        database = Database(engine, clock=clock, reactions=Reactions(REACTIONS))
        runner.run(database.open())
        site = Site(database, tmp_path)
        yield World(runner, site, clock)
        runner.run(site.client.aclose())
        runner.run(database.close())


@settings(max_examples=times(12, 150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, dice=st.randoms(use_true_random=False))
def test_duplicated_reordered_and_late_webhooks_end_in_the_same_state(
    world: World, history: list[Any], dice: random.Random
) -> None:
    # the first telling: everything once, in order, the channel's own answers first
    wanted = world.tell([FINISH, *history])
    shuffled = [FINISH, *history, *dice.choices(history, k=len(history))]
    dice.shuffle(shuffled)
    assert world.tell(shuffled, delays=dice) == wanted
