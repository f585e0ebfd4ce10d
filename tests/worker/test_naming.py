"""Names that a channel tells on asking: asked once somebody without one wrote, taken where nobody has given another."""

import importlib
from collections.abc import AsyncIterator

import pytest
from typing_extensions import override

from lyhord.app.channels import CHANNELS, NAMED_ON_ASKING
from lyhord.contacts.actions.edit import ContactChange, change_contact
from lyhord.contacts.views import get_contact
from lyhord.conversations.account import Account
from lyhord.conversations.channel import Adapter
from lyhord.conversations.events import MessageReceived
from lyhord.conversations.exchange import Address
from lyhord.conversations.naming.jobs import Naming
from lyhord.conversations.naming.reactions import make_asking
from lyhord.conversations.views import conversations_by_id
from lyhord.kit.database import Database
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.reactions import Reaction, Reactions
from lyhord.kit.events import Event
from lyhord.kit.files import Files
from lyhord.kit.problems import NotFound
from lyhord.tickets.wiring import REACTIONS
from tests.conftest import StoppedClock
from tests.conversations.desk import Desk
from tests.waiting import grace, until
from tests.worker.pigeon import Loft, Pigeon
from tests.worker.test_runner import working

WHO = Address("pigeon", "U206d", verified=True)


class Registry(Loft):
    """Pigeons that can be asked for names; `names` are told in turn, errors among them raised."""

    def __init__(self, *names: str | Exception) -> None:
        super().__init__()
        self.names = list(names)
        self.asked: list[Address] = []

    @override
    def open(self, channel: str, account: Account) -> Adapter:
        return Named(self, account)


class Named(Pigeon):
    """One of them."""

    def __init__(self, registry: Registry, account: Account) -> None:
        super().__init__(registry, account)
        self._registry = registry

    async def fetch_group_name(self, group_id: str) -> str:
        return await self.fetch_name(Address("group", group_id))

    async def fetch_name(self, who: Address) -> str:
        self._registry.asked.append(who)
        name = self._registry.names.pop(0)
        if isinstance(name, Exception):
            raise name
        return name


@pytest.fixture
async def desk(engine: Engine, clock: StoppedClock) -> AsyncIterator[Desk]:
    """A company whose pigeons bring no names."""
    asking: dict[Reaction, tuple[type[Event], ...]] = {**REACTIONS, make_asking({"pigeon"}): (MessageReceived,)}
    database = Database(engine, clock=clock, reactions=Reactions(asking))
    await database.open()
    yield await Desk(database, clock).open()
    await database.close()


async def name_of(desk: Desk, contact_id: str) -> str:
    return str((await desk.read(get_contact, contact_id)).name)


async def write(desk: Desk, *, who: Address = WHO) -> str:
    """Somebody writes; their contact."""
    message = await desk.say(sender=(who,))
    told = [one.event for one in desk.events if isinstance(one.event, MessageReceived)]
    return str(next(event.contact_id for event in told if event.message_id == message.id))


async def test_who_has_no_name_is_asked_for(desk: Desk, files: Files) -> None:
    registry = Registry("Anna Öst")
    contact_id = await write(desk)
    assert await name_of(desk, contact_id) == "U206d"
    async with working(desk, registry, files):
        await until(lambda: any(one.kind == "contact.changed" for one in desk.events))
    assert await name_of(desk, contact_id) == "Anna Öst"
    assert registry.asked == [Address("pigeon", "U206d")]


async def test_who_has_one_is_not(desk: Desk, files: Files) -> None:
    registry = Registry("Anna Öst", "Somebody else")
    contact_id = await write(desk)
    await write(desk, who=Address("pigeon", "ben", "Ben", verified=True))
    async with working(desk, registry, files):
        await until(lambda: any(one.kind == "contact.changed" for one in desk.events))
        await write(desk)
        await grace()
    assert (await name_of(desk, contact_id), len(registry.asked)) == ("Anna Öst", 1)


async def test_a_name_that_an_agent_gave_meanwhile_stands(desk: Desk, files: Files) -> None:
    contact_id = await write(desk)
    await desk.write(change_contact, contact_id, ContactChange(name="Anna at the harbour"), actor=f"agent:{desk.agent}")
    registry = Registry("Anna Öst")
    async with working(desk, registry, files):
        await until(lambda: registry.asked)
        await grace()
    assert await name_of(desk, contact_id) == "Anna at the harbour"


async def test_who_may_not_be_known_stays_without(desk: Desk, files: Files) -> None:
    registry = Registry(NotFound("no friend"), "")
    contact_id = await write(desk)
    async with working(desk, registry, files):
        await until(lambda: len(registry.asked) == 1)
        await write(desk)
        await until(lambda: len(registry.asked) == 2)
    assert await name_of(desk, contact_id) == "U206d"


async def test_a_group_without_a_name_is_asked_for_and_one_with_a_name_is_not(desk: Desk, files: Files) -> None:
    registry = Registry("Lamp club")
    said = await desk.say(sender=(WHO,), group_id="g1")
    await desk.say(sender=(WHO,), group_id="g2", group_name="Known")
    async with working(desk, registry, files):
        await until(lambda: any(one.kind == "group.changed" for one in desk.events))
        await desk.say(sender=(WHO,), group_id="g1")
        await grace()
    [conversation] = await desk.read(conversations_by_id, [said.conversation_id])
    assert conversation.title == "Lamp club"
    assert registry.asked == [Address("group", "g1")]


async def test_a_channel_that_cannot_be_asked_is_left_alone(desk: Desk, loft: Loft, files: Files) -> None:
    contact_id = await write(desk)
    async with working(desk, loft, files):
        await desk.answer((await desk.say(sender=(WHO,))).conversation_id)
        await until(lambda: loft.sent)
    assert await name_of(desk, contact_id) == "U206d"


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_list_of_channels_to_ask_is_right(channel: str) -> None:
    adapter = getattr(importlib.import_module(f"lyhord.channels.{channel}.adapter"), CHANNELS[channel])
    assert issubclass(adapter, Naming) == (channel in NAMED_ON_ASKING)
