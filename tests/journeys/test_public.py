"""What customers say below a post: seen as public, answered in public or in private without taking one for the other, hidden and shown."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import violations
from tests.journeys.desk import Desk, context, desk, page
from tests.journeys.test_messages import choose, message

__all__ = ["context", "desk", "page"]

SHOTS = Path(__file__).parents[2] / "test-output" / "public"
LAMP = {"id": "p1", "link": "https://social.example/p1", "text": "Our new lamp, in brass and in steel"}


def comments(desk: Desk, name: str, text: str) -> None:
    """A customer says something below a post."""
    desk.customer_writes(name, text)  # so that they are somebody whom the desk knows
    comment = {"kind": "message", "id": f"c-{name}-{text}", "sender": {"id": name.lower(), "name": name}}
    desk.channel_tells({**comment, "text": f"{text} Everybody!", "post": LAMP})


def shoot(page: Page, name: str) -> None:
    """A picture to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")


@pytest.mark.long
def test_an_answer_is_public_or_private_and_nobody_takes_one_for_the_other(page: Page, desk: Desk) -> None:
    comments(desk, "Sigrid", "Does it come in copper?")
    page.goto(desk.address_of("Sigrid"))
    heard = message(page, "Does it come in copper? Everybody!")
    expect(heard.get_by_role("link", name="under “Our new lamp, in brass and in steel”")).to_have_attribute(
        "href", LAMP["link"]
    )
    form = page.get_by_role("form", name="Write")
    way = form.get_by_role("group", name="Public or private")
    expect(way.get_by_role("button", name="Public reply")).to_have_attribute("aria-pressed", "true")
    expect(form).to_contain_text("Everybody can read this, under “Our new lamp")
    box = form.get_by_role("textbox", name="Write a public reply")
    box.fill("In spring!")
    assert violations(page) == []
    shoot(page, "light")
    page.emulate_media(color_scheme="dark")
    shoot(page, "dark")
    page.emulate_media(color_scheme="light")
    page.keyboard.press("Control+Enter")
    said = message(page, "In spring!")
    expect(said.get_by_text("Public", exact=True)).to_be_visible()
    way.get_by_role("button", name="Private message").click()
    private = form.get_by_role("textbox", name="Write a private message")
    expect(private).to_be_focused()
    expect(form.get_by_text("Only Sigrid gets this")).to_be_visible()
    private.fill("I keep one for you")
    shoot(page, "private")
    page.keyboard.press("Control+Enter")
    own = message(page, "I keep one for you")
    expect(own.locator(".state")).to_be_visible()
    expect(own.get_by_text("Public", exact=True)).to_have_count(0)


@pytest.mark.long
def test_what_comes_while_somebody_writes_doesnt_turn_it_public(page: Page, desk: Desk) -> None:
    comments(desk, "Torunn", "Hello?")
    desk.customer_writes("Torunn", "My number is 1234")
    page.goto(desk.address_of("Torunn"))
    expect(message(page, "My number is 1234")).to_be_visible()
    box = page.get_by_role("form", name="Write").get_by_role("textbox", name="Write a private message")
    box.fill("Thank you, 1234")
    desk.channel_tells(
        {"kind": "message", "id": "c-late", "sender": {"id": "torunn"}, "text": "Anybody there?", "post": LAMP}
    )
    expect(message(page, "Anybody there?")).to_be_visible()
    expect(box).to_have_value("Thank you, 1234")
    box.press("Control+Enter")
    said = message(page, "Thank you, 1234")
    expect(said.locator(".state")).to_be_visible()
    expect(said.get_by_text("Public", exact=True)).to_have_count(0)


@pytest.mark.long
def test_a_comment_is_hidden_by_keys_and_shown_again(page: Page, desk: Desk) -> None:
    comments(desk, "Ulrika", "Thieves!")
    page.goto(desk.address_of("Ulrika"))
    heard = message(page, "Thieves! Everybody!")
    expect(heard).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("hide the customer")
    expect(page.get_by_role("option", name="Hide the customer's last public message")).to_be_visible()
    page.keyboard.press("Enter")
    expect(heard.get_by_text("Hidden by Boss")).to_be_visible()
    expect(heard.get_by_text("The change is on its way")).to_have_count(0)
    assert violations(page) == []
    shoot(page, "hidden")
    page.get_by_role("button", name="Undo").click()
    expect(heard.get_by_text("Hidden by Boss")).to_have_count(0)
    choose(page, heard, "Hide from others")
    expect(heard.get_by_text("Hidden by Boss")).to_be_visible()
    desk.channel_tells({"kind": "hiding", "message": "c-Ulrika-Thieves!", "hidden": False})
    expect(heard.get_by_text("Hidden by Boss")).to_have_count(0)
    choose(page, heard, "Hide from others")
    choose(page, heard, "Show to others again")
    expect(heard.get_by_text("Hidden by Boss")).to_have_count(0)


@pytest.mark.long
def test_the_list_shows_what_is_public_and_a_phone_has_room_for_it(desk: Desk, browser: Browser) -> None:
    comments(desk, "Vendela", "A comment of mine")
    me = desk.office.get("/me")["agent"]["id"]
    desk.office.patch(f"/tickets/{desk.ticket_of('Vendela')['id']}", {"owner_agent_id": me})
    context = desk.seat(browser, desk.office, viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(f"{desk.running.base}/app/inbox/mine")
    row = page.locator("a[data-ticket]", has_text="Vendela")
    expect(row.get_by_title(re.compile("Public, under “Our new lamp"))).to_be_visible()
    shoot(page, "list-phone")
    row.click()
    expect(message(page, "A comment of mine Everybody!")).to_be_visible()
    page.get_by_role("form", name="Write").get_by_role("textbox").fill("Thank you for telling us what you think of it")
    shoot(page, "phone")
    context.close()
