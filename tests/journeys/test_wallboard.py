"""A lead's day: the wallboard is home, tickets go to colleagues by menu and by hand, and who is away says so."""

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import violations
from tests.journeys.desk import WIDE, Desk, desk
from tests.journeys.tour import PHONE, shot

__all__ = ["desk"]


@pytest.mark.parametrize("by", ["menu", "drag"])
@pytest.mark.long
def test_a_lead_hands_over_what_nobody_has(desk: Desk, browser: Browser, by: str) -> None:
    lead, colleague = desk.hire(f"lead-{by}@firm.example", "Lena"), desk.hire(f"{by}@firm.example", f"Olof {by}")
    me = lead.get("/me")["agent"]["id"]
    desk.office.patch(f"/agents/{me}", {"role": "lead"})
    lead.sign_in(f"lead-{by}@firm.example")
    desk.customer_writes(f"Marta {by}", "Is anybody there?")
    desk.ticket_of(f"Marta {by}")
    until = {"until": (int(time.time()) + 90_000) * 1000, "note": "Ask Lena"}
    assert colleague.client.put("/me/away", json=until).is_success
    seat = desk.seat(browser, lead, viewport={"width": 1440, "height": 2_000})  # so high that a drag needs no scrolling
    page = seat.new_page()
    page.goto(f"{desk.running.base}/app/")
    expect(page.get_by_role("heading", name="Wallboard")).to_be_visible()
    row = page.get_by_role("listitem").filter(has_text=f"Marta {by}").last
    person = page.get_by_role("button", name=re.compile(f"Olof {by}"))
    expect(person).to_contain_text("Away until")
    expect(person).to_contain_text("0 open")
    if by == "menu":
        row.get_by_role("button", name="Assign").click()
        page.get_by_role("option", name=re.compile(f"Olof {by}")).click()
    else:
        row.drag_to(person)
    expect(page.get_by_text("has it now, and is away until")).to_be_visible()
    expect(person).to_contain_text("1 open")
    person.click()
    expect(page.get_by_role("listitem").filter(has_text=f"Olof {by}").get_by_text(f"Marta {by}").last).to_be_visible()
    page.context.close()


def test_a_lead_leads_a_surge(desk: Desk, browser: Browser) -> None:
    lead, helper = desk.hire("surge@firm.example", "Sara"), desk.hire("helper@firm.example", "Hugo")
    desk.office.patch(f"/agents/{lead.get('/me')['agent']['id']}", {"role": "lead"})
    lead.sign_in("surge@firm.example")
    helping, leading = desk.seat(browser, helper).new_page(), desk.seat(browser, lead, viewport=WIDE).new_page()
    team = desk.office.post("/teams", {"name": "Night", "agent_ids": [], "inbox_ids": []})
    desk.customer_writes("Marta Surge", "The flight is grounded")
    leading.goto(f"{desk.running.base}/app/surges")
    leading.get_by_role("button", name="Begin a surge").click()
    leading.get_by_label("What has happened").fill("Ash cloud")
    leading.get_by_label("Words that customers use").fill("grounded, ash*")
    expect(leading.get_by_text("1 customer who waits writes about it now.")).to_be_visible()
    leading.get_by_label("Public update").fill("No flights today.")
    leading.get_by_text("More hands").click()
    leading.get_by_label("Whose queue it is").select_option(label="Night")
    picture(leading, "surge-form")
    leading.get_by_role("button", name="Begin now").click()
    expect(leading.get_by_role("heading", name="Ash cloud")).to_be_visible()
    expect(leading.get_by_role("link", name=re.compile("Marta Surge"))).to_be_visible()
    leading.get_by_role("button", name="Call in").click()
    leading.get_by_role("option", name="Hugo").click()
    helping.goto(f"{desk.running.base}/app/")
    expect(helping.get_by_text("You are called in.")).to_be_visible()
    helping.get_by_role("button", name="I come").click()
    expect(leading.get_by_text("came", exact=True)).to_be_visible()
    leading.get_by_role("button", name="Tell 1 who hasn't heard it").click()
    leading.get_by_role("button", name="Answer everybody").click()
    leading.get_by_label("Answer", exact=True).fill("Dear {{contact.first_name|traveller}}, we pay it back.")
    leading.get_by_role("button", name="See how it leaves").click()
    expect(leading.get_by_text("Dear Marta, we pay it back.")).to_be_visible()
    picture(leading, "surge-answer")
    leading.get_by_role("button", name="Send to all who wait").click()
    expect(leading.get_by_text("Answer of Sara to all")).to_be_visible()
    expect(leading.get_by_text("1 said, 0 to go")).to_have_count(2)
    picture(leading, "surge")
    leading.get_by_role("button", name="End the surge").click()
    leading.get_by_role("button", name="Really end it").click()
    expect(leading.get_by_role("button", name="End the surge")).to_be_hidden()
    expect(helping.get_by_text("Ash cloud")).to_be_hidden()
    assert [one["name"] for one in desk.office.get("/teams") if one["id"] != team["id"]].count("Ash cloud") == 0
    for page in (helping, leading):
        page.context.close()


def picture(page: Page, name: str) -> None:
    """How it looks, light, dark and on a phone; nothing against it from axe-core, nothing wider than the screen."""
    looks: list[tuple[str, Any, Any]] = [("light", WIDE, "light"), ("dark", WIDE, "dark"), ("phone", PHONE, "light")]
    for look, size, scheme in looks:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=shot(name, look), animations="disabled")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} {look}"
    assert violations(page) == []
    page.set_viewport_size({"width": 1440, "height": 860})
    page.emulate_media(color_scheme="light")
