"""A running product for the tests of the web."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lyhord.conversations.events import MessageReceived
from lyhord.kit.database import Database
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.reactions import Reactions
from lyhord.surveys.reactions import heed_ratings
from lyhord.tickets.wiring import REACTIONS
from tests.conftest import StoppedClock
from tests.web.site import Company, Site


@pytest.fixture
async def site(engine: Engine, tmp_path: Path, clock: StoppedClock) -> AsyncIterator[Site]:
    """The product with its reactions, on a fresh database."""
    database = Database(engine, clock=clock, reactions=Reactions({heed_ratings: (MessageReceived,), **REACTIONS}))
    await database.open()
    site = Site(database, tmp_path)
    yield site
    await site.close()
    await database.close()


@pytest.fixture
async def company(site: Site) -> Company:
    """One workspace in it."""
    return await site.add_company()
