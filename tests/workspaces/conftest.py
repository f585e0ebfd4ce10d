"""A small app of the workspaces' own routes, and the people in it."""

from collections.abc import AsyncIterator

import pytest
from argon2 import PasswordHasher

from lyhord.kit import passwords
from lyhord.kit.database import Database
from tests.conftest import StoppedClock
from tests.workspaces.house import House


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that cost next to nothing; `tests/kit/test_passwords.py` has the real ones."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_tools", lambda: (cheap, cheap.hash("nobody's")))


@pytest.fixture
async def house(database: Database, clock: StoppedClock) -> AsyncIterator[House]:
    """The routes over a fresh database, with one workspace and its first administrator signed in."""
    house = House(database, clock)
    await house.settle()
    yield house
    await house.close()
