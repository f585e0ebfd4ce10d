"""A number on WhatsApp, by hand in a browser: connected by its page, written to, answered, told that it was read."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from lyhord.channels.meta.webhook import sign
from tests.browsers import violations
from tests.channels.whatsapp.said import ACCOUNT, NUMBER, PERSON, PHONE, SECRET, TOKEN, call, message
from tests.counterparts.graph_api import GraphServer, refusal, serve
from tests.journeys.desk import PICTURE, Desk, context, page
from tests.journeys.running import Office, Running, eventually

__all__ = ["context", "page"]

pytestmark = pytest.mark.long

SHOTS = Path("test-output/whatsapp")
CONTACT = {"profile": {"name": "Zita Lund"}, "wa_id": PHONE, "user_id": PERSON}


@pytest.fixture(scope="module")
def meta() -> Iterator[GraphServer]:
    """What stands where Meta would, behind a gateway."""
    with serve() as server:
        server.answer(
            "GET",
            NUMBER,
            {
                "verified_name": "Norrsken Lamps",
                "display_phone_number": "+46 70 174 06 05",
                "quality_rating": "GREEN",
                "messaging_limit_tier": "TIER_1K",
            },
        )
        server.answer("GET", f"{ACCOUNT}/subscribed_apps", refusal(100, subcode=33), {"data": [{}]})
        server.answer("POST", NUMBER, {"success": True})
        server.answer("POST", f"{NUMBER}/messages", {"messages": [{"id": "wamid.out"}]})
        server.answer("GET", "100", {"url": f"{server.address}/v23.0/file"})
        server.answer("GET", "file", PICTURE)
        yield server


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


def tell(address: str, value: Any) -> None:
    """Meta calls us."""
    body = call(value)
    answer = httpx.post(address, content=body, headers={"x-hub-signature-256": sign(SECRET, body)})
    assert answer.status_code == 200, answer.text


def connect(page: Page, desk: Desk, meta: GraphServer) -> str:
    """By the page: the field at fault is named first; then the number tells who it is. The address at which Meta calls."""
    page.goto(f"{desk.running.base}/app/settings/inboxes")
    page.get_by_role("button", name="Connect inbox").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="WhatsApp").click()
    dialog.get_by_label("Phone number ID").fill(NUMBER)
    dialog.get_by_label("WhatsApp Business Account ID").fill(ACCOUNT)
    dialog.get_by_label("Access token").fill(TOKEN)
    dialog.get_by_label("App secret").fill(SECRET)
    look(page, "connect")
    dialog.get_by_text("More settings").click()
    dialog.get_by_label("Address of the Graph API").fill(meta.address)
    dialog.get_by_role("button", name="Test").click()
    expect(dialog.get_by_label("WhatsApp Business Account ID")).to_have_attribute("aria-invalid", "true")
    look(page, "wrong")
    dialog.get_by_role("button", name="Test").click()
    expect(dialog.get_by_text("The account works: Norrsken Lamps")).to_be_visible()
    dialog.get_by_role("button", name="Connect inbox").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    inbox = eventually(lambda: [one for one in desk.office.get("/inboxes") if one["channel"] == "whatsapp"])[0]
    look(page, "connected")
    address = inbox["address"].replace(inbox["address"].partition("/in/")[0], desk.running.base)
    key = address.rpartition("/")[2]
    told = eventually(lambda: meta.to("POST", NUMBER))[0].json["webhook_configuration"]
    assert (told["override_callback_uri"].rpartition("/in/")[2], told["verify_token"]) == (key, key)
    asked = f"{address}?hub.mode=subscribe&hub.challenge=42&hub.verify_token={key}"
    assert httpx.get(asked).text == "42"
    return str(address)


def test_a_number_is_connected_written_to_and_answered(page: Page, desk: Desk, meta: GraphServer) -> None:
    address = connect(page, desk, meta)
    picture = {"id": "100", "mime_type": "image/png", "caption": "Is this the blue one? 😀"}
    tell(address, {"contacts": [CONTACT], "messages": [message(type="image", image=picture, id="wamid.in")]})
    page.goto(desk.address_of("Zita Lund"))
    expect(page.get_by_role("heading", name="Zita Lund").first).to_be_visible()
    expect(page.locator("article.in img").first).to_be_visible()
    page.get_by_role("form", name="Write").get_by_role("textbox").click()
    page.locator("[contenteditable=true][aria-label='Write a reply']").click()
    page.keyboard.type("Yes, ")
    page.keyboard.press("Control+b")
    page.keyboard.type("it is")
    page.keyboard.press("Control+Enter")
    sent = eventually(lambda: meta.to("POST", f"{NUMBER}/messages"))[0].json
    assert (sent["to"], sent["text"]["body"]) == (f"+{PHONE}", "Yes, *it is*")
    status = {"id": "wamid.out", "timestamp": "1772355700", "recipient_id": PHONE}
    key = {"biz_opaque_callback_data": sent["biz_opaque_callback_data"]}
    tell(address, {"statuses": [status | {"status": "read"}, status | key | {"status": "delivered"}]})
    expect(page.locator("article.out").last).to_contain_text("Read")
    look(page, "read")

    handle = {"profile": {"name": "Zita Lund", "username": "zita"}, "user_id": PERSON}
    hidden = {"from_user_id": PERSON, "id": "wamid.hidden", "timestamp": "1772355800", "type": "text"}
    tell(address, {"contacts": [handle], "messages": [hidden | {"text": {"body": "Without my number"}}]})
    expect(page.locator("article.in").last).to_contain_text("Without my number")
    rows = desk.office.get("/tickets", list="all")["items"]
    assert len({row["conversation_id"] for row in rows if "Zita" in json.dumps(row)}) == 1, "the same person"
