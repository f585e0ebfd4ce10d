"""A server on loopback that stands where Meta's Graph API would: it answers as it is told, over real HTTP, and keeps what came."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from typing_extensions import override


class Asked(NamedTuple):
    """One request: method, path without the version, query, headers in lower case, and body."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Given(NamedTuple):
    """One answer. `hang_up`: the connection ends without one; `never`: it stays open without one."""

    status: int = 200
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    hang_up: bool = False
    never: bool = False


def refusal(code: int, status: int = 400, subcode: int = 0, **more: Any) -> Given:
    """An error as the Graph API tells it."""
    error = {"message": f"(#{code}) Refused", "type": "OAuthException", "code": code, "fbtrace_id": "A1", **more}
    return Given(status, {"error": error | ({"error_subcode": subcode} if subcode else {})})


class GraphServer:
    """`address` is what is called. Answers by method and path, each list in turn, the last one again and again."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[Asked] = []
        self._answers: dict[tuple[str, str], list[Given]] = {}

    def answer(self, method: str, path: str, *given: Given | dict[str, Any] | bytes) -> None:
        """What is answered there."""
        self._answers[method, path] = [one if isinstance(one, Given) else Given(body=one) for one in given]

    def given_to(self, asked: Asked) -> Given:
        """Keeps it, and finds the answer; what nobody told of is unknown, as it is to Meta."""
        self.asked.append(asked)
        answers = self._answers.get((asked.method, asked.path))
        if not answers:
            return refusal(100, subcode=33)
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def to(self, method: str, path: str) -> list[Asked]:
        """What came there."""
        return [one for one in self.asked if (one.method, one.path) == (method, path)]


@contextmanager
def serve() -> Iterator[GraphServer]:
    """The server, as long as it is open."""
    graph, closing = GraphServer(""), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._take()

        def do_POST(self) -> None:
            self._take()

        def _take(self) -> None:
            parts = urlsplit(self.path)
            _, _, path = parts.path.lstrip("/").partition("/")
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            given = graph.given_to(Asked(self.command, path, query, headers, body))
            if given.never:
                closing.wait()
            if given.hang_up or given.never:
                self.close_connection = True
                return
            content = given.body if isinstance(given.body, bytes) else json.dumps(given.body).encode()
            self.send_response(given.status)
            for name, value in (*given.headers, ("content-length", str(len(content)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        @override
        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    graph.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield graph
    finally:
        closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
