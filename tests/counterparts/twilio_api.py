"""As much of Twilio's REST as sending a message takes, on loopback, and its calls to us signed by its own library."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import httpx
from twilio.request_validator import RequestValidator
from typing_extensions import override

ACCOUNT, TOKEN, OWNER = "AC0123456789", "token-of-the-account", "Norrsken Lamps"


class TwilioApi:
    """The service. `sent` are the forms of the messages that it took, `files` what lies behind its addresses."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.sent: list[dict[str, str]] = []
        self.files: dict[str, tuple[str, bytes]] = {}

    def call(self, url: str, **form: str) -> None:
        """Call us with a message or a receipt."""
        signature = RequestValidator(TOKEN).compute_signature(url, form)
        httpx.post(url, data=form, headers={"x-twilio-signature": signature}, timeout=20).raise_for_status()

    def answer(self, method: str, path: str, form: dict[str, str]) -> tuple[int, str, bytes]:
        """Status, type and body of an answer."""
        if path in self.files:
            return 200, *self.files[path]
        if method == "GET" and path == f"/2010-04-01/Accounts/{ACCOUNT}.json":
            return 200, "application/json", json.dumps({"friendly_name": OWNER}).encode()
        if method == "POST" and path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            self.sent.append(form)
            return 201, "application/json", json.dumps({"sid": f"SM{len(self.sent)}", "status": "queued"}).encode()
        return 404, "application/json", b"{}"


@contextmanager
def twilio_api() -> Iterator[TwilioApi]:
    """The service, as long as it is open."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve("GET", {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            self._serve("POST", dict(parse_qsl(body.decode())))

        def _serve(self, method: str, form: dict[str, str]) -> None:
            status, kind, body = service.answer(method, self.path.partition("?")[0], form)
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = TwilioApi(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
