"""The log tells where something failed, never what a variable held."""

import pytest
import structlog

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
