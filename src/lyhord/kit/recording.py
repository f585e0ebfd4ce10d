"""Records spans with OpenTelemetry. Only a process that is told where to send them loads this."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Self

from opentelemetry import context, trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, SpanKind, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from typing_extensions import override

from lyhord.kit.tracing import UNRECORDED, Fact, Kind, Recorder, Span

MOST_SHARED = 64
"""In how many traces a piece of work is shown that was done for more."""
_KINDS = {"internal": SpanKind.INTERNAL, "server": SpanKind.SERVER, "client": SpanKind.CLIENT}
_PLAIN = re.compile(r"[A-Za-z0-9_.:/{}<>-]{1,120}")
"""Ids, kinds and routes look so; words, addresses and numbers of telephones don't."""
_propagator = TraceContextTextMapPropagator()


class OpenTelemetry(Recorder):
    """Spans by a tracer. With `follow_callers` a request that names a trace is part of it, else each begins one."""

    def __init__(self, tracer: Tracer, *, follow_callers: bool = False) -> None:
        self._tracer = tracer
        self._follow_callers = follow_callers

    @override
    def span(self, name: str, cause: str | None, kind: Kind, facts: dict[str, Any]) -> Span:
        return _Recorded(self._start(name, cause, kind, facts))

    @override
    @contextmanager
    def shared(self, name: str, causes: Iterable[str | None], facts: dict[str, Any]) -> Iterator[Span]:
        wanted = list(dict.fromkeys(filter(None, causes)))[:MOST_SHARED]
        if not wanted:
            yield UNRECORDED
            return
        with ExitStack() as stack:
            done = _Recorded(self._start(name, wanted[0], "internal", facts))
            for cause in wanted[1:]:
                stack.callback(self._start(name, cause, "internal", facts, links=[Link(done.context)]).end)
            yield stack.enter_context(done)

    @override
    def caller(self, header: bytes | None) -> str | None:
        if not header or not self._follow_callers:
            return None
        return _name(trace.get_current_span(_parse(header.decode("latin-1"))))

    def _start(
        self, name: str, cause: str | None, kind: Kind, facts: Mapping[str, Any], links: list[Link] | None = None
    ) -> trace.Span:
        within = _parse(cause) if cause else None
        return self._tracer.start_span(
            name, within, _KINDS[kind], _plain(facts), links, record_exception=False, set_status_on_exception=False
        )


class _Recorded(Span):
    def __init__(self, mine: trace.Span) -> None:
        self._span = mine
        self.context = mine.get_span_context()
        self.parent = _name(mine) if self.context.trace_flags.sampled else None

    @override
    def name(self, name: str) -> None:
        self._span.update_name(name)

    @override
    def note(self, **facts: Fact | None) -> None:
        self._span.set_attributes(_plain(facts))

    @override
    def link(self, other: Span) -> None:
        if isinstance(other, _Recorded):
            self._span.add_link(other.context)

    @override
    def __enter__(self) -> Self:
        self._token = context.attach(trace.set_span_in_context(self._span))
        return self

    @override
    def __exit__(self, *error: object) -> None:
        context.detach(self._token)
        if isinstance(error[0], type):
            self._span.set_attribute("error.type", error[0].__qualname__)
            self._span.set_status(StatusCode.ERROR)
        self._span.end()


def _parse(traceparent: str) -> Context:
    return _propagator.extract({"traceparent": traceparent}, Context())


def _name(mine: trace.Span) -> str | None:
    carrier: dict[str, str] = {}
    _propagator.inject(carrier, trace.set_span_in_context(mine, Context()))
    return carrier.get("traceparent")


def _plain(facts: Mapping[str, Any]) -> dict[str, Fact]:
    """Facts as attributes. Text that might be somebody's words is left out."""
    return {
        f"lyhord.{name}": value
        for name, value in facts.items()
        if isinstance(value, int | float) or (isinstance(value, str) and _PLAIN.fullmatch(value))
    }
