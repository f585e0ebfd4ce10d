"""A company that routes."""

from typing import Any

import pytest
from msgspec.structs import replace

from lyhord.hearing.events import EVENTS as HEARING_EVENTS
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.tickets.events import EVENTS
from lyhord.tickets.model import Ticket
from lyhord.tickets.routing import actions, following
from lyhord.tickets.routing.model import Decision, RouteWords, Working
from lyhord.tickets.routing.views import list_decisions
from lyhord.workspaces.actions.agents import get_agent, store_agent
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.events import EVENTS as WORKSPACE_EVENTS
from lyhord.workspaces.reach import EVERYTHING
from lyhord.workspaces.store import insert_session
from tests.conversations.desk import Desk


class Company:
    """A desk with a crew of two who are signed in, and routing that follows."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        catalogue = Catalogue((*EVENTS, *HEARING_EVENTS, *WORKSPACE_EVENTS))
        self.runner = FollowerRunner(desk.database, catalogue, [following.make_follower(frozenset())])

    async def open(self) -> "Company":
        """Everybody comes to work."""
        await self.follow()  # from here on: routing begins at the log's head
        self.crew = await self.team("Crew", self.desk.agent, self.desk.colleague)
        for agent in (self.desk.agent, self.desk.colleague):
            await self.come(agent)
        return self

    async def team(self, name: str, *agents: str, inboxes: tuple[str, ...] = ()) -> str:
        return str(await self.desk.write(create_team, name, list(agents), list(inboxes)))

    async def come(self, agent: str) -> None:
        """Open the app now, having joined."""
        now = self.desk.clock.now
        await self.desk.write(lambda tx: store_agent(tx, replace(get_agent(tx, agent), joined_at=now)))
        row = {
            "created_at": now,
            "seen_at": now,
            "confirmed_at": now,
            "expires_at": now * 2,
            "address": "",
            "client": "",
        }
        await self.desk.write(lambda tx: tx.run(insert_session, token_hash=tx.new_id(), agent_id=agent, **row))

    async def route(self, **words: Any) -> str:
        """Make a route; to the crew unless another is named."""
        made = RouteWords(**{"name": "Route", "team_id": self.crew, **words})
        return str(await self.desk.write(actions.create_route, made))

    async def working(self, agent: str, **how: Any) -> None:
        await self.desk.write(actions.set_working, agent, Working(**how))

    async def follow(self) -> None:
        await self.runner.catch_up(self.desk.workspace_id)

    async def look(self) -> int:
        """What the timer does."""
        return int(await self.desk.write(following.look_round, frozenset()))

    async def hear(self, who: str = "ann", text: str = "Hello", **more: Any) -> Ticket:
        """A customer writes, and routing follows; their ticket then."""
        said = await self.desk.say(text, who=who, **more)
        await self.follow()
        return await self.desk.ticket(said.conversation_id)

    async def why(self, ticket: Ticket) -> list[Decision]:
        return list(await self.desk.read(list_decisions, EVERYTHING, None, ticket.id))


@pytest.fixture
async def company(desk: Desk) -> Company:
    return await Company(desk).open()
