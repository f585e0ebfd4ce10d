"""A company that routes, and people who write to it about one matter."""

from typing import Any

import pytest

from lyhord.app.channels import Channels
from lyhord.app.wiring import EVENTS
from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.canned.model import Text
from lyhord.conversations.exchange import Address, InboundMessage
from lyhord.conversations.model import Message, Received
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.ids import new_id
from lyhord.kit.jobs import JobRunner
from lyhord.tickets.model import Ticket
from lyhord.tickets.routing import following as routing
from lyhord.tickets.surges import actions, following, views
from lyhord.tickets.surges.jobs import list_work
from lyhord.tickets.surges.model import SurgeWords
from lyhord.tickets.surges.views import MemberRow, SurgeView
from lyhord.workspaces.actions.inboxes import StoredInbox, connect_inbox
from lyhord.workspaces.reach import EVERYTHING
from tests.conversations.conftest import desk
from tests.conversations.desk import Desk
from tests.tickets.routing.conftest import Company

__all__ = ["desk"]

UPDATE = (Text("en", "No trains today."), Text("sv", "Inga tåg i dag."))


class Railway:
    """A desk with a crew of one, routing, and what follows the log and does the jobs of surges."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.company = Company(desk)
        catalogue = Catalogue(EVENTS)
        followers = [routing.make_follower(frozenset()), following.FOLLOWER]
        self.company.runner = self.runner = FollowerRunner(desk.database, catalogue, followers, patience_seconds=0.001)
        self.jobs = JobRunner(desk.database, catalogue, list_work(Channels()))

    async def open(self) -> "Railway":
        """The crew comes to work; the colleague is there, too, and in no team."""
        inbox = StoredInbox(new_id(), new_id(), "sandbox", "Door", {}, None, None, None, 0)
        self.inbox = str((await self.desk.write(connect_inbox, inbox)).id)
        await self.follow()
        self.crew = self.company.crew = await self.company.team("Crew", self.desk.agent)
        for agent in (self.desk.agent, self.desk.colleague):
            await self.company.come(agent)
        return self

    async def begin(self, **words: Any) -> str:
        """A surge about trains that are cancelled, by the lead; followed."""
        given = {"name": "No trains", "words": ("cancelled",), "texts": UPDATE, **words}
        surge_id = str(await self.desk.write(actions.begin_surge, SurgeWords(**given), actor=self.lead))
        await self.follow()
        return surge_id

    @property
    def lead(self) -> str:
        return f"agent:{self.desk.agent}"

    async def change(self, surge_id: str, **words: Any) -> None:
        given = {"name": "No trains", "words": ("cancelled",), "texts": UPDATE, **words}
        await self.desk.write(actions.change_surge, surge_id, SurgeWords(**given), actor=self.lead)
        await self.follow()

    async def end(self, surge_id: str) -> None:
        await self.desk.write(actions.end_surge, surge_id, actor=self.lead)
        await self.follow()

    async def say(self, who: str = "ann", text: str = "My train is cancelled", **more: Any) -> Message:
        """A customer writes; nothing has followed yet."""
        self.desk.count += 1
        given = {"external_id": f"x{self.desk.count}", "sender": (Address("sandbox", who, who.title(), verified=True),)}
        said = InboundMessage(text=text, **{**given, **more})
        receipt = await self.desk.write(
            receive_messages, Received(inbox_id=self.inbox, channel="sandbox", inbounds=(said,))
        )
        return await self.desk.message(str(receipt.message_ids[0]))

    async def hear(self, who: str = "ann", text: str = "My train is cancelled", **more: Any) -> Ticket:
        """A customer writes, and all that follows has; their ticket then."""
        said = await self.say(who, text, **more)
        await self.follow()
        return await self.desk.ticket(said.conversation_id)

    async def follow(self) -> None:
        """What follows the log, and the jobs that it made."""
        await self.runner.catch_up(self.desk.workspace_id)
        await self.jobs.catch_up()
        await self.runner.catch_up(self.desk.workspace_id)

    async def view(self, surge_id: str) -> SurgeView:
        found: SurgeView = await self.desk.read(views.show_surge, surge_id)
        return found

    async def members(self, surge_id: str) -> list[MemberRow]:
        """The first page of them, who came last first."""
        rows, _ = await self.desk.read(views.list_members, EVERYTHING, None, surge_id)
        return list(rows)

    async def names(self, surge_id: str) -> list[str]:
        """Who is in it, by name."""
        return sorted(one.ticket.title for one in await self.members(surge_id))

    async def heard(self, ticket: Ticket) -> list[str]:
        """What was said to a customer."""
        timeline = await self.desk.timeline(ticket.conversation_id)
        return [one.text for one in timeline.items if one.direction == "out"]


@pytest.fixture
async def railway(desk: Desk) -> Railway:
    return await Railway(desk).open()
