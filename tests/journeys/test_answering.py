"""What helps agents answer: canned replies, quotes, and the keys of sending, by hand in a browser."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.desk import PICTURE, Desk, browser, desk, post_office
from tests.journeys.pages import complaints_of
from tests.journeys.running import eventually

__all__ = ["browser", "desk", "post_office"]

THANKS = {"en": "Thank you, {{contact.first_name|friend}}. It is Order {{ticket.subject|yours}}.", "sv": "Tack, {{contact.first_name|du}}."}


@pytest.fixture
def context(browser: Browser, desk: Desk) -> Iterator[BrowserContext]:
    """The administrator's browser."""
    context = desk.seat(browser, desk.office)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A window of it, whose script errors fail the test."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert errors == []


def box(page: Page) -> Any:
    return page.get_by_placeholder("Write a reply")


def arrive(page: Page, desk: Desk, name: str, text: str) -> None:
    """A customer writes, and the page shows the conversation."""
    desk.customer_writes(name, text)
    page.goto(desk.address_of(name))
    expect(page.locator("article", has_text=text).last).to_be_visible()


def last_message(desk: Desk, name: str) -> dict[str, Any]:
    conversation = desk.ticket_of(name)["conversation_id"]
    messages: list[dict[str, Any]] = desk.office.get(f"/conversations/{conversation}/messages")["items"]
    return messages[-1]


def test_a_canned_reply_is_written_seen_and_used(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.running.base}/app/settings/canned")
    expect(page.get_by_text("Answer what is asked every day in one key")).to_be_visible()
    page.get_by_role("button", name="New canned reply").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Thanks and greetings")
    dialog.get_by_label("Shortcut").fill("thanks")
    dialog.get_by_label("What it says").fill("Thank you, {{contact.frist_name}}.")
    expect(dialog.get_by_text("Did you mean {{contact.first_name}}?")).to_be_visible()
    dialog.get_by_label("What it says").fill("Thank you, {{contact.first_name|friend}}. ")
    dialog.get_by_role("button", name="Insert a variable").click()
    page.get_by_role("option", name="Name of the company").click()
    preview = dialog.get_by_role("group", name="As Maija Virtanen would read it")
    expect(preview).to_contain_text("Thank you, Maija. Norrsken")
    expect(preview).to_contain_text("Thank you, friend. Norrsken")
    dialog.get_by_role("button", name="Add a language").click()
    page.get_by_role("combobox", name="Add a language").fill("swed")
    page.keyboard.press("Enter")
    dialog.get_by_label("What it says").fill("Tack, {{contact.first_name|du}}.")
    with page.expect_file_chooser() as chooser:
        dialog.get_by_role("button", name="Attach files").click()
    chooser.value.set_files({"name": "prices.png", "mimeType": "image/png", "buffer": PICTURE})
    expect(dialog.get_by_role("button", name="Remove prices.png")).to_be_visible()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("/thanks")).to_be_visible()

    arrive(page, desk, "Greta", "Is it on its way?")
    page.keyboard.press("r")
    expect(box(page)).to_be_focused()
    page.keyboard.type("Hello /grt")
    suggestion = page.get_by_role("option", name="Thanks and greetings")
    expect(suggestion).to_contain_text("Thank you, Greta.")
    page.keyboard.press("ArrowRight")
    expect(suggestion).to_contain_text("Tack, Greta.")
    page.keyboard.press("Enter")
    expect(box(page)).to_have_value("Hello Tack, Greta.")
    expect(page.get_by_text("prices.png")).to_be_visible()
    page.keyboard.type(" And /thanks")
    expect(suggestion).to_be_visible()
    page.keyboard.press("Escape")
    expect(suggestion).to_be_hidden()
    page.keyboard.type("g")
    expect(suggestion).to_be_hidden()
    expect(box(page)).to_have_value("Hello Tack, Greta. And /thanksg")
    page.keyboard.press("Control+Enter")
    expect(page.locator("article.out")).to_contain_text("Hello Tack, Greta. And /thanksg")
    sent = eventually(lambda: (one := last_message(desk, "Greta"))["direction"] == "out" and one)
    assert [file["name"] for file in sent["attachments"]] == ["prices.png"]
    assert desk.office.get("/canned-replies")["items"][0]["uses"] == 1


def test_a_note_and_a_first_mail_take_canned_replies_too(page: Page, desk: Desk) -> None:
    desk.office.post(
        "/canned-replies", {"name": "Delivery", "texts": [{"language": "en", "text": "Hi {{contact.name|you}}"}]}
    )
    arrive(page, desk, "Hedda", "Hello")
    page.keyboard.press("n")
    page.keyboard.type("/deli")
    expect(page.get_by_role("option", name="Delivery")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_placeholder("Write a note")).to_have_value("Hi Hedda")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="New conversation")
    dialog.get_by_label("To").fill("Ulla Berg <ulla@customer.test>")
    dialog.get_by_label("Message").click()
    page.keyboard.type("/delivery")
    expect(page.get_by_role("option", name="Delivery")).to_be_visible()
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Message")).to_have_value("Hi Ulla Berg")


def test_what_is_removed_comes_back_and_own_ones_stay_ones_own(page: Page, desk: Desk, browser: Browser) -> None:
    desk.office.post("/canned-replies", {"name": "Opening hours", "texts": [{"language": "en", "text": "From nine"}]})
    page.goto(f"{desk.running.base}/app/settings/canned")
    row = page.get_by_role("listitem").filter(has_text="Opening hours")
    row.get_by_role("button", name="Edit").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
    expect(row).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(row).to_be_visible()

    ida = desk.hire("ida2@firm.example", "Ida Strand")
    colleague = desk.seat(browser, ida)
    theirs = colleague.new_page()
    theirs.goto(f"{desk.running.base}/app/settings/canned")
    other = theirs.get_by_role("listitem").filter(has_text="Opening hours")
    expect(other.get_by_role("button", name="Duplicate")).to_be_visible()
    expect(other.get_by_role("button", name="Edit")).to_have_count(0)
    other.get_by_role("button", name="Duplicate").click()
    theirs.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(theirs.get_by_text("Only me")).to_be_visible()
    expect(row).to_have_count(1)
    colleague.close()


def test_a_certain_message_is_answered(page: Page, desk: Desk) -> None:
    arrive(page, desk, "Jonas", "Do you have the brass lamp?")
    desk.customer_writes("Jonas", "And the steel one?")
    expect(page.locator("article", has_text="And the steel one?")).to_be_visible()
    page.keyboard.press("q")
    form = page.get_by_role("form", name="Write")
    expect(form.locator(".quote")).to_contain_text("And the steel one?")
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    expect(form.locator(".quote")).to_contain_text("Do you have the brass lamp?")
    page.keyboard.type("Yes, two of them")
    expect(page.get_by_text("What you answer stands above your words as a quote.")).to_be_visible()
    page.keyboard.press("Control+Enter")
    answer = page.locator("article.out", has_text="Yes, two of them")
    expect(answer.locator(".quote")).to_contain_text("Do you have the brass lamp?")
    expect(form.locator(".quote")).to_have_count(0)


def test_sending_and_going_on(page: Page, desk: Desk) -> None:
    arrive(page, desk, "Kaisa", "One question")
    page.goto(desk.address_of("Kaisa") + "?list=all")
    expect(box(page)).to_be_visible()
    expect(page.locator("a.ticket").nth(1)).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.type("One answer")
    before = page.url
    page.keyboard.press("Control+Alt+Enter")
    page.wait_for_url(lambda url: url != before)
    eventually(lambda: last_message(desk, "Kaisa")["text"] == "One answer")


@pytest.mark.parametrize("language", ["en", "sv", "nb", "fi", "zh-CN"])
def test_the_pages_can_be_used_by_everybody(browser: Browser, desk: Desk, language: str) -> None:
    context = desk.seat(browser, desk.office, color_scheme="dark" if language == "fi" else "light")
    page = context.new_page()
    desk.office.patch("/me", {"locale": language})
    try:
        page.goto(f"{desk.running.base}/app/settings/canned")
        page.get_by_role("listitem").last.get_by_role("button").last.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert complaints_of(page) == []
        assert re.search(r"canned\.|variable\.", page.locator("body").inner_text()) is None
    finally:
        desk.office.patch("/me", {"locale": "en"})
        context.close()
