"""What tests with real counterparts showed is written down where `make channels` asks for it: see `tests/proofs.py`."""

from datetime import UTC, datetime

import pytest

from lyhord.app.proofs import FILE
from tests.proofs import Recorder, mark


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option by which a run writes what it showed."""
    parser.addoption(
        "--record-proofs", action="store_true", help="write which channels are proved into app/proofs.json"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Listen to the reports where somebody wants them written down."""
    if config.getoption("--record-proofs") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(FILE, datetime.now(UTC).date().isoformat()))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each report say what its test proves."""
    for item in items:
        mark(item)
