"""A number for text messages, by hand in a browser: connected, written to, answered, and left alone when somebody says STOP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from lyhord.app.channels import Channels
from tests.browsers import violations
from tests.counterparts.twilio_api import ACCOUNT, OWNER, TOKEN, TwilioApi, twilio_api
from tests.journeys.desk import PICTURE, Desk, context, page
from tests.journeys.running import Office, Running, eventually

__all__ = ["context", "page"]

pytestmark = pytest.mark.long

SHOTS = Path("test-output/sms")
OURS, ZITA = "+46701740605", "+46701740606"
LONG = "Your lamp left this morning and is with you tomorrow before noon. " * 3


@pytest.fixture(scope="module")
def service() -> Iterator[TwilioApi]:
    """Where the number is had."""
    with twilio_api() as service:
        service.files["/media/lamp"] = ("image/png", PICTURE)
        yield service


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, post_office: Any) -> Iterator[Desk]:
    """A desk whose operator allows addresses of this machine."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    with Running(tmp_path_factory.mktemp("desk"), private_networks="127.0.0.0/8") as running:
        desk = Desk(running, Office(running), post_office)
        desk.prepare()
        yield desk
        desk.close()


def look(page: Page, name: str) -> None:
    """A picture, and what axe-core says of it."""
    page.screenshot(path=SHOTS / f"{name}.png")
    assert violations(page) == []


def test_a_number_is_connected_written_to_and_answered(page: Page, desk: Desk, service: TwilioApi) -> None:
    page.goto(f"{desk.running.base}/app/settings/inboxes")
    page.get_by_role("button", name="Connect inbox").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="SMS").click()
    proof = Channels().proof_of("sms")
    expect(dialog.get_by_text("Proved on" if proof.label == "proved" else "Recordings only")).to_be_visible()
    dialog.get_by_label("Number or short code").fill("+46 70-174 06 05")
    dialog.get_by_label("Account SID").fill(ACCOUNT)
    dialog.get_by_label("Auth token").fill(TOKEN)
    dialog.get_by_text("More settings").click()
    dialog.get_by_label("Address of the service").fill(service.address)
    dialog.get_by_label("Our address as the service calls it").fill(desk.running.base)
    dialog.get_by_label("Keywords").fill("LINK | shout | spring | Here it is")
    dialog.get_by_role("button", name="Test").click()
    expect(dialog.get_by_label("Keywords")).to_have_attribute("aria-invalid", "true")
    look(page, "keyword")
    dialog.get_by_label("Keywords").fill("LINK | subscribe | spring | Here it is")
    dialog.get_by_role("button", name="Test").click()
    expect(dialog.get_by_text(f"The account works: {OWNER}")).to_be_visible()
    look(page, "connect")
    dialog.get_by_role("button", name="Connect inbox").click()
    inbox = eventually(lambda: [one for one in desk.office.get("/inboxes") if one["channel"] == "sms"])[0]
    called = inbox["address"].replace(inbox["address"].partition("/in/")[0], desk.running.base)

    picture = {"MediaUrl0": f"{service.address}/media/lamp", "MediaContentType0": "image/png", "NumMedia": "1"}
    service.call(called, MessageSid="SMa", From=ZITA, To=OURS, Body="Where is my lamp?", **picture)
    page.goto(desk.address_of(ZITA))
    expect(page.locator("article.in img").first).to_be_visible()
    writing = page.get_by_role("textbox", name="Write a reply")
    writing.fill(LONG.strip())
    expect(page.get_by_text("2 SMS")).to_be_visible()
    look(page, "two")
    writing.press("Control+Enter")
    sent = eventually(lambda: service.sent)[0]
    assert (sent["To"], sent["From"], sent["Body"]) == (ZITA, OURS, LONG.strip())
    service.call(sent["StatusCallback"], MessageSid="SM1", MessageStatus="delivered")
    expect(page.locator("article.out").last).to_contain_text("Delivered")

    service.call(called, MessageSid="SMb", From=ZITA, To=OURS, Body="Stop")
    confirmation = eventually(lambda: service.sent[1:])[0]
    assert "Norrsken" in confirmation["Body"]
    writing.fill("One more thing")
    expect(page.get_by_text("They asked not to be written to here")).to_be_visible()
    look(page, "stopped")

    service.call(called, MessageSid="SMc", From="+46701740607", To=OURS, Body="Link")
    assert eventually(lambda: service.sent[2:])[0]["Body"] == "Here it is"
