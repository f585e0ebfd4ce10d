"""A desk with a team, whose follower tells the agents what concerns them."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, select
from typing_extensions import override

from lyhord.app.wiring import EVENTS
from lyhord.conversations.actions.note import add_note
from lyhord.conversations.actions.reading import mark_seen
from lyhord.conversations.model import Note
from lyhord.kit.database import Database, Tx
from lyhord.kit.database.jobs_table import job
from lyhord.kit.database.statement import Statement
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.notifications import telling, views
from lyhord.notifications.model import Notification
from lyhord.tickets.actions import assign_ticket
from lyhord.workspaces.actions.agents import get_agent, store_agent
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conftest import StoppedClock
from tests.conversations.desk import Desk

_jobs = Statement(
    select(job.c.kind, job.c.body, job.c.due_at)
    .where(job.c.workspace_id == bindparam("workspace_id"))
    .order_by(job.c.id)
)


class Office(Desk):
    """`told(agent)` follows the log first."""

    def __init__(self, database: Database, clock: StoppedClock) -> None:
        super().__init__(database, clock)
        self.follow_by(telling.BATCH)

    def follow_by(self, batch: int) -> None:
        """Follow so many events at a time."""
        follower = msgspec.structs.replace(telling.FOLLOWER, batch=batch)
        self.follower = FollowerRunner(self.database, Catalogue(EVENTS), [follower])

    @override
    async def open(self, **settings: Any) -> "Office":
        await super().open(**settings)
        for agent in (self.agent, self.colleague):
            await self.write(join, agent)
        self.team = await self.write(create_team, "Crew", [self.agent, self.colleague], [self.inbox])
        await self.follow()
        self.events.clear()
        return self

    async def follow(self) -> None:
        """Let the follower come to the end of the log."""
        await self.follower.catch_up(self.workspace_id)

    async def told(self, agent: str | None = None, reach: Reach = EVERYTHING) -> list[Notification]:
        """What an agent (the first, unless named) hasn't read, newest first."""
        await self.follow()
        found: list[Notification] = await self.read(views.list_notifications, reach, agent or self.agent)
        return [one for one in found if one.read_at is None]

    async def kinds_told(self, agent: str | None = None) -> list[str]:
        """The kinds of the same."""
        return [one.kind for one in await self.told(agent)]

    async def give(self, conversation_id: str, agent: str | None, *, by: str = "", team: str | None = None) -> None:
        """Make somebody the owner of a conversation's ticket."""
        ticket = await self.ticket(conversation_id)

        def assign(tx: Tx) -> None:
            assign_ticket(tx, ticket.id, agent_id=agent, team_id=team)

        await self.write(assign, actor=f"agent:{by or self.colleague}")

    async def note(self, conversation_id: str, *mentions: str, by: str = "", text: str = "Look") -> None:
        """An agent writes a note."""
        words = Note(conversation_id=conversation_id, text=text, mentions=mentions)
        await self.write(add_note, words, actor=f"agent:{by or self.colleague}")

    async def look(self, conversation_id: str, agent: str | None = None) -> None:
        """An agent reads to the end of a conversation."""
        last = (await self.timeline(conversation_id)).items[-1]
        who = agent or self.agent
        await self.write(mark_seen, who, conversation_id, last.id, actor=f"agent:{who}")

    async def jobs(self, kind: str) -> list[tuple[dict[str, Any], int]]:
        """The jobs of a kind: body and when due."""
        rows = await self.read(lambda tx: tx.all(_jobs))
        return [(msgspec.json.decode(body), due_at) for name, body, due_at in rows if name == kind]


def join(tx: Tx, agent_id: str) -> None:
    """An invited agent has come."""
    store_agent(tx, msgspec.structs.replace(get_agent(tx, agent_id), joined_at=tx.now))
