"""A company with customers for every test here."""

from collections.abc import AsyncIterator

import pytest

from lyhord.kit.database.engine import Engine
from tests.conftest import StoppedClock
from tests.conversations.desk import Desk, make_database


@pytest.fixture
async def desk(engine: Engine, clock: StoppedClock) -> AsyncIterator[Desk]:
    """A workspace with inboxes and agents, reactions running."""
    database = make_database(engine, clock)
    await database.open()
    yield await Desk(database, clock).open()
    await database.close()
