"""What people do in the browser, in their own words."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Page, expect
from typing_extensions import override

from tests.journeys.running import PASSWORD, Running


def sign_in(page: Page, running: Running, email: str = "boss@firm.example") -> None:
    """Sign in by the form, and see the inbox."""
    page.goto(f"{running.base}/app/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Unassigned").first).to_be_visible()


def open_list(page: Page, running: Running, name: str = "all") -> None:
    """Go to an inbox list."""
    page.goto(f"{running.base}/app/inbox/{name}")


def say(page: Page, text: str) -> None:
    """Write in the composer of the open conversation and send."""
    box = page.get_by_role("textbox", name="Write a reply")
    box.fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


@contextmanager
def shop(port: int, chat: str, inbox_key: str, signed: str | None = None) -> Iterator[str]:
    """A company's own site on another origin, with the chat on it; its address."""
    identify = f"addEventListener('lyhord', () => lyhord.identify({json.dumps(signed)}))" if signed else ""
    content = (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Shop</title><h1>Lamps</h1>"
        f"<script>window.lyhord = window.lyhord || {{ q: [] }}; {identify}</script>"
        f'<script async src="{chat}/chat.js" data-inbox="{inbox_key}"></script></html>'
    ).encode()

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """One page for every address."""
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(content)

        @override
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Shop)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()
