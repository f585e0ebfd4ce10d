"""What tests with real counterparts showed, and what became of recordings, is written down where `make channels` asks for it: see
`tests/proofs.py` and `tests/recordings.py`.
"""

from datetime import UTC, datetime

import pytest

from lyhord.app.proofs import FILE
from tests import recordings
from tests.proofs import Recorder, mark


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option by which a run writes what it showed."""
    parser.addoption(
        "--record-proofs", action="store_true", help="write which channels are proved, and what became of recordings"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Listen to the reports where somebody wants them written down."""
    if config.getoption("--record-proofs") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(FILE, datetime.now(UTC).date().isoformat()))
        if recordings.FIXTURES.is_dir():
            recordings.FILE.write_bytes(recordings.encode(recordings.count()))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each report say what its test proves."""
    for item in items:
        mark(item)
