"""The sandbox in a browser tab: a customer is played, through a signed webhook, and sees what the channel would deliver."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.frontend.widget.conftest import Customer, World

KEY = "a key that only tests know"


def connect(world: World, **settings: Any) -> str:
    body = {"channel": "sandbox", "name": "Text messages", "settings": {"signing_key": KEY, **settings}, "secrets": {}}
    return str(world.office.post("/inboxes", body)["key"])


def annas(world: World) -> str:
    """The conversation of whoever the tab plays first."""
    [anna] = world.office.get("/contacts", by="identity:sandbox:anna")["items"]
    return str(anna["conversation_id"])


def open_tab(world: World, context: BrowserContext, key: str) -> Page:
    context.add_cookies(
        [
            {"name": one.name, "value": str(one.value), "url": world.running.base}
            for one in world.office.client.cookies.jar
        ]
    )
    page = context.new_page()
    page.goto(f"{world.running.base}/sandbox/{key}")
    return page


def test_a_customer_is_played_both_ways(world: World, context: BrowserContext) -> None:
    page = open_tab(world, context, connect(world, text_limit=40))
    page.get_by_label("Write as Anna").fill("Is my order on its way?")
    page.get_by_role("button", name="Send", exact=True).click()
    log = page.get_by_role("log")
    expect(log.get_by_text("Is my order on its way?")).to_be_visible()
    answer = "It left this morning. It will be with you on Tuesday before noon."
    world.reply(answer, annas(world))
    expect(log.locator("article.out p")).to_have_text(
        ["It left this morning. ", "It will be with you on Tuesday before ", "noon."]
    )
    expect(log.get_by_text("Sent", exact=True)).to_be_visible()
    log.get_by_role("button", name="Say read").click()
    expect(log.get_by_text("Read", exact=True)).to_be_visible()
    delivery = world.office.get(f"/conversations/{annas(world)}/messages")["items"][-1]["delivery"]
    assert delivery["state"] == "read"


def test_buttons_are_pressed_as_far_as_the_channel_in_play_has_some(world: World, context: BrowserContext) -> None:
    page = open_tab(world, context, connect(world, buttons=2))
    page.get_by_label("Write as Anna").fill("A time, please")
    page.keyboard.press("Enter")
    log = page.get_by_role("log")
    expect(log.get_by_text("A time, please")).to_be_visible()
    world.reply("When?", annas(world), buttons=["Today", "Tomorrow"])
    log.get_by_role("button", name="Tomorrow").click()
    expect(log.locator("article.in").last).to_contain_text("Tomorrow")
    world.reply("And where?", annas(world), buttons=["Here", "There", "Elsewhere"])
    expect(log.locator("article.out").last).to_contain_text("2. There")
    expect(log.get_by_role("button", name="There")).to_have_count(0)
    page.get_by_label("Write as Anna").fill("2")
    page.keyboard.press("Enter")
    expect(log.locator("article.in").last).to_contain_text("2")
    path = f"/conversations/{annas(world)}/messages"
    chosen = [(one["text"], one["chosen"]) for one in world.office.get(path)["items"] if one["chosen"]]
    assert chosen == [("Tomorrow", 2), ("2", 2)]


def test_customers_are_kept_apart(world: World, context: BrowserContext) -> None:
    page = open_tab(world, context, connect(world))
    page.get_by_label("Write as Anna").fill("I am Anna")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log").get_by_text("I am Anna")).to_be_visible()
    page.get_by_label("Another customer").fill("Bo")
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="Bo")).to_be_checked()
    expect(page.get_by_role("log").get_by_text("I am Anna")).to_have_count(0)
    page.get_by_label("Write as Bo").fill("I am Bo")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log").get_by_text("I am Bo")).to_be_visible()
    page.reload()
    expect(page.get_by_role("log").get_by_text("I am Anna")).to_be_visible()
    page.get_by_label("Bo").check()
    expect(page.get_by_role("log").get_by_text("I am Bo")).to_be_visible()


def test_a_broken_signature_is_refused(world: World, context: BrowserContext) -> None:
    page = open_tab(world, context, connect(world))
    page.get_by_label("Write as Anna").fill("Believe me")
    page.get_by_role("button", name="Send with a broken signature").click()
    expect(page.get_by_role("status")).to_have_text("Refused with 401, as it should be")
    expect(page.get_by_role("log").get_by_text("Believe me")).to_have_count(0)


def test_the_company_a_call_and_a_minute_are_played(world: World, context: BrowserContext) -> None:
    page = open_tab(world, context, connect(world))
    words, log = page.get_by_label("Write as Anna"), page.get_by_role("log")
    for text, button in (("From our phone", "Say it as the company"), ("My code", "Send for one minute")):
        words.fill(text)
        page.get_by_role("button", name=button).click()
        expect(log.get_by_text(text)).to_be_visible()
    page.get_by_role("button", name="Call without an answer").click()
    expect(log.get_by_text("Missed call")).to_be_visible()
    echo, fleeting, call = world.office.get(f"/conversations/{annas(world)}/messages")["items"][-3:]
    assert (echo["direction"], echo["flags"]) == ("out", ["elsewhere"])
    assert fleeting["expires_at"] > fleeting["at"]
    assert call["call"] == {"state": "missed"}


def test_a_stranger_is_asked_to_sign_in(world: World, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{world.running.base}/sandbox/{connect(world)}")
    expect(page.get_by_role("alert")).to_contain_text("Sign in first")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1000, 390])
def test_nothing_stands_in_anybodys_way(world: World, browser: Browser, scheme: Any, width: int) -> None:
    context = browser.new_context(locale="en-GB", color_scheme=scheme, viewport={"width": width, "height": 760})
    page = open_tab(world, context, connect(world, text_limit=160, window_hours=24, buttons=0))
    page.get_by_label("Write as Anna").fill("Hello, is the brass lamp still to be had?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log").get_by_text("brass lamp")).to_be_visible()
    world.reply("It is. Shall we put one aside for you?", annas(world))
    expect(page.get_by_role("log").get_by_text("Shall we")).to_be_visible()
    expect(page.get_by_text("24 h after the customer's last words")).to_be_visible()
    assert Customer(page).violations() == []
    shots = Path("test-output/sandbox")
    shots.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=shots / f"sandbox-{scheme}-{width}.png", full_page=True)
    context.close()
