"""Where one may answer for a while only: how long, what can be sent afterwards, and answers to choose from. Played by the sandbox."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browsers import violations
from tests.journeys.desk import SIGNING_KEY, Desk, context, desk, page, reply_box, said
from tests.journeys.running import eventually
from tests.journeys.tour import shot

__all__ = ["context", "desk", "page"]

pytestmark = pytest.mark.long

SEAT = {"reduced_motion": "reduce"}
PHONE = {"has_touch": True, "is_mobile": True, "viewport": {"width": 390, "height": 780}}
LOOKS = {"light": {}, "dark": {"color_scheme": "dark"}, "phone": PHONE}
PLAYED = {"after_window": "template", "templates": True, "buttons": 3, "list_rows": 6, "button_length": 20}


@pytest.fixture
def inbox(desk: Desk) -> str:
    """The sandbox's inbox, which has templates and windows."""
    found = next(one for one in desk.office.get("/inboxes") if one["key"] == desk.sandbox)
    return str(found["id"])


def play(desk: Desk, inbox: str, **settings: Any) -> None:
    """Let the sandbox play another channel."""
    played = {"signing_key": SIGNING_KEY, **PLAYED, **settings}
    desk.office.patch(f"/inboxes/{inbox}", {"settings": played})
    eventually(lambda: desk.office.get(f"/inboxes/{inbox}/templates")["items"])


def look(page: Page, name: str, request: pytest.FixtureRequest) -> None:
    """A picture, and what axe-core says of it."""
    page.screenshot(path=shot(f"templates-{name}", request.node.callspec.id))
    assert violations(page) == []


def labels(page: Page) -> Locator:
    return page.get_by_role("group", name="Answer buttons").get_by_role("textbox")


def test_answers_are_offered_by_keys_and_what_was_pressed_is_marked(page: Page, desk: Desk, inbox: str) -> None:
    play(desk, inbox, window_hours=24)
    desk.customer_writes("Berit", "I want a new time")
    page.goto(desk.address_of("Berit"))
    expect(page.get_by_text("You can answer freely until")).to_be_visible()
    reply_box(page).fill("When would you like to come?")
    page.get_by_role("button", name="Answer buttons").click()
    expect(labels(page)).to_be_focused()
    for label in ("Today", "Tomorrow"):
        page.keyboard.type(label)
        page.keyboard.press("Enter")
    page.keyboard.type("x")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    expect(labels(page)).to_have_count(2)
    expect(labels(page).last).to_be_focused()
    expect(page.get_by_text("Draft saved")).to_be_visible()
    page.reload()
    expect(labels(page)).to_have_count(2)
    labels(page).last.press("Control+Enter")
    question = said(page, "When would you like to come?")
    expect(question.get_by_role("list", name="Answer buttons").get_by_role("listitem")).to_have_text(
        ["Today", "Tomorrow"]
    )
    sent = question.get_attribute("data-message")
    who = {"id": "berit", "name": "Berit"}
    event = {"kind": "message", "id": "p1", "sender": who, "text": "Tomorrow", "answers": [sent], "chosen": "2"}
    desk.channel_tells(event)
    expect(question.get_by_role("listitem").filter(has=page.get_by_label("Chosen by the customer"))).to_have_text(
        "Tomorrow"
    )


def test_what_becomes_of_many_answers_is_said_and_a_number_is_understood(page: Page, desk: Desk, inbox: str) -> None:
    play(desk, inbox, window_hours=24, list_rows=4)
    desk.customer_writes("Cilla", "Which one?")
    page.goto(desk.address_of("Cilla"))
    reply_box(page).fill("Choose a colour")
    page.get_by_role("button", name="Answer buttons").click()
    for number, label in enumerate(("Red", "Blue", "Green", "Grey", "Sand"), 1):
        page.keyboard.type(label)
        if number == 4:
            expect(page.get_by_text("Buttons leave as a list that opens")).to_be_visible()
        if number < 5:
            page.keyboard.press("Enter")
    expect(page.get_by_text("Buttons leave as numbered lines")).to_be_visible()
    page.keyboard.press("Control+Enter")
    question = said(page, "Choose a colour")
    expect(question).to_contain_text("Sent")
    desk.customer_writes("Cilla", "4")
    expect(said(page, "Means “Grey”")).to_be_visible()
    chosen = question.get_by_role("listitem").filter(has=page.get_by_label("Chosen by the customer"))
    expect(chosen).to_have_text("Grey")


@pytest.mark.parametrize("context", LOOKS.values(), ids=LOOKS, indirect=True)
def test_once_the_time_is_over_a_template_is_chosen_filled_and_sent(
    page: Page, desk: Desk, inbox: str, request: pytest.FixtureRequest
) -> None:
    play(desk, inbox, window_seconds=1)
    who = f"Dagny {request.node.callspec.id}"
    desk.customer_writes(who, "Has it left?")
    page.goto(desk.address_of(who))
    line = page.get_by_text("Free answers ended")
    expect(line).to_be_visible()
    expect(line).to_have_text(re.compile(r"Free answers ended \S+.*A template can still be sent"))
    reply_box(page).fill("Yes, it has")
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    look(page, "closed", request)
    page.get_by_role("form", name="Write").get_by_role("button", name="Choose a template").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("option")).to_have_count(4)
    look(page, "choose", request)
    dialog.get_by_role("combobox").press_sequentially("order")
    expect(dialog.get_by_role("option")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Value name")).to_have_value("{{contact.first_name}}")
    send = dialog.get_by_role("button", name="Send", exact=True)
    expect(send).to_be_disabled()
    dialog.get_by_label("Value order").fill("A-1007")
    dialog.get_by_label("Value day").fill("Friday")
    dialog.get_by_label("End of the address").fill("a1007")
    expect(dialog.get_by_label("As the customer will read it")).to_contain_text("Hello Dagny, your order A-1007")
    look(page, "filled", request)
    dialog.get_by_label("Value day").press("Control+Enter")
    expect(dialog).to_have_count(0)
    message = said(page, "Hello Dagny, your order A-1007 left us today")
    expect(message).to_contain_text("Template order_sent")
    expect(message).to_contain_text(re.compile("Sent|Delivered"))
    expect(message.get_by_role("listitem")).to_have_text(["Where is it?", "All is well"])
    expect(reply_box(page)).to_have_value("Yes, it has")
    look(page, "sent", request)


def test_a_template_that_is_taken_back_comes_with_its_values(page: Page, desk: Desk, inbox: str) -> None:
    play(desk, inbox, window_hours=24, undo_seconds=30)
    desk.office.patch("/workspace", {"settings": {"undo_seconds": 30}})
    desk.customer_writes("Freja", "Still nothing")
    page.goto(desk.address_of("Freja"))
    reply_box(page).fill("Half a thought")
    for values in ({"Value 1": "Freja", "Value 2": "the lamp"}, {"Value 2": "the lamps"}):
        dialog = page.get_by_role("dialog")
        if "Value 1" in values:
            page.get_by_role("button", name="Choose a template").first.click()
            dialog.get_by_role("option").filter(has_text="still_there").click()
        else:
            expect(dialog.get_by_label("Value 1")).to_have_value("Freja")
            expect(dialog.get_by_label("Value 2")).to_have_value("the lamp")
        for label, value in values.items():
            dialog.get_by_label(label).fill(value)
        dialog.get_by_role("button", name="Send", exact=True).click()
        message = said(page, f"Hello Freja, do you still need our help with “{values['Value 2']}”?")
        if "Value 1" in values:
            message.get_by_role("button", name="Undo").click()
    expect(message).to_be_visible()
    expect(reply_box(page)).to_have_value("Half a thought")
    desk.office.patch("/workspace", {"settings": {"undo_seconds": 0}})


def test_a_customer_who_never_wrote_is_written_to_by_template(page: Page, desk: Desk, inbox: str) -> None:
    play(desk, inbox, window_hours=24)
    page.goto(f"{desk.running.base}/app/")
    page.get_by_role("button", name="New conversation").first.click()
    dialog = page.get_by_role("dialog", name="New conversation")
    dialog.get_by_label("From").select_option(label="Text messages")
    dialog.get_by_label("To").fill("Elna")
    dialog.get_by_role("button", name="Begin with a template").click()
    chooser = page.get_by_role("dialog", name="Choose a template")
    chooser.get_by_role("option").filter(has_text="still_there").click()
    chooser = page.get_by_role("dialog", name="still_there")
    chooser.get_by_label("Value 1").fill("Elna")
    chooser.get_by_label("Value 2").fill("the lamp")
    chooser.get_by_role("button", name="Send", exact=True).click()
    expect(said(page, "Hello Elna, do you still need our help with “the lamp”?")).to_be_visible()
    expect(page.get_by_text("The customer hasn't written here yet. A template can be sent.")).to_be_visible()


@pytest.mark.parametrize("context", LOOKS.values(), ids=LOOKS, indirect=True)
def test_the_templates_of_an_inbox_are_looked_at_and_fetched_again(
    page: Page, desk: Desk, inbox: str, context: BrowserContext, request: pytest.FixtureRequest
) -> None:
    play(desk, inbox, window_hours=24)
    page.goto(f"{desk.running.base}/app/settings/inboxes")
    row = page.get_by_role("listitem").filter(has=page.get_by_text("Text messages", exact=True))
    row.get_by_role("button", name="Templates").click()
    dialog = page.get_by_role("dialog", name="Templates of Text messages")
    expect(dialog.get_by_text("Waits for approval")).to_be_visible()
    expect(dialog.get_by_role("listitem").filter(has_text="receipt")).to_contain_text("File on top")
    look(page, "settings", request)
    play(desk, inbox, window_hours=24, trouble="failed")
    dialog.get_by_role("button", name="Fetch again").click()
    expect(dialog.get_by_role("alert")).to_contain_text("They couldn't be fetched")
    expect(dialog.get_by_text("Waits for approval")).to_be_visible()
    play(desk, inbox, window_hours=24)
    dialog.get_by_role("button", name="Fetch again").click()
    expect(dialog.get_by_role("alert")).to_have_count(0)
    expect(dialog.get_by_text(re.compile("^Fetched "))).to_be_visible()


@pytest.mark.parametrize("context", LOOKS.values(), ids=LOOKS, indirect=True)
def test_a_canned_reply_brings_its_answers(page: Page, desk: Desk, inbox: str, request: pytest.FixtureRequest) -> None:
    play(desk, inbox, window_hours=24)
    who = f"Frida {request.node.callspec.id}"
    desk.office.post(
        "/canned-replies",
        {"name": f"When {who}", "texts": [{"language": "en", "text": "When?"}], "buttons": ["Today", "Tomorrow"]},
    )
    desk.customer_writes(who, "A time, please")
    page.goto(desk.address_of(who))
    reply_box(page).fill(f"/When {who}")
    expect(page.get_by_role("option", name=f"When {who}")).to_be_visible()
    page.keyboard.press("Enter")
    expect(labels(page)).to_have_count(2)
    look(page, "buttons", request)
    reply_box(page).press("Control+Enter")
    expect(said(page, "When?").get_by_role("listitem")).to_have_text(["Today", "Tomorrow"])
    look(page, "offered", request)
