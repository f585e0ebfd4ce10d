"""Who the customer is, as agents settle it in two browsers side by side: merged, separated, split, blocked, organized."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browsers import violations
from tests.journeys.desk import Desk, colleague, context, desk, ida, page
from tests.journeys.running import eventually

__all__ = ["colleague", "context", "desk", "ida", "page"]


def contact_of(desk: Desk, name: str) -> str:
    """The id of a customer who wrote."""
    return str(desk.ticket_of(name)["contact_id"])


def open_contact(page: Page, desk: Desk, contact_id: str, name: str) -> None:
    """Go to a customer's page."""
    page.goto(f"{desk.running.base}/app/contacts/{contact_id}")
    expect(page.get_by_role("heading", level=2, name=name)).to_be_visible()


def texts(desk: Desk, conversation_id: str) -> list[str]:
    """What stands in a timeline."""
    items: list[dict[str, Any]] = desk.office.get(f"/conversations/{conversation_id}/messages")["items"]
    return [one["text"] for one in items]


def merge(page: Page, into: str) -> None:
    """Merge whoever is open into somebody else, by keys where it can be done."""
    page.get_by_role("button", name="Merge …").click()
    dialog = page.get_by_role("dialog", name="Merge …")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(into)
    dialog.get_by_role("button", name=re.compile(into)).click()
    dialog.get_by_role("radio", name=re.compile(into)).check()
    assert violations(page) == []
    dialog.get_by_role("button", name="Merge", exact=True).click()


def test_two_are_one_and_two_again_at_any_time(page: Page, colleague: Page, desk: Desk) -> None:
    desk.customer_writes("Tove", "My lamp is broken")
    desk.customer_writes("Tove.Work", "The lamp from Monday")
    one, other = contact_of(desk, "Tove"), contact_of(desk, "Tove.Work")
    desk.office.patch(f"/contacts/{one}", {"about": "Has two lamps", "language": "sv"})
    desk.office.patch(f"/contacts/{other}", {"language": "en"})
    conversation = desk.ticket_of("Tove.Work")["conversation_id"]
    colleague.goto(f"{desk.running.base}/app/conversations/{conversation}")
    expect(colleague.locator("article", has_text="The lamp from Monday")).to_be_visible()

    open_contact(page, desk, one, "Tove")
    merge(page, "Tove.Work")
    expect(page.get_by_text("Tove and Tove.Work are one now")).to_be_visible()
    expect(page).to_have_url(re.compile(other))
    expect(page.get_by_text("Has two lamps")).to_be_visible()
    expect(colleague.locator("article", has_text="My lamp is broken")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(colleague.locator("article", has_text="My lamp is broken")).to_have_count(0)

    open_contact(page, desk, one, "Tove")
    merge(page, "Tove.Work")
    desk.customer_writes("Tove", "Said while we were one")
    expect(colleague.locator("article", has_text="Said while we were one")).to_be_visible()
    open_contact(page, desk, other, "Tove.Work")
    page.get_by_role("button", name="Separate").click()
    expect(page.get_by_role("heading", name="Merged customers")).to_have_count(0)
    expect(colleague.locator("article", has_text="Said while we were one")).to_have_count(0)
    assert texts(desk, conversation) == ["The lamp from Monday"]
    theirs = desk.office.get(f"/contacts/{one}")["conversation_id"]
    assert texts(desk, theirs) == ["My lamp is broken", "Said while we were one"]
    assert desk.office.get(f"/contacts/{other}")["about"] == ""


@pytest.mark.long
def test_two_are_made_one_beside_their_conversation_by_keys(page: Page, desk: Desk) -> None:
    desk.customer_writes("Ulla", "My lamp is broken")
    desk.customer_writes("Ulla.Work", "As I said")
    page.goto(desk.address_of("Ulla"))
    expect(page.get_by_role("button", name="Merge …")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("merge")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Merge …")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Merge …")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("Ulla.Work")
    expect(dialog.get_by_role("button", name=re.compile("Ulla.Work"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ulla.Work and Ulla are one now")).to_be_visible()
    expect(page.locator("article", has_text="As I said")).to_be_visible()


def test_who_has_not_written_yet_is_added_by_hand(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.running.base}/app/contacts")
    page.get_by_role("button", name="Add customer").click()
    dialog = page.get_by_role("dialog", name="Add customer")
    dialog.get_by_label("Name").fill("Ebba Ny")
    dialog.get_by_label("E-mail address").fill("ebba@customer.test")
    dialog.get_by_role("button", name="Add customer").click()
    expect(page.get_by_role("heading", level=2, name="Ebba Ny")).to_be_visible()
    expect(page.locator("li a[aria-current=true]")).to_contain_text("Ebba Ny")
    expect(page.get_by_role("button", name="Write", exact=True)).to_be_visible()
    page.get_by_role("link", name="Back to the list").click()
    expect(page.get_by_role("heading", level=2, name="Ebba Ny")).to_have_count(0)


def test_who_reads_the_end_still_does_when_another_talk_joins(page: Page, desk: Desk) -> None:
    desk.customer_writes("Vera", "This is where it began")
    for number in range(12):
        desk.customer_writes("Vera.Work", f"Part {number} of what happened at work")
    desk.customer_writes("Vera", "And this is the end of it")
    page.goto(desk.address_of("Vera"))
    expect(page.locator("article", has_text="And this is the end of it")).to_be_in_viewport()
    desk.office.post(f"/contacts/{contact_of(desk, 'Vera.Work')}/merge", {"into": contact_of(desk, "Vera")})
    expect(page.locator("article", has_text="Part 11 of")).to_be_visible()
    expect(page.locator("article", has_text="And this is the end of it")).to_be_in_viewport()
    expect(page.locator(".to-end")).to_have_count(0)
    desk.customer_writes("Vera", "One more thing")
    expect(page.locator("article", has_text="One more thing")).to_be_in_viewport()


def test_an_address_is_added_split_off_and_brought_back(page: Page, desk: Desk) -> None:
    desk.customer_writes("Arne", "Hello")
    open_contact(page, desk, contact_of(desk, "Arne"), "Arne")
    page.get_by_role("button", name="Add an address").click()
    page.keyboard.type("arne@customer.example")
    page.keyboard.press("Enter")
    expect(page.get_by_text("arne@customer.example").first).to_be_visible()
    page.get_by_role("button", name="What to do with arne@customer.example").click()
    page.get_by_role("option", name="Make a customer of its own").click()
    expect(page.get_by_text("arne@customer.example is a customer of their own now")).to_be_visible()
    expect(page.get_by_role("button", name="What to do with arne@customer.example")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="What to do with arne@customer.example")).to_be_visible()


def test_spam_is_undone_and_the_blocked_are_let_in(page: Page, colleague: Page, desk: Desk) -> None:
    desk.customer_writes("Winnie", "You have won")
    page.goto(desk.address_of("Winnie"))
    page.get_by_role("button", name="Mark as spam").click()
    expect(page.get_by_text("Resolved as spam; the sender is blocked")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Mark as spam")).to_be_visible()
    page.get_by_role("button", name="Mark as spam").click()
    expect(page.get_by_role("button", name="Not spam")).to_be_visible()

    desk.customer_writes("Winnie", "Really, you have")
    expect(page.locator("article", has_text="Really, you have")).to_be_visible()
    assert desk.ticket_of("Winnie")["status"] == "resolved"
    colleague.goto(f"{desk.running.base}/app/contacts?show=blocked")
    colleague.get_by_role("link", name=re.compile("Winnie")).click()
    colleague.get_by_role("button", name="What to do with winnie").click()
    colleague.get_by_role("option", name="Unblock this address").click()
    eventually(lambda: desk.ticket_of("Winnie")["status"] == "open")
    expect(page.locator("aside").get_by_text("Open", exact=False).first).to_be_visible()
    assert desk.ticket_of("Winnie")["preview"] == "Really, you have"


@pytest.mark.long
def test_an_organization_has_members_and_fields(page: Page, colleague: Page, desk: Desk) -> None:
    page.goto(f"{desk.running.base}/app/settings/attributes")
    page.get_by_role("button", name="Add field").click()
    dialog = page.get_by_role("dialog", name="Add field")
    dialog.get_by_label("Name").fill("Plan")
    dialog.get_by_label("Kind").select_option("choice")
    dialog.get_by_label("Choices").fill("Small\nLarge")
    assert violations(page) == []
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Customers · One of several · Small, Large")).to_be_visible()

    page.goto(f"{desk.running.base}/app/organizations")
    page.get_by_role("button", name="Add organization").click()
    page.keyboard.type("Havn Hotels")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Mail domains: Not set").click()
    page.keyboard.type("havn.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Mail domains: havn.example")).to_be_focused()

    desk.customer_writes("Rune", "Two rooms, please")
    rune = contact_of(desk, "Rune")
    desk.office.post(f"/contacts/{rune}/identities", {"scheme": "email", "value": "rune@havn.example"})
    open_contact(colleague, desk, rune, "Rune")
    expect(colleague.get_by_text("The mail address points to Havn Hotels")).to_be_visible()
    colleague.get_by_role("button", name="Add Havn Hotels").click()
    colleague.get_by_label("Plan").select_option("Large")
    expect(colleague.get_by_role("link", name="Havn Hotels")).to_be_visible()
    assert violations(colleague) == []
    expect(page.get_by_role("link", name="Rune")).to_be_visible()
    expect(page.get_by_text("Two rooms, please")).to_be_visible()
    assert violations(page) == []
    eventually(lambda: desk.office.get(f"/contacts/{rune}")["attributes"] == {"Plan": "Large"})

    page.get_by_role("button", name="Remove organization").click()
    expect(colleague.get_by_role("button", name="Add an organization")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(colleague.get_by_role("link", name="Havn Hotels")).to_be_visible()


@pytest.mark.long
def test_likely_duplicates_are_merged_or_refused_for_good(page: Page, colleague: Page, desk: Desk) -> None:
    desk.customer_writes("Ester", "Please call 070-555 01 99")
    ester = contact_of(desk, "Ester")
    page.goto(f"{desk.running.base}/app/duplicates")
    open_contact(colleague, desk, ester, "Ester")
    phone = {"scheme": "tel", "value": "+46705550199"}
    caller = desk.office.post("/contacts", {"name": "E. Lund", "identity": phone})["id"]
    expect(colleague.get_by_role("heading", name="May be the same")).to_be_visible()
    expect(colleague.get_by_text("Wrote a number that the other has")).to_be_visible()
    pair = page.get_by_role("listitem").filter(has_text="E. Lund")
    expect(pair).to_be_visible()
    assert violations(page) == []
    assert violations(colleague) == []

    pair.get_by_role("button", name="Not the same").click()
    expect(pair).to_have_count(0)
    expect(colleague.get_by_role("heading", name="May be the same")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(pair).to_be_visible()
    pair.get_by_role("button", name="Merge …").click()
    page.get_by_role("dialog").get_by_role("radio", name=re.compile("Ester")).check()
    page.get_by_role("dialog").get_by_role("button", name="Merge", exact=True).click()
    expect(pair).to_have_count(0)
    assert desk.office.get(f"/contacts/{caller}")["merged_into"] == ester


@pytest.mark.long
def test_an_erased_customer_is_gone_everywhere_at_once(page: Page, colleague: Page, desk: Desk) -> None:
    desk.customer_writes("Zelda", "Please forget me")
    contact, address = contact_of(desk, "Zelda"), desk.address_of("Zelda")
    colleague.goto(address)
    expect(colleague.locator("article", has_text="Please forget me")).to_be_visible()
    expect(colleague.get_by_role("button", name="Erase …")).to_have_count(0)
    open_contact(page, desk, contact, "Zelda")
    page.get_by_role("button", name="Erase …").click()
    dialog = page.get_by_role("dialog", name="Erase Zelda")
    expect(dialog.get_by_text("Nobody can bring it back")).to_be_visible()
    dialog.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_text("Zelda is erased")).to_be_visible()
    expect(page).to_have_url(re.compile("/app/contacts$"))
    expect(colleague.locator("article", has_text="Please forget me")).to_have_count(0)
    expect(colleague.get_by_role("button", name="Try again")).to_be_visible()
    expect(colleague.locator("a.ticket", has_text="Zelda")).to_have_count(0)
    assert desk.office.client.get(f"/contacts/{contact}").status_code == 404
    assert desk.office.get("/search", q="forget")["messages"] == []
