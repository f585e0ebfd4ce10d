"""A company with customers, and pigeons to carry what is said."""

from pathlib import Path

import pytest

from lyhord.kit.files import Files
from lyhord.worker.accounts import Accounts
from tests.conversations.conftest import desk
from tests.conversations.desk import Desk
from tests.worker.pigeon import Loft, Plain

__all__ = ["desk"]


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
