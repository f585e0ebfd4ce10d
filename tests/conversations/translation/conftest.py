"""A company with customers, a translator on the loopback, and agents who read some languages."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from lyhord.app.wiring import EVENTS
from lyhord.conversations.search import FOLLOWER as SEARCH
from lyhord.conversations.translation.actions import JOB, connect_translator
from lyhord.conversations.translation.desk import TranslatorDesk
from lyhord.conversations.translation.following import FOLLOWER
from lyhord.conversations.translation.jobs import PATIENCE, make_translate
from lyhord.conversations.translation.model import Settings
from lyhord.kit.database import Tx
from lyhord.kit.egress import Egress
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.jobs import JobRunner, Work
from lyhord.kit.secrets import Sealer
from lyhord.workspaces.actions.agents import get_agent, store_agent
from tests.conversations.conftest import desk
from tests.conversations.desk import Desk
from tests.counterparts.translators import KEY, LANGUAGES, TranslatorServer

__all__ = ["desk"]

SEALER = Sealer(b"k" * 32)


def _read(tx: Tx, agent_id: str, languages: tuple[str, ...]) -> None:
    agent = get_agent(tx, agent_id)
    store_agent(tx, replace(agent, joined_at=tx.now, settings=replace(agent.settings, reads=languages)))


class Bureau:
    """The company with its translator. `work` lets everything happen that a worker does."""

    def __init__(self, desk: Desk, server: TranslatorServer) -> None:
        self.desk = desk
        self.server = server
        self.translators = TranslatorDesk(Egress(allow_private=["127.0.0.0/8"]).call, SEALER)
        catalogue = Catalogue(EVENTS)
        self.followers = FollowerRunner(desk.database, catalogue, [FOLLOWER, SEARCH])
        self.jobs = JobRunner(desk.database, catalogue, {JOB: Work(make_translate(self.translators), PATIENCE)})

    async def open(self) -> "Bureau":
        """Begin to follow: Anna reads English and Swedish, Bo Swedish alone."""
        await self.read(self.desk.agent, "en", "sv")
        await self.read(self.desk.colleague, "sv")
        await self.followers.catch_up()
        return self

    async def read(self, agent_id: str, *languages: str) -> None:
        """What an agent reads from now on."""
        await self.desk.write(_read, agent_id, languages)

    async def connect(self, key: str = KEY, kind: str = "libretranslate") -> None:
        """Store the translator as the route does once it was tried."""
        codes = LANGUAGES if kind == "libretranslate" else ("DE", "EN-GB", "EN-US", "SV")
        settings = Settings(kind=kind, address=self.server.address, languages=codes)  # type: ignore[arg-type]
        await self.desk.write(connect_translator, settings, SEALER.seal({"key": key}))

    async def work(self) -> None:
        """Follow what happened, and do what is due."""
        await self.followers.catch_up()
        await self.jobs.catch_up()
        await self.followers.catch_up()


@pytest.fixture
def server() -> Iterator[TranslatorServer]:
    """A translator that knows a few languages."""
    with TranslatorServer() as server:
        yield server


@pytest.fixture
async def bureau(desk: Desk, server: TranslatorServer) -> Bureau:
    """The company, with no translator yet."""
    return await Bureau(desk, server).open()
