"""A desk in full swing for a file of tests: the demo loaded, a mailbox, a sandbox customer who can write at any moment."""

import hashlib
import hmac
import json
import re
import shutil
import struct
import zlib
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browsers import PATIENCE
from tests.conftest import ENGINE
from tests.counterparts.postoffice import PASSWORD as MAIL_PASSWORD
from tests.counterparts.postoffice import PostOffice
from tests.journeys.running import PASSWORD, Office, Running, eventually, loopback
from tests.journeys.several import product

SIGNING_KEY = "a key that signs what customers say"
MAILBOX = "desk@support.test"
WIDE = {"width": 1440, "height": 860}


def make_picture(width: int = 240, height: int = 160) -> bytes:
    """A PNG of a sky at dusk."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + bytes((40 + row, 60 + row // 2, 120)) * width for row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


PICTURE = make_picture()


class Desk:
    """The running product and what people around it do."""

    def __init__(self, running: Running, office: Office, post: PostOffice) -> None:
        self.running = running
        self.office = office
        self.post = post
        self.sandbox = ""
        self._channel = loopback(timeout=20)
        self._said = 0
        self._hired: list[Office] = []

    def prepare(self) -> None:
        """Past the first run, with the demo, a mailbox and a sandbox."""
        self.office.set_up()
        self.office.patch("/workspace", {"name": "Norrsken"})
        self.office.post("/workspace/ready")
        self.office.post("/demo")
        settings = {"signing_key": SIGNING_KEY}
        made = self.office.post("/inboxes", {"channel": "sandbox", "name": "Text messages", "settings": settings})
        self.sandbox = made["key"]
        self.office.post("/inboxes", mailbox(self.post))

    def go_on(self, before: "Desk") -> None:
        """Begin with what another has prepared, on a copy of its data."""
        self.sandbox = before.sandbox
        self.office.client.cookies.update(before.office.client.cookies)

    def customer_writes(self, name: str, text: str) -> None:
        """A customer of the sandbox says something; it is stored once this returns."""
        self._said += 1
        sender = {"id": name.lower(), "name": name}
        self.channel_tells({"kind": "message", "id": self.last_said, "sender": sender, "text": text})

    @property
    def last_said(self) -> str:
        """What the channel calls the last message of a customer."""
        return f"m{self._said}"

    def channel_tells(self, event: dict[str, Any]) -> None:
        """The sandbox calls our webhook; it is stored once this returns."""
        body = json.dumps({"events": [event]}).encode()
        signature = hmac.new(SIGNING_KEY.encode(), body, hashlib.sha256).hexdigest()
        headers = {"x-sandbox-signature": f"sha256={signature}"}
        answer = self._channel.post(f"{self.running.base}/in/{self.sandbox}", content=body, headers=headers)
        assert answer.is_success, answer.text

    def ticket_of(self, name: str) -> dict[str, Any]:
        """The newest ticket of a customer."""

        def look() -> dict[str, Any] | None:
            for which in ("all", "snoozed", "resolved"):
                for row in self.office.get("/tickets", list=which, limit=100)["items"]:
                    if row["title"] == name:
                        found: dict[str, Any] = row
                        return found
            return None

        found: dict[str, Any] = eventually(look)
        return found

    def address_of(self, name: str) -> str:
        """Where the conversation with a customer is shown."""
        return f"{self.running.base}/app/conversations/{self.ticket_of(name)['conversation_id']}"

    def hire(self, email: str, name: str) -> Office:
        """A colleague who followed their invitation."""
        made = self.office.post("/agents", {"email": email, "role": "agent"})
        link = self.office.post(f"/agents/{made['id']}/invitation")["link"]
        colleague = Office(self.running)
        self._hired.append(colleague)
        body = {"token": link.partition("token=")[2], "name": name, "password": PASSWORD}
        colleague.post("/links/invitation", body)
        return colleague

    def close(self) -> None:
        """Hang up."""
        for client in (self._channel, *(one.client for one in (self.office, *self._hired))):
            client.close()

    def seat(self, browser: Browser, who: Office, **options: Any) -> BrowserContext:
        """A browser in which somebody is signed in. Without `service_workers="allow"` it keeps no shell, and routes see all requests."""
        usual = {"viewport": WIDE, "locale": "en-GB", "service_workers": "block"}
        context = browser.new_context(**{**usual, **options})
        context.set_default_timeout(PATIENCE)
        context.add_cookies(session_of(who))  # type: ignore[arg-type]
        return context


def session_of(who: Office) -> list[dict[str, str]]:
    """The cookies that somebody is signed in by, for a browser."""
    base = who.running.base
    return [{"name": one.name, "value": one.value or "", "url": base} for one in who.client.cookies.jar]


def mailbox(post: PostOffice) -> dict[str, Any]:
    """What connects the company's mailbox."""
    settings = {
        "address": MAILBOX,
        "imap_host": "127.0.0.1",
        "imap_port": post.imap,
        "imap_security": "plain",
        "smtp_host": "127.0.0.1",
        "smtp_port": post.submission,
        "smtp_security": "plain",
    }
    return {"channel": "mail", "name": "Support", "settings": settings, "secrets": {"password": MAIL_PASSWORD}}


def designed_letter() -> EmailMessage:
    """A mail that says more in its HTML form than in its text, with a picture."""
    mail = EmailMessage()
    mail["From"] = "Nadia Benali <nadia@customer.test>"
    mail["To"] = MAILBOX
    mail["Subject"] = "Two lamps, one broken"
    mail["Message-ID"] = "<designed-1@customer.test>"
    mail.set_content("The brass one came broken.")
    mail.add_alternative(
        "<h2>Two lamps</h2><table border=1><tr><td>Brass</td><td><b>broken</b></td></tr><tr><td>Steel</td><td>fine"
        "</td></tr></table><p>See the picture. <img src='https://tracker.example/pixel.gif'></p>",
        subtype="html",
    )
    mail.add_attachment(PICTURE, maintype="image", subtype="png", filename="lamp.png")
    return mail


def watched(page: Page) -> list[str]:
    """What the page complains about from now on, a line each."""
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(error.stack or str(error)))
    return complaints


@pytest.fixture(scope="module")
def desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, post_office: PostOffice
) -> Iterator[Desk]:
    """One desk for all tests of a file."""
    folder = tmp_path_factory.mktemp("desk")
    before: Desk | None = request.getfixturevalue("prepared") if ENGINE == "sqlite" else None
    if before is not None:
        shutil.copytree(before.running.folder / "data", folder / "data")
    with product(request, folder) as running:
        desk = Desk(running, Office(running), post_office)
        if before is None:
            desk.prepare()
        else:
            desk.go_on(before)
        yield desk
        desk.close()


@pytest.fixture(scope="module")
def ida(desk: Desk) -> Office:
    """A colleague."""
    return desk.hire("ida@firm.example", "Ida Strand")


def seat_of(request: pytest.FixtureRequest) -> dict[str, Any]:
    """How a test's windows differ from the usual: what its file calls `SEAT`, and where the test has looks, each of them."""
    return {**getattr(request.module, "SEAT", {}), **getattr(request, "param", {})}


@pytest.fixture
def context(request: pytest.FixtureRequest, browser: Browser, desk: Desk) -> Iterator[BrowserContext]:
    """The administrator's browser."""
    context = desk.seat(browser, desk.office, **seat_of(request))
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A window of it, in which whatever the app complains of fails the test; calls that fail are written there by the browser."""
    page = context.new_page()
    complaints = watched(page)
    yield page
    assert [one for one in complaints if not one.startswith("Failed to load resource")] == []


@pytest.fixture
def colleague(request: pytest.FixtureRequest, browser: Browser, desk: Desk, ida: Office) -> Iterator[Page]:
    """The colleague's window."""
    context = desk.seat(browser, ida, **seat_of(request))
    yield context.new_page()
    context.close()


def arrive(page: Page, desk: Desk, name: str, text: str = "Hello") -> None:
    """A customer writes, and the page shows the conversation."""
    desk.customer_writes(name, text)
    page.goto(desk.address_of(name))
    expect(said(page, text)).to_be_visible()
    expect(page.get_by_role("form", name="Write")).to_be_visible()


def said(page: Page, text: str) -> Locator:
    """A message or note of the open conversation."""
    return page.locator("article", has_text=text).last


def reply_box(page: Page) -> Locator:
    """Where an answer is written."""
    return page.get_by_role("textbox", name="Write a reply")


def row(page: Page, name: str) -> Locator:
    """The row of a customer in the list."""
    return page.locator("a.ticket").filter(has=page.locator(".who", has_text=re.compile(f"^{re.escape(name)}$")))


def place(page: Page, name: str) -> Locator:
    """An entry of the places on the left."""
    return page.get_by_role("navigation", name="Places").get_by_role("link", name=re.compile(f"^{re.escape(name)}"))
