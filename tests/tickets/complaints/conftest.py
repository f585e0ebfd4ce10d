"""A company with customers who complain, for every test here."""

import pytest

from tests.conversations.conftest import desk
from tests.conversations.desk import Desk
from tests.tickets.complaints.office import Office

__all__ = ["desk", "office"]


@pytest.fixture
async def office(desk: Desk) -> Office:
    return await Office(desk).open()
