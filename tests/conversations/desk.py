"""A small company for tests of conversations and tickets: two inboxes, two agents, customers who write."""

from collections.abc import Sequence
from typing import Any

from lyhord.conversations import views
from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.actions.reply import reply
from lyhord.conversations.exchange import Address, Inbound, InboundMessage, Raw
from lyhord.conversations.model import Message, Receipt, Received, Reply
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.events import Logged
from lyhord.kit.ids import new_id
from lyhord.tickets.model import Ticket
from lyhord.tickets.views import current_of_conversations
from lyhord.tickets.wiring import REACTIONS
from lyhord.workspaces.actions.agents import add_agent
from lyhord.workspaces.actions.inboxes import StoredInbox, connect_inbox
from lyhord.workspaces.actions.workspace import create_workspace
from lyhord.workspaces.model import WorkspaceSettings
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conftest import StoppedClock


class Desk:
    """A workspace, open for business. Customers are named by a handle on the scheme `pigeon`."""

    def __init__(self, database: Database, clock: StoppedClock) -> None:
        self.database = database
        self.clock = clock
        self.workspace_id = new_id()
        self.events: list[Logged] = []
        self.count = 0
        database.listen(lambda _workspace, _epoch, logged: self.events.extend(logged))

    async def open(self, **settings: Any) -> "Desk":
        """Found the company."""
        await self.write(create_workspace, "Firm", WorkspaceSettings(**settings))
        self.inbox = await self.add_inbox("first")
        self.other_inbox = await self.add_inbox("second")
        self.agent = (await self.write(add_agent, "a@firm.example", "Anna", "agent", "en")).id
        self.colleague = (await self.write(add_agent, "b@firm.example", "Bo", "agent", "en")).id
        self.events.clear()
        return self

    async def add_inbox(self, name: str) -> str:
        """An inbox of a channel that no program knows."""
        inbox = StoredInbox(new_id(), new_id(), "pigeon", name, {}, None, None, None, 0)
        return str((await self.write(connect_inbox, inbox)).id)

    async def write(self, action: Any, *args: Any, actor: str = "system") -> Any:
        """Run an action."""
        return await self.database.write(self.workspace_id, action, *args, actor=actor)

    async def read(self, view: Any, *args: Any, **more: Any) -> Any:
        """Run a view."""
        return await self.database.read(self.workspace_id, view, *args, **more)

    def words(self, text: str = "Hello", *, who: str = "ann", **more: Any) -> InboundMessage:
        """What a customer writes."""
        self.count += 1
        given = {
            "external_id": f"x{self.count}",
            "sender": (Address("pigeon", who, who.title(), verified=True),),
            **more,
        }
        return InboundMessage(text=text, **given)

    async def receive(
        self, *inbounds: Inbound, inbox: str | None = None, raw: Raw | None = None, imported: bool = False
    ) -> Receipt:
        """Something arrives at an inbox."""
        received = Received(
            inbox_id=inbox or self.inbox, channel="pigeon", inbounds=inbounds, raw=raw, imported=imported
        )
        receipt: Receipt = await self.write(receive_messages, received)
        return receipt

    async def say(self, text: str = "Hello", *, who: str = "ann", inbox: str | None = None, **more: Any) -> Message:
        """A customer writes; the message as screens see it."""
        receipt = await self.receive(self.words(text, who=who, **more), inbox=inbox)
        return await self.message(str(receipt.message_ids[0]))

    async def answer(self, conversation_id: str, text: str = "Hi", *, agent: str | None = None, **more: Any) -> Message:
        """An agent answers."""
        words = Reply(conversation_id=conversation_id, text=text, **more)
        return await self.message(await self.write(reply, words, actor=f"agent:{agent or self.agent}"))

    async def message(self, message_id: str) -> Message:
        """A message by id."""
        found: list[Message] = await self.read(views.messages_by_id, [message_id])
        return found[0]

    async def timeline(self, conversation_id: str, reach: Reach = EVERYTHING, **more: Any) -> views.Timeline:
        """What stands in a conversation."""

        def view(tx: ReadTx) -> views.Timeline:
            return views.list_messages(tx, reach, conversation_id, **more)

        timeline: views.Timeline = await self.read(view)
        return timeline

    async def ticket(self, conversation_id: str) -> Ticket:
        """The newest ticket of a conversation."""
        found: list[Ticket] = await self.read(current_of_conversations, [conversation_id])
        return found[0]

    def kinds(self) -> list[str]:
        """The kinds of the events so far, and forget them."""
        kinds = [logged.kind for logged in self.events]
        self.events.clear()
        return kinds


def make_database(engine: Engine, clock: StoppedClock) -> Database:
    """A database with the product's reactions, not yet open."""
    return Database(engine, clock=clock, reactions=Reactions(REACTIONS))


def texts(messages: Sequence[Message]) -> list[str]:
    """The words of messages."""
    return [message.text for message in messages]
