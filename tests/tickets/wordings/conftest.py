"""A company with customers and a language model on the loopback."""

from collections.abc import Iterator
from typing import Any

import pytest

from lyhord.app.wiring import EVENTS
from lyhord.hearing.language_model.actions import connect_language_model, read_today
from lyhord.hearing.language_model.desk import LanguageModelDesk
from lyhord.hearing.language_model.model import Settings, Today
from lyhord.hearing.themes.titling import list_work as list_titling
from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Database, Tx
from lyhord.kit.egress import Egress
from lyhord.kit.events import Catalogue
from lyhord.kit.jobs import JobRunner
from lyhord.kit.secrets import Sealer
from lyhord.tickets.model import Ticket
from lyhord.tickets.summaries.model import Summary
from lyhord.tickets.summaries.views import read_summary
from lyhord.tickets.views import get_row
from lyhord.tickets.wordings.actions import ask_for_wording
from lyhord.tickets.wordings.jobs import list_work
from lyhord.tickets.wordings.model import Order, TicketUse, Written
from lyhord.workspaces.reach import Reach
from tests.conversations.conftest import desk
from tests.conversations.desk import Desk
from tests.counterparts.languagemodels import KEY, MODEL, LanguageModelServer

__all__ = ["desk"]

SEALER = Sealer(b"k" * 32)
LEAKS = "My machine leaks and I need a new gasket. My number is +46 70 123 45 67."
PROMISE = "We will send you a new gasket tomorrow."


class Writer:
    """The company with its language model; `work` lets everything be done that is due."""

    def __init__(self, desk: Desk, server: LanguageModelServer) -> None:
        self.desk = desk
        self.server = server
        self.models = LanguageModelDesk(Egress(allow_private=["127.0.0.0/8"]).call, SEALER, 3.0)
        work = {**list_work(self.models), **list_titling(self.models)}
        self.jobs = JobRunner(desk.database, Catalogue(EVENTS), work)

    @property
    def database(self) -> Database:
        """That of the company."""
        return self.desk.database

    async def connect(self, **more: Any) -> None:
        """Store the language model as the route does once it was tried."""
        given = {"address": self.server.address, "model": MODEL, "uses": ("summaries", "cases"), **more}
        await self.desk.write(connect_language_model, Settings(**given), SEALER.seal({"key": KEY}))

    async def talk(self, *said: str, who: str = "ann") -> Ticket:
        """A customer and an agent in turn."""
        first = await self.desk.say(said[0], who=who)
        for at, text in enumerate(said[1:]):
            if at % 2:
                await self.desk.say(text, who=who)
            else:
                await self.desk.answer(first.conversation_id, text)
        return await self.desk.ticket(first.conversation_id)

    async def ask(self, order: Order) -> None:
        """As the route does."""
        reach = Reach(None if order.inbox_ids is None else frozenset(order.inbox_ids))

        def write(tx: Tx) -> None:
            ask_for_wording(tx, order, get_row(tx, reach, None, order.ticket_id))

        await self.desk.write(write)

    async def work(self) -> None:
        """Do what is due now, and what is tried once more."""
        await self.jobs.catch_up()
        self.desk.clock.move(MINUTE)
        await self.jobs.catch_up()

    async def write(self, ticket: Ticket, use: TicketUse = "summaries", locale: str = "en") -> None:
        """Ask, and have it done."""
        await self.ask(Order(use, ticket.id, locale, None))
        await self.work()

    async def summary(self, ticket: Ticket, locale: str = "en", inbox_ids: tuple[str, ...] | None = None) -> Summary:
        """As readers with a language and a reach see it."""
        reach = Reach(None if inbox_ids is None else frozenset(inbox_ids))
        order = Order("summaries", ticket.id, locale, inbox_ids)
        fresh = await self.desk.ticket(ticket.conversation_id)
        found: Summary = await self.desk.read(read_summary, reach, fresh, order)
        return found

    async def written(self, ticket: Ticket, **more: Any) -> Written:
        """What the language model made of it."""
        found = (await self.summary(ticket, **more)).written
        assert found is not None
        return found

    async def today(self) -> Today:
        """What was asked of it today."""
        found: Today = await self.desk.read(read_today)
        return found


@pytest.fixture
def server() -> Iterator[LanguageModelServer]:
    """A language model that keeps to what it is told."""
    with LanguageModelServer() as server:
        yield server


@pytest.fixture
async def writer(desk: Desk, server: LanguageModelServer) -> Writer:
    """The company; the language model is for summaries and cases."""
    writer = Writer(desk, server)
    await writer.connect()
    return writer
