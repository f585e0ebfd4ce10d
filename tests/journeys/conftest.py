"""The product running, a post office, and a real browser for every journey."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.counterparts.postoffice import post_office
from tests.journeys.running import Office, Running

__all__ = ["post_office"]

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless. The package `chromium` must be installed: tools/debian.sh does it."""
    assert Path(CHROMIUM).exists(), "the browser tests need Debian's package chromium: run tools/debian.sh"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh browser window whose script errors fail the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 860}, locale="en-GB")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors, errors


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """The server on a fresh data folder."""
    with Running(tmp_path) as running:
        yield running


@pytest.fixture
def office(running: Running) -> Office:
    """The first administrator, with the guided first run behind them."""
    office = Office(running)
    office.set_up()
    office.post("/workspace/ready")
    return office
