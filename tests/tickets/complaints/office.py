"""A desk where complaints are kept: the follower, the timers, and the job that tells the customer."""

from typing import Any

from msgspec.structs import replace

from lyhord.app.wiring import EVENTS
from lyhord.kit.database import Tx
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.tickets.actions import assign_ticket, set_kind
from lyhord.tickets.complaints.actions import change_settings
from lyhord.tickets.complaints.following import FOLLOWER, look_round, ring_complaints
from lyhord.tickets.complaints.model import Complaint, ComplaintSettings, Rung
from lyhord.tickets.complaints.reading import read_complaints, read_settings
from lyhord.tickets.model import Ticket
from lyhord.tickets.views import rows_by_id
from lyhord.workspaces.actions.agents import add_agent, get_agent, store_agent
from tests.conversations.desk import Desk


class Office:
    """A desk with an administrator, Anna and Bo, who all work here."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.runner = FollowerRunner(desk.database, Catalogue(EVENTS), [FOLLOWER])

    async def open(self) -> "Office":
        """Everybody has joined."""
        await self.follow()  # from here on: the follower begins at the log's head
        self.boss = await self.hire("boss", "administrator")
        for agent in (self.desk.agent, self.desk.colleague):
            await self.join(agent)
        await self.follow()
        self.desk.events.clear()
        return self

    async def hire(self, name: str, role: str = "agent") -> str:
        """Somebody new who has joined."""
        made = await self.desk.write(add_agent, f"{name}@firm.example", name.title(), role, "en")
        await self.join(made.id)
        return str(made.id)

    async def join(self, agent: str) -> None:
        now = self.desk.clock.now
        await self.desk.write(lambda tx: store_agent(tx, replace(get_agent(tx, agent), joined_at=now)))

    async def ladder(self, *rungs: Rung, **more: Any) -> ComplaintSettings:
        """Those responsible from now on."""
        before: ComplaintSettings = await self.desk.read(read_settings)
        changed: ComplaintSettings = await self.desk.write(change_settings, replace(before, ladder=rungs, **more))
        await self.follow()
        return changed

    async def follow(self) -> None:
        await self.runner.catch_up(self.desk.workspace_id)

    async def ring(self) -> None:
        """What follows, and what the timers do."""
        await self.follow()
        await self.desk.write(ring_complaints)
        await self.desk.write(look_round)
        await self.follow()

    async def complain(self, who: str = "ann", actor: str = "system", **more: Any) -> Ticket:
        """A customer writes, and somebody sees that it is a complaint; the ticket at that instant, before anything follows."""
        said = await self.desk.say("It broke", who=who, **more)
        ticket = await self.desk.ticket(said.conversation_id)
        await self.desk.write(set_kind, ticket.id, "complaint", actor=actor)
        return await self.ticket(ticket.id)

    async def ticket(self, ticket_id: str) -> Ticket:
        [found] = await self.desk.read(rows_by_id, [ticket_id])
        ticket: Ticket = found
        return ticket

    async def kept(self, ticket_id: str) -> Complaint:
        """What is kept of it."""
        found: dict[str, Complaint] = await self.desk.read(read_complaints, [ticket_id])
        return found[ticket_id]

    async def give(self, ticket_id: str, agent: str | None, team: str | None = None, actor: str = "system") -> None:
        await self.desk.write(_give, ticket_id, agent, team, actor=actor)


def _give(tx: Tx, ticket_id: str, agent: str | None, team: str | None) -> None:
    assign_ticket(tx, ticket_id, agent_id=agent, team_id=team)
