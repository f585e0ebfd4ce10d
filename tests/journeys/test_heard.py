"""What is heard in a conversation, beside it and below its messages: corrected by a key in one browser, seen at once in another."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browsers import violations
from tests.journeys.desk import Desk, arrive, colleague, context, desk, ida, page, said

__all__ = ["colleague", "context", "desk", "ida", "page"]

LATE = "Where is my parcel? It should have come on Monday, the tracking says nothing."
ENDS = "Please cancel my subscription, I do not want it any more."


def panel(page: Page) -> Locator:
    """Why they wrote, beside the conversation."""
    heading = page.get_by_role("heading", name="Why they wrote")
    return page.get_by_role("complementary").locator("section").filter(has=heading)


def test_a_reason_is_corrected_by_a_key_and_both_see_it_and_what_another_message_is_about(
    page: Page, colleague: Page, desk: Desk
) -> None:
    arrive(page, desk, "Tilda", LATE)
    colleague.goto(page.url)
    for one in (page, colleague):
        expect(panel(one)).to_contain_text("Delivery")
        expect(panel(one)).to_contain_text(re.compile(r"\d+\s?% sure"))
        expect(panel(one)).to_contain_text("Because of")
    desk.customer_writes("Tilda", ENDS)
    expect(said(colleague, ENDS)).to_be_visible()
    page.keyboard.press("v")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("combobox")).to_be_focused()
    expect(dialog.get_by_role("option", name="Refund", exact=True)).to_be_visible()
    page.keyboard.type("Refund")
    expect(dialog.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    for one in (page, colleague):
        expect(panel(one)).to_contain_text("Refund")
        expect(panel(one)).to_contain_text("Said by")
        expect(panel(one)).not_to_contain_text("Delivery")
        expect(said(one, ENDS)).to_contain_text("About: Cancellation")
        expect(said(one, LATE)).not_to_contain_text("About:")
    assert violations(page) == []
    page.keyboard.press("z")
    for one in (page, colleague):
        expect(panel(one)).to_contain_text("Delivery")
        expect(panel(one)).not_to_contain_text("Said by")


def test_a_message_says_which_ticket_it_is_about_and_another_browser_sees_it_move(
    page: Page, colleague: Page, desk: Desk
) -> None:
    texts = ("My kettle is broken", "The bill of May is wrong", "The kettle smells, too")
    for text in texts[:2]:
        desk.customer_writes("Ylva", text)
    arrive(page, desk, "Ylva", texts[2])
    colleague.goto(page.url)
    expect(said(colleague, texts[2])).to_be_visible()
    expect(colleague.get_by_role("log").get_by_text("About:")).to_have_count(0)
    talk = desk.ticket_of("Ylva")["conversation_id"]
    rows = desk.office.get(f"/conversations/{talk}/messages")["items"]
    wrong = next(one["id"] for one in rows if one["text"] == texts[1])
    new = {"kind": "question", "matter": "The bill of May", "message_ids": [wrong]}
    desk.office.post(f"/conversations/{talk}/tickets", new)
    for one in (page, colleague):
        log = one.get_by_role("log")
        expect(log.get_by_text("New ticket: Question · The bill of May")).to_be_visible()
        expect(log.get_by_text(re.compile("^About: .*The kettle smells, too"))).to_be_visible()


def test_who_runs_the_desk_sees_what_tells_complaints(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.running.base}/app/settings/complaints")
    model = page.get_by_role("region", name="How well complaints are heard")
    expect(model.get_by_role("listitem").filter(has_text="in use")).to_contain_text("The one that came with Lyhord")
    expect(model).to_contain_text("Corrections so far: 0")
    assert violations(page) == []
