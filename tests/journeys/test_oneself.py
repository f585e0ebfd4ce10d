"""What agents settle for themselves: the zone of their times, and that they are away."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import violations
from tests.journeys.desk import Desk, context, desk, page
from tests.journeys.running import eventually

__all__ = ["context", "desk", "page"]

pytestmark = pytest.mark.long

SEAT = {"timezone_id": "Europe/Stockholm"}
SHOTS = Path("test-output/oneself")
TOKYO = ZoneInfo("Asia/Tokyo")


def test_times_are_those_of_my_own_zone(page: Page, desk: Desk) -> None:
    desk.customer_writes("Zita", "When is it there?")
    page.goto(f"{desk.running.base}/app/settings/profile")
    zone = page.get_by_label("Time zone")
    expect(zone.locator("option").first).to_have_text("That of this browser (Europe/Stockholm)")
    zone.select_option("Asia/Tokyo")
    page.locator("form", has=page.get_by_label("Time zone")).get_by_role("button", name="Save").click()
    assert eventually(lambda: desk.office.get("/me")["time_zone"] == "Asia/Tokyo")
    page.goto(desk.address_of("Zita"))
    said = datetime.fromtimestamp(desk.ticket_of("Zita")["last_activity_at"] / 1000, TOKYO)
    expect(page.locator("article.in time")).to_have_text(f"{said:%H:%M}")
    page.keyboard.press("s")
    page.get_by_role("option", name="Tomorrow").click()
    wakes = eventually(lambda: desk.ticket_of("Zita")["snoozed_until"])
    morning = datetime.now(TOKYO).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
    assert datetime.fromtimestamp(wakes / 1000, UTC) == morning
    desk.office.patch("/me", {"time_zone": ""})
    page.reload()
    said = said.astimezone(ZoneInfo("Europe/Stockholm"))
    expect(page.locator("article.in time")).to_have_text(f"{said:%H:%M}")


def test_letters_are_as_large_as_i_like_on_every_browser(page: Page, desk: Desk, browser: Browser) -> None:
    def height_of_a_row(page: Page) -> float:
        page.goto(f"{desk.running.base}/app/inbox/all")
        expect(page.locator("a.ticket").nth(1)).to_be_visible()
        first, second = (page.locator("section.list li").nth(place).bounding_box() for place in (0, 1))
        assert first is not None
        assert second is not None
        assert second["y"] >= first["y"] + first["height"]
        return first["height"]

    usual = height_of_a_row(page)
    page.goto(f"{desk.running.base}/app/settings/profile")
    page.get_by_role("group", name="Text size").get_by_label("Large").check()
    page.locator("form", has=page.get_by_label("Time zone")).get_by_role("button", name="Save").click()
    assert eventually(lambda: desk.office.get("/me")["text_size"] == "large")
    expect(page.locator("body")).to_have_css("font-size", "16.625px")
    other = desk.seat(browser, desk.office)
    assert height_of_a_row(other.new_page()) == pytest.approx(usual * 1.1875, abs=1)
    other.close()
    desk.office.patch("/me", {"text_size": "normal"})
    assert height_of_a_row(page) == usual


def test_who_is_away_is_known_where_work_is_given(page: Page, desk: Desk) -> None:
    bo = desk.hire("bo@firm.example", "Bo")
    seat = page.context.browser
    assert seat is not None
    theirs = desk.seat(seat, bo)
    own = theirs.new_page()
    own.goto(f"{desk.running.base}/app/settings/rules")
    expect(own.get_by_role("heading", level=2, name="Profile")).to_be_visible()
    expect(own.get_by_role("link", name="Profile")).to_have_attribute("aria-current", "page")
    soon = datetime.now(UTC) + timedelta(days=2)
    own.get_by_label("From when").fill(f"{soon:%Y-%m-%dT09:00}")
    own.get_by_label("Until when").fill(f"{soon:%Y-%m-%dT08:00}")
    own.get_by_role("button", name="Be away").click()
    expect(own.get_by_text("It ends before it begins")).to_be_visible()
    own.get_by_label("Until when").fill(f"{soon + timedelta(days=3):%Y-%m-%dT18:00}")
    own.get_by_label("Note for colleagues").fill("Ask Ada")
    own.get_by_role("button", name="Be away").click()
    expect(own.get_by_text("Away from")).to_contain_text("Ask Ada")
    own.screenshot(path=SHOTS / "will-be-away.png")
    assert violations(own) == []
    own.get_by_role("button", name="I am staying").click()
    own.get_by_label("Until when").fill(f"{soon:%Y-%m-%dT18:00}")
    own.get_by_label("Note for colleagues").fill("Ask Ada")
    own.get_by_role("button", name="Be away").click()
    expect(own.get_by_text("Away until")).to_be_visible()
    desk.customer_writes("Yngve", "Who helps me?")
    page.goto(desk.address_of("Yngve"))
    expect(page.locator("article.in")).to_be_visible()
    page.keyboard.press("a")
    option = page.get_by_role("option", name=re.compile("^Bo Away"))
    expect(option).to_contain_text("Away until")
    expect(option).to_contain_text("Ask Ada")
    page.screenshot(path=SHOTS / "given.png")
    names = page.get_by_role("option").all_inner_texts()
    here = [at for at, name in enumerate(names) if "Away" not in name and "Team" not in name]
    assert names.index(next(name for name in names if "Ask Ada" in name)) > max(here), names
    option.click()
    expect(page.get_by_text("Bo has it now, and is away until")).to_be_visible()
    theirs.close()
