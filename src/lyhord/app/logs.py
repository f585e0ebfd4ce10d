"""The log: lines for people or JSON for machines, on standard error, and nothing of what people wrote."""

import contextlib
import logging
import sys
from typing import TextIO, cast

import structlog

from lyhord.app.settings import Settings

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}

_without_values = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
"""Tracebacks name lines only: the values of variables may be passwords."""


class _Forgiving:
    """A stream whose disk may be full: a line that can't be written is dropped, for no work may fall because of its log."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._stream.flush()


def configure_logs(settings: Settings) -> None:
    """Set up structlog, and send what libraries log the same way."""
    level = _LEVELS[settings.log_level]
    machine = settings.log_format == "json"
    stream = cast("TextIO", _Forgiving(sys.stderr))
    final = [
        structlog.processors.ExceptionRenderer(_without_values) if machine else structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer() if machine else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
    ]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *final,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        level=max(level, logging.WARNING), stream=stream, format="%(asctime)s %(levelname)s %(message)s"
    )
