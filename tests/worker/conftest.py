"""A company with customers, and pigeons to carry what is said."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lyhord.kit.database.engine import Engine
from lyhord.kit.files import Files
from lyhord.worker.accounts import Accounts
from tests.conftest import StoppedClock
from tests.conversations.desk import Desk, make_database
from tests.worker.pigeon import Loft, Plain


@pytest.fixture
async def desk(engine: Engine, clock: StoppedClock) -> AsyncIterator[Desk]:
    """A workspace with inboxes and agents, reactions running."""
    database = make_database(engine, clock)
    await database.open()
    yield await Desk(database, clock).open()
    await database.close()


@pytest.fixture
def loft() -> Loft:
    """The channel that all inboxes of `desk` are of."""
    return Loft()


@pytest.fixture
def accounts(desk: Desk, loft: Loft) -> Accounts:
    """Opens pigeons."""
    return Accounts(desk.database, Plain(), loft)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """A file store."""
    return Files(tmp_path / "files")
