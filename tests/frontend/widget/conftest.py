"""The product, a shop of another origin with a strict content security policy, and a customer's browser."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.browsers import PATIENCE, browser, violations
from tests.journeys.running import Office, Running
from tests.journeys.several import product
from tools.front_ends import build

__all__ = ["browser"]

SECRET = "the-secret-that-the-site-signs-with"


class Shop:
    """The company's own site. Its policy allows scripts and calls of the chat's server only, and no styles at all."""

    def __init__(self, chat: str) -> None:
        self.tag = ""
        shop = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = (
                    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>'
                    '<meta name="viewport" content="width=device-width"><main><h1>Shop</h1>'
                    f'<p><a href="#x">A link</a></p></main>{shop.tag}</html>'
                ).encode()
                policy = (
                    f"default-src 'none'; script-src {chat}; connect-src {chat}; img-src {chat} blob:; media-src blob:"
                )
                self.send_response(200 if self.path == "/" else 404)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("content-security-policy", policy)
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_: Any) -> None:  # type: ignore[explicit-override]
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class World:
    """All of it. `visit` opens the shop with the chat on it."""

    def __init__(self, running: Running, office: Office, shop: Shop) -> None:
        self.running = running
        self.office = office
        self.shop = shop

    def connect(self, **settings: Any) -> str:
        """Connect a web chat that the shop may carry; its key."""
        body = {
            "channel": "webchat",
            "name": "Chat",
            "settings": {"company": "Lamps & Co", "allowed_origins": [self.shop.address], **settings},
            "secrets": {"identity_secret": SECRET},
        }
        return str(self.office.post("/inboxes", body)["key"])

    def visit(self, context: BrowserContext, key: str, **attributes: str) -> "Customer":
        """Open the shop as somebody."""
        more = "".join(f' data-{name}="{value}"' for name, value in attributes.items())
        self.shop.tag = f'<script async src="{self.running.base}/chat.js" data-inbox="{key}"{more}></script>'
        page = context.new_page()
        customer = Customer(page)
        page.goto(self.shop.address)
        customer.button.wait_for()
        return customer

    def sign(self, **claims: Any) -> str:
        """What the shop says about its customer."""
        now = int(time.time())
        return jwt.encode(
            {"alg": "HS256"}, {"iat": now, "exp": now + 600, **claims}, OctKey.import_key(SECRET.encode())
        )

    def newest(self) -> Any:
        """The conversation that began last."""
        return self.office.get("/conversations")["items"][0]

    def texts(self, path: str) -> list[str]:
        """What stands in a timeline."""
        return [item["text"] for item in self.office.get(path)["items"]]

    def reply(self, text: str, conversation_id: str = "", **more: Any) -> Any:
        """An agent answers a conversation, the newest unless it is named."""
        path = f"/conversations/{conversation_id or self.newest()['id']}/messages"
        return self.office.post(path, {"kind": "reply", "text": text, **more})


class Customer:
    """A page with the chat on it, as its user meets it. `requests` are all addresses that the page asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    @property
    def button(self) -> Locator:
        return self.page.locator("#b")

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def area(self) -> Locator:
        return self.page.get_by_label("Write a message")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    def open(self) -> None:
        """Open the panel."""
        self.button.click()
        self.panel.wait_for()

    def write(self, text: str) -> None:
        """Say something."""
        self.area.fill(text)
        self.area.press("Enter")

    def violations(self) -> list[str]:
        """What axe-core has against the page."""
        return violations(self.page)


@pytest.fixture(scope="session")
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The product with one administrator, and the shop."""
    build(["widget", "sandbox"])
    with product(request, tmp_path_factory.mktemp("product")) as running:
        office = Office(running)
        office.set_up()
        shop = Shop(running.base)
        yield World(running, office, shop)
        shop.server.shutdown()
        shop.server.server_close()
        office.client.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has never been here."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1000, "height": 760})
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()
