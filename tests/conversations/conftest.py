"""A company with customers for every test here."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import StoppedClock
from tests.conversations.desk import Desk, make_database


@pytest.fixture
async def desk(tmp_path: Path, clock: StoppedClock) -> AsyncIterator[Desk]:
    """A workspace with inboxes and agents, reactions running."""
    database = make_database(tmp_path, clock)
    await database.open()
    yield await Desk(database, clock).open()
    await database.close()
