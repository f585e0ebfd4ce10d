"""The app where lines run to the left: everything mirrored, nothing out of the screen. Customers write so; a language of ours may."""

from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.desk import WIDE, Desk, arrive, context, desk, page, reply_box, said
from tests.journeys.tour import PHONE, overflowing, settle, shot

__all__ = ["context", "desk", "page"]

pytestmark = pytest.mark.long

TURN = "document.documentElement.dir = 'rtl'"


def edges(what: Locator) -> tuple[float, float]:
    """Where something begins and ends, in pixels from the left."""
    box = what.bounding_box()
    assert box is not None
    return box["x"], box["x"] + box["width"]


def test_columns_stand_the_other_way_round(page: Page, desk: Desk) -> None:
    arrive(page, desk, "Yael", "שלום, איפה ההזמנה שלי?")
    reply_box(page).fill("On its way")
    page.keyboard.press("Control+Enter")
    expect(said(page, "On its way")).to_be_visible()
    page.evaluate(TURN)
    columns = [
        page.get_by_role("navigation", name="Places"),
        page.locator("section.list"),
        page.get_by_role("region", name="Yael"),
        page.locator(".beside"),
    ]
    assert edges(columns[0])[1] == pytest.approx(WIDE["width"], abs=1)
    for one, next_one in pairwise(columns):
        assert edges(next_one)[1] <= edges(one)[0] + 1
    log = page.get_by_role("log")
    assert edges(said(page, "שלום"))[0] - edges(log)[0] > edges(said(page, "On its way"))[0] - edges(log)[0]
    assert edges(page.get_by_role("button", name="Send", exact=True))[0] < edges(page.get_by_label("Attach files"))[0]
    separator = page.get_by_role("separator")
    before = edges(page.locator("section.list"))
    separator.focus()
    page.keyboard.press("ArrowLeft")
    assert edges(page.locator("section.list"))[0] == pytest.approx(before[0] - 16, abs=1)
    settle(page)
    assert overflowing(page) == []
    page.screenshot(path=shot("conversation-rtl", "light"))


def test_a_phone_opens_its_places_from_the_other_side(page: Page, desk: Desk) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{desk.running.base}/app/inbox/all")
    expect(page.locator("a.ticket").first).to_be_visible()
    page.evaluate(TURN)
    assert overflowing(page) == []
    page.screenshot(path=shot("list-rtl", "phone"))
    page.get_by_role("button", name="Places").click()
    places = page.get_by_role("navigation", name="Places")
    expect(places).to_be_in_viewport()
    settle(page)
    assert edges(places)[1] == pytest.approx(PHONE["width"], abs=1)
    page.screenshot(path=shot("places-rtl", "phone"))


def test_a_customers_own_lines_run_as_they_are_written(page: Page, desk: Desk) -> None:
    arrive(page, desk, "Omar", "مرحبا، أين طلبي؟")
    words = said(page, "مرحبا").locator(".words")
    assert words.evaluate("node => getComputedStyle(node).unicodeBidi") == "plaintext"
    reply_box(page).fill("مرحبا")
    assert reply_box(page).evaluate("node => getComputedStyle(node).direction") == "rtl"
