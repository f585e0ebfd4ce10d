"""A company that asks its customers, on a channel with buttons (`sandbox`), one without (`sms`-like) and one of letters."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec.structs import replace

from lyhord.app.channels import Channels
from lyhord.app.wiring import EVENTS
from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.events import MessageReceived
from lyhord.conversations.exchange import Address, InboundMessage
from lyhord.conversations.model import Message, Received
from lyhord.kit.clock import HOUR
from lyhord.kit.database import Database, Tx
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.ids import new_id
from lyhord.kit.jobs import JobRunner
from lyhord.surveys import actions, following
from lyhord.surveys.jobs import list_work
from lyhord.surveys.links import Links
from lyhord.surveys.model import Asking, SurveyRules, SurveyWords
from lyhord.surveys.reactions import heed_ratings
from lyhord.surveys.reading import asking_of
from lyhord.surveys.store import of_conversations
from lyhord.tickets.actions import set_status
from lyhord.tickets.model import Ticket
from lyhord.tickets.wiring import REACTIONS
from lyhord.workspaces.actions.agents import get_agent, store_agent
from lyhord.workspaces.actions.inboxes import StoredInbox, connect_inbox
from tests.conftest import StoppedClock
from tests.conversations.desk import Desk

LINKS = Links(b"k" * 32, "https://firm.example")


class Shop(Desk):
    """See the module. Nobody is asked at night; it is nine in the morning."""

    async def begin(self) -> "Shop":
        """Connect its doors."""
        await self.open()
        for agent in (self.agent, self.colleague):
            await self.write(_join, agent)
        self.chat = await self.connect("sandbox")
        self.mail = await self.connect("mail")
        catalogue = Catalogue(EVENTS)
        self.runner = FollowerRunner(self.database, catalogue, [following.FOLLOWER], patience_seconds=0.001)
        self.jobs = JobRunner(self.database, catalogue, list_work(Channels(), LINKS))
        await self.follow()
        return self

    async def connect(self, channel: str) -> str:
        """An inbox of a channel that there is."""
        inbox = StoredInbox(new_id(), new_id(), channel, channel.title(), {}, None, None, None, 0)
        return str((await self.write(connect_inbox, inbox)).id)

    async def survey(self, kind: str = "csat", **more: Any) -> str:
        """Ask something from now on."""
        words = SurveyWords(**{"name": kind, "kind": kind, "about": "answer" if kind != "nps" else "company", **more})
        return str(await self.write(actions.create_survey, words))

    async def rules(self, **more: Any) -> None:
        await self.write(actions.write_rules, SurveyRules(**more))

    async def hear(self, text: str = "My lamp is broken", who: str = "ann", **more: Any) -> Message:
        """A customer writes in the chat."""
        return await self.hear_in(self.chat, "sandbox", "sandbox", text, who, **more)

    async def hear_mail(self, text: str = "My lamp is broken", who: str = "ann", **more: Any) -> Message:
        """A customer writes a letter."""
        more = {"subject": "Lamp", **more}
        return await self.hear_in(self.mail, "mail", "email", text, f"{who}@customer.example", **more)

    async def hear_in(self, inbox: str, channel: str, scheme: str, text: str, who: str, **more: Any) -> Message:
        self.count += 1
        self.clock.move(1)
        given = {"external_id": f"x{self.count}", "sender": (Address(scheme, who, who.title(), verified=True),)}
        said = InboundMessage(text=text, **{**given, **more})
        receipt = await self.write(receive_messages, Received(inbox_id=inbox, channel=channel, inbounds=(said,)))
        return await self.message(str(receipt.message_ids[0]))

    async def resolve(self, conversation_id: str, after: int = HOUR) -> Ticket:
        """An agent answers and calls it done; what was planned is asked after a while."""
        self.clock.move(1)
        ticket = await self.ticket(conversation_id)
        await self.answer(conversation_id, "It is mended.", ticket_id=ticket.id)
        await self.write(set_status, ticket.id, "resolved", actor=f"agent:{self.agent}")
        await self.follow()
        self.clock.move(after)
        await self.follow()
        return await self.ticket(conversation_id)

    async def follow(self) -> None:
        """What follows the log, and the jobs that are due."""
        await self.runner.catch_up(self.workspace_id)
        await self.jobs.catch_up()

    async def askings(self, conversation_id: str) -> list[Asking]:
        """What was planned there, the latest first."""
        rows = await self.read(lambda tx: tx.all(of_conversations, ids=[conversation_id]))
        return sorted(map(asking_of, rows), key=lambda one: one.id, reverse=True)

    async def asking(self, conversation_id: str) -> Asking:
        """The only one."""
        [found] = await self.askings(conversation_id)
        return found

    async def last_said(self, conversation_id: str) -> Message:
        """What we said last."""
        timeline = await self.timeline(conversation_id)
        return next(one for one in reversed(timeline.items) if one.direction == "out")


def _join(tx: Tx, agent_id: str) -> None:
    """Somebody has accepted the invitation."""
    store_agent(tx, replace(get_agent(tx, agent_id), joined_at=tx.now))


@pytest.fixture
async def shop(engine: Engine, clock: StoppedClock) -> AsyncIterator[Shop]:
    """A company that asks nothing yet."""
    reactions = Reactions({heed_ratings: (MessageReceived,), **REACTIONS})
    database = Database(engine, clock=clock, reactions=reactions)
    await database.open()
    yield await Shop(database, clock).begin()
    await database.close()
