"""Feedback on the screens: a survey is set up, a customer answers, and it stands in the timeline, on their card and in the results."""

import re
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import violations
from tests.journeys.desk import MAILBOX, WIDE, Desk, context, desk, page
from tests.journeys.running import eventually
from tests.journeys.tour import PHONE, Stop, Tour, overflowing, shot

__all__ = ["context", "desk", "page"]

DAYTIME = {"quiet_from": 0, "quiet_until": 0}
"""Tests run at night, too."""


def set_up(desk: Desk, **words: object) -> None:
    """Ask as soon as it is resolved, at any hour."""
    desk.office.client.put("/surveys/rules", json={"cap_days": 1, **DAYTIME}).raise_for_status()
    survey = {"name": "After an answer", "kind": "csat", "about": "answer", "delay_minutes": 0, **words}
    desk.office.post("/surveys", survey)


def ask(desk: Desk, who: str) -> dict[str, object]:
    """A customer gets an answer, and is asked about it."""
    desk.customer_writes(who, "The lamp broke on the second day")
    ticket = desk.ticket_of(who)
    desk.office.post(f"/conversations/{ticket['conversation_id']}/messages", {"text": "A new one is on its way"})
    desk.office.patch(f"/tickets/{ticket['id']}", {"status": "resolved"})
    path = f"/conversations/{ticket['conversation_id']}/ratings"
    eventually(lambda: [one for one in desk.office.get(path) if one["rating"]["state"] == "asked"])
    return ticket


def rate(desk: Desk, who: str, words: str) -> dict[str, object]:
    """The same, and they answer."""
    ticket = ask(desk, who)
    desk.customer_writes(who, words)
    path = f"/conversations/{ticket['conversation_id']}/ratings"
    eventually(lambda: [one for one in desk.office.get(path) if one["rating"]["score"] is not None])
    return ticket


def test_what_is_asked_and_answered_is_seen_and_told(page: Page, desk: Desk) -> None:
    desk.office.client.put("/surveys/rules", json={"cap_days": 1, **DAYTIME}).raise_for_status()
    page.goto(f"{desk.running.base}/app/settings/surveys")
    page.get_by_role("button", name="Ask something").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name, for yourselves").fill("After an answer")
    dialog.get_by_label("Minutes later").fill("0")
    expect(dialog.get_by_label("The question")).to_have_value(re.compile("How satisfied are you with the answer"))
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="After an answer")).to_be_visible()
    eventually(lambda: [one["on"] for one in desk.office.get("/surveys")["surveys"]] == [True])
    ticket = rate(desk, "Rut", "2, nobody called")
    page.goto(f"{desk.running.base}/app/conversations/{ticket['conversation_id']}")
    expect(page.get_by_role("log")).to_contain_text("2 of 5 · Satisfaction with the answer: nobody called")
    expect(page.get_by_role("complementary")).to_contain_text("somebody looks after it")
    page.goto(f"{desk.running.base}/app/feedback")
    expect(page.get_by_role("heading", name="0 % are satisfied, of one who answered")).to_be_visible()
    page.get_by_label("Choose what Rut said").check()
    page.get_by_role("button", name="Tell them what we did").click()
    page.get_by_label("What you did").fill("We call back within the hour now.")
    page.get_by_role("button", name="Tell one customer").click()
    expect(page.get_by_text("one was told")).to_be_visible()


@pytest.mark.long
def test_it_is_whole_for_everybody(browser: Browser, desk: Desk) -> None:
    set_up(desk)
    set_up(desk, name="Would they recommend us", kind="nps", about="company", on=False)
    said = (
        "5",
        "4, quick and friendly",
        "1, nobody ever called me back",
        "3",
        "very good",
        "2",
        "5, thank you Boss",
        "4",
    )
    for number, words in enumerate(said):
        rate(desk, f"Customer {number + 1}", words)
    ask(desk, "Customer who says nothing")
    context = desk.seat(browser, desk.office, reduced_motion="reduce")
    tour = Tour(context.new_page(), desk.running.base)
    talk = desk.address_of("Customer 3").removeprefix(desk.running.base)

    def choose(page: Page) -> None:
        page.get_by_label("All shown").check()
        page.get_by_role("button", name="Tell them what we did").click()
        expect(page.get_by_label("What you did")).to_be_visible()

    def edit(page: Page) -> None:
        page.get_by_role("button", name="After an answer").first.click()
        expect(page.get_by_label("The question")).to_be_visible()

    stops = (
        Stop("feedback", "/app/feedback", "are satisfied"),
        Stop("feedback-tell", "/app/feedback", "are satisfied", choose),
        Stop("feedback-timeline", talk, "nobody ever called me back"),
        Stop("settings-surveys", "/app/settings/surveys", "After an answer"),
        Stop("settings-survey", "/app/settings/surveys", "After an answer", edit),
    )
    wrong = [line for stop in stops for line in tour.look(stop)]
    full = context.new_page()
    full.set_viewport_size({"width": WIDE["width"], "height": 2600})
    full.goto(f"{desk.running.base}/app/feedback")
    expect(full.get_by_text("Unhappy without a word")).to_be_visible()
    full.screenshot(path=shot("feedback", "whole"))
    context.close()
    assert wrong == []


@pytest.mark.long
def test_the_page_of_a_survey_is_whole(browser: Browser, desk: Desk) -> None:
    set_up(
        desk, name="By mail", inbox_ids=[one["id"] for one in desk.office.get("/inboxes") if one["channel"] == "mail"]
    )
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ulla Ek <ulla@customer.test>", MAILBOX, "A lamp"
    mail["Message-ID"] = "<lamp-1@customer.test>"
    mail.set_content("Where is my lamp?")
    desk.post.post(mail, "ulla@customer.test", MAILBOX)
    ticket = desk.ticket_of("Ulla Ek")
    desk.office.patch(f"/tickets/{ticket['id']}", {"status": "resolved"})
    path = f"/conversations/{ticket['conversation_id']}/messages"
    letter = eventually(lambda: [one for one in desk.office.get(path)["items"] if "/rate?of=" in one["text"]])[-1]
    found = re.search(r"(/rate\?of=\S+)", letter["text"])
    assert found is not None
    address = found[1]
    window = browser.new_context(java_script_enabled=False, viewport=WIDE)  # type: ignore[arg-type]
    page = window.new_page()
    page.goto(f"{desk.running.base}{address}&score=4")
    expect(page.get_by_role("status")).to_have_text("Thank you. Your answer has been received.")
    page.screenshot(path=shot("rate", "light"))
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=shot("rate", "dark"))
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light")
    page.screenshot(path=shot("rate", "phone"))
    page.get_by_label("Would you like to add something?").fill("Quick, thank you")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_label("Would you like to add something?")).to_have_value("Quick, thank you")
    rows = desk.office.get(f"/conversations/{ticket['conversation_id']}/ratings")
    assert (rows[0]["rating"]["score"], rows[0]["rating"]["words"]) == (4, "Quick, thank you")
    window.close()
    other = browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
    looked = other.new_page()
    looked.goto(f"{desk.running.base}{address}")
    assert violations(looked) == []
    looked.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert overflowing(looked) == []
    other.close()
