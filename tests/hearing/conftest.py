"""A company that hears what its customers write, with routing beside it."""

import pytest

from lyhord.app.wiring import EVENTS
from lyhord.hearing.following import FOLLOWER
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from tests.conversations.conftest import desk
from tests.conversations.desk import Desk

__all__ = ["desk"]


class Listener:
    """A desk, and the follower that hears."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.follower = self.anew()

    def anew(self) -> FollowerRunner:
        """The follower as it is after a restart: it remembers nothing but its cursor."""
        return FollowerRunner(self.desk.database, Catalogue(EVENTS), [FOLLOWER])

    async def work(self) -> None:
        """Hear what was said so far."""
        await self.follower.catch_up()


@pytest.fixture
async def listener(desk: Desk) -> Listener:
    """The company; nothing was heard yet."""
    return Listener(desk)
