"""What is done with messages that are there, and voice notes: an agent's browser and a visitor's, side by side."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browsers import violations
from tests.frontend.widget.conftest import Customer
from tests.journeys.desk import Desk, context, desk, page
from tests.journeys.running import eventually

__all__ = ["context", "desk", "page"]

SEAT = {"permissions": ["microphone", "clipboard-read", "clipboard-write"]}


@pytest.fixture(scope="module")
def chat_key(desk: Desk) -> str:
    """A web chat."""
    body = {"channel": "webchat", "name": "Chat", "settings": {"company": "Norrsken"}}
    return str(desk.office.post("/inboxes", body)["key"])


@pytest.fixture
def chat(desk: Desk, browser: Browser, chat_key: str) -> Iterator[Customer]:
    """The visitor's browser."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    customer = Customer(page)
    page.goto(f"{desk.running.base}/chat/try.html?inbox={chat_key}")
    customer.open()
    yield customer
    context.close()


def open_newest(page: Page, desk: Desk, text: str) -> None:
    """The agent opens the conversation in which these words stand."""

    def look() -> str | None:
        rows = desk.office.get("/tickets", list="all", limit=20)["items"]
        return next((row["conversation_id"] for row in rows if row["preview"] == text), None)

    page.goto(f"{desk.running.base}/app/conversations/{eventually(look)}")
    expect(message(page, text)).to_be_visible()


def message(page: Page, text: str) -> Locator:
    """A message by its words."""
    return page.locator("article[data-message]", has_text=text)


def answer(page: Page, text: str) -> Locator:
    """The agent answers; the message, once it has left."""
    page.get_by_role("form", name="Write").get_by_role("textbox").fill(text)
    page.keyboard.press("Control+Enter")
    said = message(page, text)
    expect(said.locator(".state")).to_contain_text(re.compile("Sent|Delivered|Read"))
    return said


def choose(page: Page, said: Locator, act: str) -> None:
    """From the menu of a message."""
    said.hover()
    said.get_by_role("button", name="More for this message").click()
    page.get_by_role("menu").get_by_role("menuitem", name=act, exact=True).click()


def test_a_reply_is_edited_withdrawn_and_brought_back_on_both_sides(page: Page, desk: Desk, chat: Customer) -> None:
    chat.write("When does it come?")
    open_newest(page, desk, "When does it come?")
    said = answer(page, "It comes on Monday")
    expect(chat.log.get_by_text("It comes on Monday")).to_be_visible()
    choose(page, said, "Edit")
    field = page.get_by_role("textbox", name="Edit")
    expect(field).to_be_focused()
    assert violations(page) == []
    field.fill("It comes on Tuesday")
    page.keyboard.press("Control+Enter")
    expect(chat.log.get_by_text("It comes on Tuesday")).to_be_visible()
    expect(chat.log.get_by_text("edited")).to_be_visible()
    expect(chat.log.get_by_text("It comes on Monday")).to_have_count(0)
    said = message(page, "It comes on Tuesday")
    expect(said.get_by_text("Edited")).to_be_visible()
    said.get_by_role("button", name="Earlier words").click()
    expect(said.get_by_text("It comes on Monday")).to_be_visible()
    choose(page, said, "Delete")
    expect(chat.log.get_by_text("It comes on Tuesday")).to_have_count(0)
    expect(page.get_by_text("Deleted by Boss")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(chat.log.get_by_text("It comes on Tuesday")).to_be_visible()
    expect(message(page, "It comes on Tuesday")).to_be_visible()


@pytest.mark.long
def test_an_emoji_from_either_side(page: Page, desk: Desk, chat: Customer) -> None:
    chat.write("It came, thank you")
    open_newest(page, desk, "It came, thank you")
    heard = message(page, "It came, thank you")
    heard.hover()
    heard.get_by_role("button", name="More for this message").click()
    page.get_by_role("menuitem", name="React with ❤️").click()
    mine = heard.get_by_role("button", name="❤️ from Boss")
    expect(mine).to_have_attribute("aria-pressed", "true")
    expect(chat.log.locator(".signs")).to_have_text(["❤️"])
    said = answer(page, "A pleasure")
    expect(chat.log.get_by_text("A pleasure")).to_be_visible()
    chat.log.get_by_role("button", name="React").click()
    chat.log.get_by_role("button", name="👍").click()
    theirs = said.get_by_role("button", name=re.compile("^👍 from "))
    expect(theirs).to_have_attribute("aria-pressed", "false")
    assert violations(page) == []
    mine.click()
    expect(mine).to_have_count(0)
    expect(chat.log.locator(".signs")).to_have_text(["👍"])
    chat.log.get_by_role("button", name="React").click()
    chat.log.get_by_role("button", name="👍").click()
    expect(theirs).to_have_count(0)


@pytest.mark.long
def test_a_menu_by_keys(page: Page, desk: Desk) -> None:
    desk.customer_writes("Ulla", "The first question")
    desk.customer_writes("Ulla", "The second question")
    page.goto(desk.address_of("Ulla"))
    expect(message(page, "The second question")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("what can be done")
    expect(page.get_by_role("option", name="What can be done with a message")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("log", name="All messages").focus()
    page.keyboard.press("ArrowUp")
    expect(message(page, "The second question")).to_be_focused()
    page.keyboard.press("ArrowUp")
    first = message(page, "The first question")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    menu = page.get_by_role("menu")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(first).to_be_focused()
    page.keyboard.press("o")
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    expect(menu.get_by_role("menuitem", name="Copy text")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Text copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "The first question"


@pytest.mark.long
def test_what_a_channel_cannot_isnt_offered_and_the_palette_says_why(page: Page, desk: Desk) -> None:
    inboxes = {one["channel"]: one for one in desk.office.get("/inboxes")}
    letter = {"to": {"scheme": "email", "value": "olle@customer.test"}, "text": "By mail", "subject": "Hello"}
    made = desk.office.post("/conversations", {**letter, "inbox_id": inboxes["mail"]["id"]})
    page.goto(f"{desk.running.base}/app/conversations/{made['conversation_id']}")
    said = message(page, "By mail")
    said.hover()
    said.get_by_role("button", name="More for this message").click()
    menu = page.get_by_role("menu")
    expect(menu.get_by_role("menuitem", name="Copy text")).to_be_visible()
    for act in ("Edit", "Delete", "React"):
        expect(menu.get_by_role("menuitem", name=act, exact=True)).to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("edit my")
    expect(page.get_by_role("option", name=re.compile("can't be edited"))).to_be_visible()


def test_what_a_customer_did_with_their_words(page: Page, desk: Desk) -> None:
    desk.customer_writes("Viggo", "I want two")
    page.goto(desk.address_of("Viggo"))
    expect(message(page, "I want two")).to_be_visible()
    said, sender = desk.last_said, {"id": "viggo"}
    desk.channel_tells({"kind": "edit", "message": said, "sender": sender, "text": "I want three"})
    edited = message(page, "I want three")
    expect(edited.get_by_text("Edited")).to_be_visible()
    edited.get_by_role("button", name="Earlier words").click()
    expect(edited.get_by_text("I want two")).to_be_visible()
    desk.channel_tells({"kind": "removal", "message": said, "sender": sender})
    expect(page.get_by_text("Removed by the customer")).to_be_visible()


@pytest.mark.long
def test_a_voice_note_is_recorded_heard_and_played(page: Page, desk: Desk, chat: Customer) -> None:
    chat.write("Could you explain?")
    open_newest(page, desk, "Could you explain?")
    form = page.get_by_role("form", name="Write")
    form.get_by_role("button", name="Record a voice note").click()
    voice = form.get_by_role("group", name="Voice note")
    expect(voice.get_by_role("timer")).to_have_text("0:01")
    voice.get_by_role("button", name="Pause").click()
    expect(voice.get_by_role("button", name="Go on")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(voice).to_have_count(0)
    form.get_by_role("button", name="Record a voice note").click()
    expect(voice.get_by_role("timer")).to_have_text("0:01")
    voice.get_by_role("button", name="Stop").click()
    expect(voice.locator("audio")).to_be_visible()
    voice.get_by_role("button", name="Attach it").click()
    expect(form.get_by_text(re.compile(r"Voice note\.\w+"))).to_be_visible()
    expect(form.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    form.get_by_role("button", name="Send", exact=True).click()
    player = page.locator("article.out audio")
    expect(player).to_be_visible()
    player.evaluate("audio => audio.play()")
    eventually(lambda: player.evaluate("audio => audio.currentTime > 0"))
    chat.log.get_by_role("button", name=re.compile("Voice note")).click()
    theirs = chat.log.locator("audio")
    expect(theirs).to_be_visible()
    eventually(lambda: theirs.evaluate("audio => audio.readyState >= 2"))


@pytest.mark.long
def test_a_visitors_voice_note_is_heard(page: Page, desk: Desk, chat: Customer) -> None:
    chat.page.context.grant_permissions(["microphone"])
    chat.write("I sing it to you")
    open_newest(page, desk, "I sing it to you")
    chat.page.get_by_role("button", name="Record a voice note").click()
    voice = chat.page.get_by_role("group", name="Record a voice note")
    expect(voice.get_by_role("timer")).to_have_text("0:01")
    voice.get_by_role("button", name="Stop").click()
    voice.get_by_role("button", name="Send").click()
    player = page.locator("article.in audio")
    expect(player).to_be_visible()
    player.evaluate("audio => audio.play()")
    eventually(lambda: player.evaluate("audio => audio.currentTime > 0"))


@pytest.mark.long
def test_a_microphone_that_is_refused_is_explained(desk: Desk, browser: Browser) -> None:
    context = desk.seat(browser, desk.office, permissions=[])
    page = context.new_page()
    desk.customer_writes("Wilma", "Call me")
    page.goto(desk.address_of("Wilma"))
    page.get_by_role("button", name="Record a voice note").click()
    expect(page.get_by_role("alert")).to_contain_text("Allow it in the address bar")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Record a voice note")).to_be_focused()
    context.close()
