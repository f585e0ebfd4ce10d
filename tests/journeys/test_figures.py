"""A director's morning on a phone: what changed, who stands behind it, a closer look, the other pictures, and a question of one's own."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browsers import violations
from tests.journeys.desk import Desk, desk
from tests.journeys.tour import PHONE, overflowing, settle

__all__ = ["desk"]


@pytest.mark.long
def test_a_directors_morning_on_a_phone(desk: Desk, browser: Browser) -> None:
    director = desk.hire("director@firm.example", "Dora")
    me = director.get("/me")["agent"]["id"]
    desk.office.patch(f"/agents/{me}", {"role": "director"})
    director.sign_in("director@firm.example")
    desk.customer_writes("Vilma", "The lamp came broken")
    ticket = desk.ticket_of("Vilma")
    desk.office.patch(f"/tickets/{ticket['id']}", {"kind": "complaint"})
    context = desk.seat(browser, director, viewport=PHONE, has_touch=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{desk.running.base}/app/pictures/why?days=7")
    chart = page.get_by_role("figure", name="Tickets · by kind")
    bar = chart.get_by_role("button", name=re.compile("^Complaint"))
    expect(bar).to_be_visible()
    settle(page)
    assert overflowing(page) == []
    assert violations(page) == []
    bar.tap()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("link", name=re.compile("Vilma"))).to_be_visible()
    dialog.get_by_role("button", name="Look at Complaint alone").tap()
    expect(page).to_have_url(re.compile("only=kind%3Acomplaint"))
    expect(page.get_by_role("list", name="Only these")).to_contain_text("Complaint")
    page.get_by_role("button", name=re.compile("^Leave out")).tap()
    expect(page).not_to_have_url(re.compile("only="))
    page.get_by_role("link", name="How we answer").tap()
    expect(page.get_by_role("figure", name="Messages from customers · by hour of the week")).to_be_visible()
    assert page.get_by_role("link", name="Own questions").count() == 0, "that takes a power of its own"
    page.get_by_role("link", name="Why they write").tap()
    expect(bar).to_be_visible()
    bar.tap()
    dialog.get_by_role("link", name=re.compile("Vilma")).tap()
    expect(page.get_by_text("The lamp came broken").first).to_be_visible()
    context.close()
