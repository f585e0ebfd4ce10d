"""Spans: what one piece of work belongs to, across processes. Off until somebody records them, and then nothing is loaded or measured.

A span is named by its `traceparent` (W3C). Rows and events keep that text, so that whoever goes on with the work goes on with the trace.
What is done once for several stands in the trace of the first; the others link to it. Facts are ids, kinds and sizes, never words.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol, Self

Kind = Literal["internal", "server", "client"]
Fact = str | int | float | bool


class Span(Protocol):
    """A piece of work while it is done: `with span(...) as it:`. An error that ends it is noted by its kind, without its words."""

    parent: str | None
    """Its `traceparent`, for what it causes; None where it isn't recorded."""

    def name(self, name: str) -> None:
        """Call it otherwise."""

    def note(self, **facts: Fact | None) -> None:
        """Add facts; None is left out."""

    def link(self, other: "Span") -> None:
        """Its work was done together with that of another."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...


class Recorder(Protocol):
    """What records spans."""

    def span(self, name: str, cause: str | None, kind: Kind, facts: dict[str, Any]) -> Span: ...

    def shared(
        self, name: str, causes: Iterable[str | None], facts: dict[str, Any]
    ) -> AbstractContextManager[Span]: ...

    def caller(self, header: bytes | None) -> str | None: ...


class _Unrecorded:
    parent: str | None = None

    def name(self, name: str) -> None: ...

    def note(self, **facts: Fact | None) -> None: ...

    def link(self, other: Span) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None: ...


UNRECORDED: Span = _Unrecorded()
_recorder: Recorder | None = None


def record(recorder: Recorder | None) -> None:
    """From now on `recorder` gets every span of this process; with None nobody does."""
    global _recorder  # noqa: PLW0603 - one per process, like the log
    _recorder = recorder


def span(name: str, cause: str | None = None, kind: Kind = "internal", **facts: Fact | None) -> Span:
    """A span within the one that is open here, or within `cause`, a `traceparent`."""
    return UNRECORDED if _recorder is None else _recorder.span(name, cause, kind, facts)


def shared(name: str, causes: Iterable[str | None], **facts: Fact | None) -> AbstractContextManager[Span]:
    """What is done once for several: a span in the trace of each. What is done inside belongs to the first; without causes, to none."""
    return UNRECORDED if _recorder is None else _recorder.shared(name, causes, facts)


def caller(header: bytes | None) -> str | None:
    """The `traceparent` of a request, where the operator wants callers to be believed."""
    return None if _recorder is None else _recorder.caller(header)
