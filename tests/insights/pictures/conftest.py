"""A company with customers, and a desk at which its figures are asked."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conversations.conftest import desk
from tests.conversations.desk import Desk
from tests.insights.pictures.company import Company

__all__ = ["desk"]


@pytest.fixture
async def company(desk: Desk, tmp_path: Path) -> AsyncIterator[Company]:
    """It, with two teams."""
    company = await Company(desk, tmp_path / "insights").open()
    yield company
    await company.close()
