"""A service on loopback that answers HTTP as a test tells it to, late or never where it is told so, and keeps what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from typing_extensions import override


class Asked(NamedTuple):
    """One request. `path` is without the query."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as what it is."""
        return json.loads(self.body)


class Said(NamedTuple):
    """One answer: `body` as JSON unless it is bytes, an empty object where there is none.

    `hangs` gives none before the service ends, `cut` ends the connection in its place.
    """

    status: int = 200
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    hangs: bool = False
    cut: bool = False


Answers = Said | Callable[[Asked], Said]


class Service:
    """The service. `answers` is what it says, or decides; what it was asked stands in `asked`, in order."""

    def __init__(self, address: str, answers: Answers) -> None:
        self.address = address
        self.answers = answers
        self.asked: list[Asked] = []
        self.over = threading.Event()

    def to(self, path: str) -> list[Asked]:
        """What was asked of one path."""
        return [one for one in self.asked if one.path == path]


@contextmanager
def loopback(answers: Answers) -> Iterator[Service]:
    """The service, as long as it is open."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def do_PUT(self) -> None:
            self._serve()

        def do_DELETE(self) -> None:
            self._serve()

        def _serve(self) -> None:
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, path, query, headers, body)
            service.asked.append(asked)
            said = service.answers if isinstance(service.answers, Said) else service.answers(asked)
            if said.hangs:
                service.over.wait(60)
            if said.hangs or said.cut:
                self.close_connection = True
                return
            content = said.body if isinstance(said.body, bytes) else json.dumps(said.body or {}).encode()
            self.send_response(said.status)
            for name, value in said.headers:
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        @override
        def log_message(self, *_: object) -> None:
            """Not onto the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = Service(f"http://127.0.0.1:{server.server_port}", answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        service.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
