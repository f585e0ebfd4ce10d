"""A messenger: its bot is connected by following the page, a customer writes to it, and is answered from the inbox."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browsers import violations
from tests.counterparts.telegram_api import TOKEN, Telegram, telegram
from tests.journeys.pages import sign_in
from tests.journeys.running import Office, Running, eventually

__all__ = ["telegram"]
pytestmark = pytest.mark.long


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """The product, which may call the Telegram on loopback."""
    with Running(tmp_path, private_networks="127.0.0.0/8") as running:
        yield running


def connect(page: Page, running: Running, telegram: Telegram) -> None:
    """By the page: what to do at BotFather, a live check, then for good."""
    page.goto(f"{running.base}/app/settings/inboxes")
    page.get_by_role("button", name="Connect inbox").first.click()
    page.get_by_role("button", name="Telegram").click()
    steps = page.get_by_role("dialog").get_by_role("listitem")
    expect(steps.first).to_contain_text("@BotFather")
    assert violations(page) == []
    page.get_by_label("Token of the bot").fill(TOKEN)
    page.get_by_text("More settings").click()
    page.get_by_label("Address of the Bot API").fill("http://10.255.255.1:1")
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.get_by_label("Address of the Bot API")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Address of the Bot API").fill(telegram.address)
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.get_by_text("The account works: @TestNameBot")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Connect inbox").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_bot_is_connected_written_to_and_answers(
    running: Running, office: Office, telegram: Telegram, page: Page
) -> None:
    sign_in(page, running)
    connect(page, running, telegram)
    telegram.say("Do you have the lamp in blue? 😀")

    def conversation() -> str | None:
        rows = office.get("/tickets", list="all")["items"]
        return rows[0]["conversation_id"] if rows else None

    page.goto(f"{running.base}/app/conversations/{eventually(conversation)}")
    asked = page.locator("article[data-message]", has_text="Do you have the lamp in blue?")
    expect(asked).to_be_visible()
    expect(page.get_by_role("heading", name="Anna").first).to_be_visible()
    box = page.get_by_role("form", name="Write").get_by_role("textbox")
    box.click()
    page.keyboard.type("Yes, ")
    page.keyboard.press("Control+b")
    page.keyboard.type("three")
    page.keyboard.press("Control+b")
    page.keyboard.type(" of them")
    page.keyboard.press("Control+Enter")
    said = page.locator("article[data-message]", has_text="three of them")
    expect(said.locator(".state")).to_contain_text(re.compile("Sent"))
    (seen,) = eventually(telegram.seen)
    assert seen["message"]["text"] == "Yes, three of them"
    assert seen["message"]["entities"] == [{"type": "bold", "offset": 5, "length": 5}]
