"""A lead's day: the wallboard is home, tickets go to colleagues by menu and by hand, and who is away says so."""

import re
import time

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.desk import Desk, desk

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
