"""The log tells where something failed, never what a variable held."""

import io
import json
import logging
import sys

import pytest
import structlog
from typing_extensions import override

from lyhord.app.logs import configure_logs
from lyhord.app.settings import Settings
from tests.conftest import log_plainly


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_a_traceback_shows_no_values(log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    password = "hunter" + "2" * 10
    try:
        configure(log_format, "warning")
        try:
            int(password[:0])
        except ValueError:
            structlog.get_logger().exception("signing in failed")
    finally:
        log_plainly()
    told = capsys.readouterr().err
    assert "signing in failed" in told
    assert "test_a_traceback_shows_no_values" in told
    assert "hunter2222" not in told


@pytest.mark.parametrize("log_format", ["json", "text"])
@pytest.mark.parametrize("level", ["info", "debug"])
def test_what_an_error_quotes_is_told_to_debuggers_alone(
    log_format: str, level: str, capsys: pytest.CaptureFixture[str]
) -> None:
    quoted = "Key (email)=(canary@customer.example) exists"
    configure(log_format, level)
    try:
        try:
            fail(quoted)
        except LookupError:
            structlog.get_logger().exception("storing failed", inbox_id="1")
            logging.getLogger("library").exception("a library failed")
    finally:
        log_plainly()
    told = capsys.readouterr().err
    assert told.count("builtins.ValueError") == told.count("builtins.LookupError") == 2
    assert ("canary" in told) == (level == "debug")


def test_machines_read_every_line_those_of_libraries_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure("json", "info")
    try:
        with structlog.contextvars.bound_contextvars(reference="abc"):
            structlog.get_logger().info("ours", n=1)
            logging.getLogger("library").warning("theirs %s", "too")
    finally:
        log_plainly()
    ours, theirs = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["n"], ours["reference"]) == ("ours", 1, "abc")
    assert (theirs["event"], theirs["logger"], theirs["reference"]) == ("theirs too", "library", "abc")


def configure(log_format: str, level: str) -> None:
    logging.getLogger().handlers.clear()
    configure_logs(Settings(log_format=log_format, log_level=level))  # type: ignore[arg-type]


def fail(words: str) -> None:
    """Raise one error because of another, both with these words."""
    try:
        refuse(ValueError, words)
    except ValueError as error:
        raise LookupError(words) from error


def refuse(kind: type[Exception], words: str) -> None:
    raise kind(words)


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
        log_plainly()
