"""A collector of traces on loopback: takes OTLP over HTTP as any other does, and tells what it was sent."""

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from typing_extensions import override


class Seen(NamedTuple):
    """A span as it came. Ids are hex; `process` is the instance that sent it."""

    name: str
    trace: str
    id: str
    parent: str
    links: tuple[str, ...]
    facts: dict[str, Any]
    failed: bool
    process: str


class Collector:
    """Listens on a free port as long as it is open."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def address(self) -> str:
        """What the setting `tracing_endpoint` is given."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def spans(self) -> list[Seen]:
        """All that came so far."""
        return [span for body in tuple(self.bodies) for span in _read(body)]

    def named(self, name: str) -> list[Seen]:
        """Those of one name."""
        return [span for span in self.spans if span.name == name]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        bodies = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                packed = self.headers.get("content-encoding") == "gzip"
                known = self.path == "/v1/traces"
                if known:
                    bodies.append(gzip.decompress(body) if packed else body)
                self.send_response(200 if known else 404)
                self.end_headers()

            @override
            def log_message(self, format: str, *args: Any) -> None:
                """Nobody reads it."""

        return Handler


def _read(body: bytes) -> list[Seen]:
    request = ExportTraceServiceRequest.FromString(body)
    return [
        Seen(
            name=span.name,
            trace=span.trace_id.hex(),
            id=span.span_id.hex(),
            parent=span.parent_span_id.hex(),
            links=tuple(link.span_id.hex() for link in span.links),
            facts={fact.key.removeprefix("lyhord."): _value(fact.value) for fact in span.attributes},
            failed=span.status.code == 2,
            process=next(
                fact.value.string_value for fact in group.resource.attributes if fact.key == "service.instance.id"
            ),
        )
        for group in request.resource_spans
        for scope in group.scope_spans
        for span in scope.spans
    ]


def _value(value: Any) -> Any:
    return getattr(value, value.WhichOneof("value"))
