"""A running product for the tests of the web."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lyhord.kit.database import Database
from lyhord.kit.database.engine import Sqlite
from lyhord.kit.database.reactions import Reactions
from lyhord.tickets.wiring import REACTIONS
from tests.conftest import StoppedClock
from tests.web.site import Company, Site


@pytest.fixture
async def site(tmp_path: Path, clock: StoppedClock, empty_database: bytes) -> AsyncIterator[Site]:
    """The product with its reactions, on a fresh database."""
    path = tmp_path / "lyhord.db"
    path.write_bytes(empty_database)
    database = Database(Sqlite(path), clock=clock, reactions=Reactions(REACTIONS))
    await database.open()
    site = Site(database, tmp_path)
    yield site
    await site.client.aclose()
    await database.close()


@pytest.fixture
async def company(site: Site) -> Company:
    """One workspace in it."""
    return await site.add_company()
