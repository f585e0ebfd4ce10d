"""The product running, a post office, and a real browser for every journey."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browsers import browser
from tests.counterparts.postoffice import PostOffice, open_post_office
from tests.journeys.desk import Desk
from tests.journeys.running import Office, Running
from tests.journeys.several import product

__all__ = ["browser"]


@pytest.fixture(scope="session")
def servers() -> Iterator[PostOffice]:
    """Postfix and Dovecot, started once for all files."""
    with open_post_office() as office:
        yield office


@pytest.fixture(scope="session")
def prepared(servers: PostOffice, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A company past its first run whose server has stopped: files begin with a copy of its data."""
    with Running(tmp_path_factory.mktemp("prepared")) as running:
        desk = Desk(running, Office(running), servers)
        desk.prepare()
        desk.close()
    return desk


@pytest.fixture(scope="module")
def post_office(servers: PostOffice) -> PostOffice:
    """The post office with nothing on its way and nothing in its mailboxes."""
    servers.clear()
    return servers


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
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    """The server on a fresh data folder."""
    with product(request, tmp_path) as running:
        yield running


@pytest.fixture
def office(running: Running) -> Iterator[Office]:
    """The first administrator, with the guided first run behind them."""
    office = Office(running)
    office.set_up()
    office.post("/workspace/ready")
    yield office
    office.client.close()
