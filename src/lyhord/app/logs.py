"""The log: lines for people or JSON for machines, on standard error, and nothing of what people wrote.

An error's own words may quote a customer, a row or a password. They are left out, below the level `debug` aside: where it failed
stands there, with every line that led to it.
"""

import contextlib
import logging
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor

from lyhord.app.settings import Settings

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_Raised = tuple[type[BaseException], BaseException, TracebackType | None]


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
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _Traces(words=level == logging.DEBUG),
    ]
    final: Processor = (
        structlog.processors.JSONRenderer() if machine else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*before, final],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*before[:-1], structlog.stdlib.add_logger_name, before[-1]],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, final],
        )
    )
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler])


class _Traces:
    """Writes out what was raised: the kinds of errors and the lines that led there, never a variable's value."""

    def __init__(self, *, words: bool) -> None:
        self._words = words

    def __call__(self, _: Any, __: str, event: EventDict) -> EventDict:
        raised = _raised(event.pop("exc_info", None))
        if raised is not None:
            event["exception"] = "\n".join(self._tell(raised[1]))
        return event

    def _tell(self, error: BaseException) -> list[str]:
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        before = [*self._tell(cause), "then"] if cause is not None else []
        lines = [line.rstrip() for line in traceback.format_tb(error.__traceback__)]
        words = f": {error}" if self._words else ""
        return [*before, *lines, f"{type(error).__module__}.{type(error).__qualname__}{words}"]


def _raised(given: Any) -> _Raised | None:
    """What structlog and logging hand over: True for what is being handled, an exception, or its three parts."""
    if isinstance(given, BaseException):
        return type(given), given, given.__traceback__
    parts = given if isinstance(given, tuple) else sys.exc_info() if given else (None, None, None)
    return parts if parts[1] is not None else None
