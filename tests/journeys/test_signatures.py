"""What stands below mails: written like a mail, seen before it leaves, and never in a chat."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browsers import violations
from tests.journeys.desk import Desk, context, desk
from tests.journeys.test_formatting import SHOTS, arrived, editor, open_mail, page, words_of

__all__ = ["context", "desk", "page"]


@pytest.mark.long
def test_a_signature_is_written_seen_and_arrives(page: Page, desk: Desk) -> None:
    desk.office.patch("/workspace", {"settings": {"undo_seconds": 0}})
    # the company's, for who has none
    page.goto(f"{desk.running.base}/app/settings/inboxes")
    page.get_by_role("listitem").filter(has_text="Support").get_by_role("button", name="Signature").click()
    dialog = page.get_by_role("dialog", name="Signature of Support")
    box = dialog.get_by_role("textbox", name="Signature")
    box.click()
    page.keyboard.type("{{contact.name}}")
    expect(dialog.get_by_text("isn't a variable")).to_be_visible()
    page.keyboard.press("Control+a")
    page.keyboard.type("{{agent.first_name}} at {{inbox.name}}")
    expect(dialog.get_by_role("group", name="How it will look")).to_contain_text("Boss at Support")
    assert violations(page) == []
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    open_mail(page, desk, "Your lamp is ready")
    below = page.locator("form details")
    expect(below).to_contain_text("Boss at Support")
    page.locator("summary", has_text="Signature below this e-mail").click()
    expect(below.get_by_text("Boss at Support")).to_be_hidden()
    page.locator("summary", has_text="Signature below this e-mail").click()

    # one's own, formatted
    page.goto(f"{desk.running.base}/app/settings/profile")
    page.get_by_role("textbox", name="Signature").click()
    page.keyboard.press("Control+b")
    page.keyboard.type("Boss & Sons")
    page.keyboard.press("Control+b")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Insert a variable").click()
    page.get_by_role("menuitem", name="My e-mail address").or_(
        page.get_by_role("option", name="My e-mail address")
    ).click()
    expect(page.get_by_role("group", name="How it will look")).to_contain_text("boss@firm.example")
    page.get_by_role("form").or_(page.locator("form")).filter(has_text="Insert a variable").get_by_role(
        "button", name="Save"
    ).click()
    expect(page.get_by_text("Saved")).to_be_visible()
    open_mail(page, desk, "It waits for you")
    expect(below.locator("b")).to_have_text("Boss & Sons")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / "signature.png")
    editor(page).click()
    page.keyboard.type("Come by tomorrow")
    page.keyboard.press("Control+Enter")
    mail = arrived(desk, "Come by tomorrow")
    assert words_of(mail).splitlines()[-2:] == ["Boss & Sons", "boss@firm.example"]
    assert re.search(r'class="signature">.*<b>Boss &amp; Sons</b>', words_of(mail, "html"), re.DOTALL)

    # a chat has none
    desk.customer_writes("Sigrid", "Anybody there?")
    page.goto(desk.address_of("Sigrid"))
    expect(page.get_by_role("textbox", name="Write a reply")).to_be_visible()
    expect(page.get_by_role("button", name="Emoji")).to_be_visible()
    expect(below).to_have_count(0)
