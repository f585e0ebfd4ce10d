"""A director's morning on a phone: what changed, who stands behind it, a closer look, the other pictures, and a question of one's own."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import violations
from tests.journeys.desk import Desk, desk
from tests.journeys.running import eventually
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


def begin(desk: Desk, browser: Browser, role: str, **options: object) -> Page:
    """Somebody of a role opens the pictures from the places."""
    who = desk.hire(f"{role}@firm.example", role.title())
    desk.office.patch(f"/agents/{who.get('/me')['agent']['id']}", {"role": role})
    who.sign_in(f"{role}@firm.example")
    page = desk.seat(browser, who, reduced_motion="reduce", **options).new_page()
    page.goto(f"{desk.running.base}/app/pictures")
    return page


@pytest.mark.long
@pytest.mark.parametrize(
    ("role", "board"),
    [("lead", "How we answer"), ("editor", "What is solved at once"), ("analyst", "Own questions")],
)
def test_each_begins_with_the_board_that_is_made_for_them(desk: Desk, browser: Browser, role: str, board: str) -> None:
    page = begin(desk, browser, role)
    expect(page.get_by_role("link", name=board)).to_have_attribute("aria-current", "page")
    if role == "analyst":
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.get_by_role("table").first).to_contain_text("channel")
    else:
        expect(page.get_by_role("figure").first).to_be_visible()
    page.context.close()


@pytest.mark.long
def test_a_day_and_an_hour_lead_to_what_stands_behind_them(desk: Desk, browser: Browser) -> None:
    desk.customer_writes("Valter", "Anybody there?")
    desk.ticket_of("Valter")
    context = desk.seat(browser, desk.office, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{desk.running.base}/app/pictures/why?days=28")
    days = page.get_by_role("figure", name="Tickets · by day")
    days.locator(".u-over").wait_for()
    box = days.locator(".u-over").bounding_box()
    assert box is not None
    for back in range(1, 27):  # on some days nobody wrote
        page.mouse.click(box["x"] + box["width"] * (1 - back / 27), box["y"] + box["height"] / 2)
        if page.get_by_role("dialog").count():
            break
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("link").first).to_be_visible()
    assert dialog.get_by_role("button", name=re.compile("alone")).count() == 0, "one day is compared with nothing"
    page.keyboard.press("Escape")
    hours = page.get_by_role("figure", name="Tickets · by hour of the week")
    hours.get_by_text("The figures behind it").click()
    hours.get_by_role("row").nth(1).get_by_role("button").click()
    expect(dialog.get_by_role("link").first).to_be_visible()
    context.close()


@pytest.mark.long
def test_an_hour_has_its_price_and_the_wall_and_paper_show_the_pictures_alone(desk: Desk, browser: Browser) -> None:
    context = desk.seat(browser, desk.office, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{desk.running.base}/app/settings/workspace")
    page.get_by_label("What an hour of work costs").fill("45.5")
    page.get_by_label("Currency").fill("sek")
    page.get_by_role("button", name="Save").click()
    eventually(lambda: desk.office.get("/me")["workspace"]["settings"]["hour_cost"] == 4_550)
    page.goto(f"{desk.running.base}/app/pictures/effort?days=28")
    chart = page.get_by_role("figure", name="Working time · by reason")
    expect(chart.get_by_role("button").first).to_contain_text("SEK")
    chart.get_by_text("How this is counted").click()
    expect(chart).to_contain_text("An hour of work counts as SEK 45.50")
    page.clock.install()
    page.get_by_role("button", name="Fill the screen").click()
    expect(page).to_have_url(re.compile("wall=1"))
    expect(page.get_by_label("Period")).to_be_hidden()
    expect(chart).to_be_visible()
    page.set_viewport_size({"width": 1200, "height": 300})
    paper = page.locator(".wall .sums")
    page.clock.run_for(15_100)
    assert paper.evaluate("one => one.scrollTop") > 100, "nobody turns the page of a wall"
    page.get_by_role("button", name="Leave full screen").click()
    expect(page.get_by_label("Period")).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_label("Period")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Places")).to_be_hidden()
    expect(page.get_by_text(re.compile("What it takes · 28 days · ."))).to_be_visible()
    bar = chart.locator(".bar i").first
    expect(bar).to_be_visible()
    expect(bar).to_have_css("print-color-adjust", "exact")
    expect(page.locator("h1")).to_have_css("color", "rgb(21, 25, 27)")
    page.emulate_media(media="screen", color_scheme="light")
    nobody = desk.office.post("/teams", {"name": "Nobody yet", "agent_ids": [], "inbox_ids": []})["id"]
    page.goto(f"{desk.running.base}/app/pictures/why?days=28&only=team:{nobody}")
    expect(page.get_by_text("Nobody has written in these days")).to_be_visible()
    page.get_by_label("by team", exact=True).select_option("All teams")
    expect(page.get_by_role("figure").first).to_be_visible()
    expect(page.get_by_text("Nobody has written in these days")).to_be_hidden()
    context.close()
