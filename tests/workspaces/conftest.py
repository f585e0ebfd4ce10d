"""A small app of the workspaces' own routes, and the people in it."""

from collections.abc import AsyncIterator

import pytest

from lyhord.kit.database import Database
from tests.conftest import StoppedClock
from tests.workspaces.house import House


@pytest.fixture
async def house(database: Database, clock: StoppedClock) -> AsyncIterator[House]:
    """The routes over a fresh database, with one workspace and its first administrator signed in."""
    house = House(database, clock)
    await house.settle()
    yield house
    await house.close()
