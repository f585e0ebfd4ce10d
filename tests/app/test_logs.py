"""The log tells where something failed, never what a variable held."""

import io
import logging
import sys

import pytest
import structlog
from typing_extensions import override

from lyhord.app.logs import configure_logs
from lyhord.app.settings import Settings


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_a_traceback_shows_no_values(log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    password = "hunter" + "2" * 10
    try:
        configure_logs(Settings(log_format=log_format))  # type: ignore[arg-type]
        try:
            int(password[:0])
        except ValueError:
            structlog.get_logger().exception("signing in failed")
    finally:
        structlog.reset_defaults()
    told = capsys.readouterr().err
    assert "signing in failed" in told
    assert "test_a_traceback_shows_no_values" in told
    assert "hunter2222" not in told


class FullDisk(io.StringIO):
    @override
    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_a_log_that_cannot_be_written_stops_nobody(log_format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", FullDisk())
    try:
        configure_logs(Settings(log_format=log_format))  # type: ignore[arg-type]
        structlog.get_logger().error("nobody hears this")
        logging.getLogger("somebody").error("nor this")
    finally:
        structlog.reset_defaults()
