"""Conversations kept at hand, beside each other above the one that is open."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browsers import violations
from tests.journeys.desk import Desk, context, desk, page
from tests.journeys.tour import shot

__all__ = ["context", "desk", "page"]

pytestmark = pytest.mark.long

SEAT = {"reduced_motion": "reduce"}
LOOKS: dict[str, dict[str, Any]] = {"light": {}, "dark": {"color_scheme": "dark"}}
LONG = "Wilhelmina Featherstonehaugh-Montgomery of the Lower Meadows"


def tabs(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Kept at hand").get_by_role("link")


def names(page: Page) -> Locator:
    return tabs(page).locator(".cut")


def keep(page: Page, desk: Desk, name: str) -> None:
    """Open a customer's conversation and keep it by its key."""
    desk.customer_writes(name, "Hello")
    page.goto(desk.address_of(name))
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    page.keyboard.press("b")
    expect(tabs(page).get_by_text(name)).to_be_visible()


@pytest.mark.parametrize("context", LOOKS.values(), ids=LOOKS, indirect=True)
def test_conversations_are_kept_gone_through_and_let_go(page: Page, desk: Desk, request: pytest.FixtureRequest) -> None:
    for name in ("Adele", "Boris", LONG):
        keep(page, desk, name)
    expect(names(page)).to_have_text(["Adele", "Boris", LONG])
    page.keyboard.press("]")
    expect(page.get_by_role("heading", name="Adele", level=1)).to_be_visible()
    page.keyboard.press("[")
    expect(page.get_by_role("heading", name=LONG, level=1)).to_be_visible()
    page.screenshot(path=shot("tabs", request.node.callspec.id))
    assert violations(page) == []
    page.reload()
    expect(names(page)).to_have_text(["Adele", "Boris", LONG])
    page.get_by_role("button", name="Close Boris").click()
    expect(names(page)).to_have_text(["Adele", LONG])
    expect(page.get_by_role("heading", name=LONG, level=1)).to_be_visible()
    page.keyboard.press("b")
    expect(names(page)).to_have_text(["Adele"])
    tabs(page).click()
    page.get_by_role("button", name="Close Adele").click()
    expect(page.get_by_text("Choose a conversation")).to_be_visible()
    expect(page.get_by_role("navigation", name="Kept at hand")).to_have_count(0)


def test_a_tab_says_that_something_is_new_in_it(page: Page, desk: Desk) -> None:
    for name in ("Cyril", "Doris"):
        keep(page, desk, name)
    page.goto(f"{desk.running.base}/app/inbox/mine")
    expect(tabs(page)).to_have_count(2)
    page.bring_to_front()
    tabs(page).filter(has_text="Doris").click()
    expect(tabs(page).filter(has_text="Doris")).to_have_attribute("aria-current", "page")
    desk.customer_writes("Cyril", "One more thing")
    expect(tabs(page).filter(has_text="Cyril")).to_contain_text("Unread")
    page.keyboard.press("]")
    expect(page.get_by_text("One more thing").first).to_be_visible()
    expect(tabs(page).filter(has_text="Cyril")).not_to_contain_text("Unread")


def test_what_is_out_of_reach_is_no_longer_kept(page: Page, desk: Desk) -> None:
    keep(page, desk, "Esther")
    page.evaluate(
        """() => {
          const kept = JSON.parse(localStorage.getItem('lyhord.screen'))
          localStorage.setItem('lyhord.screen', JSON.stringify({ ...kept, tabs: ['01900000-0000-7000-8000-000000000000', ...kept.tabs] }))
        }"""
    )
    page.reload()
    expect(names(page)).to_have_text(["Esther"])
