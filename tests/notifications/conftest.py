"""A desk whose agents are told things."""

from collections.abc import AsyncIterator

import pytest

from lyhord.kit.database.engine import Engine
from tests.conftest import StoppedClock
from tests.conversations.desk import make_database
from tests.notifications.office import Office


@pytest.fixture
async def office(engine: Engine, clock: StoppedClock) -> AsyncIterator[Office]:
    """Two agents of one team that reads the first inbox."""
    database = make_database(engine, clock)
    await database.open()
    office = Office(database, clock)
    await office.open()
    yield office
    await database.close()
