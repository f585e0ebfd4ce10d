"""The app in a hand: fingers instead of a mouse, 390 and 360 pixels wide, in five languages."""

import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Locator, Page, expect

from tests.browsers import violations
from tests.journeys.desk import Desk, context, desk
from tests.journeys.desk import page as phone
from tests.journeys.running import eventually

__all__ = ["context", "desk", "phone"]

PHONE = SEAT = {
    "has_touch": True,
    "is_mobile": True,
    "viewport": {"width": 390, "height": 780},
    "device_scale_factor": 2,
}
SMALL = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary, [role=button]')]
  .filter((node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: false }) && !node.closest('p, article, .words'))
  .map((node) => {
    const target = node.matches('input[type=checkbox], input[type=radio]') ? node.closest('label') : node
    const { width, height, left, right, bottom } = target.getBoundingClientRect()
    return { width, height, left, right, bottom, what: `${node.tagName} ${node.className} ${node.textContent.trim().slice(0, 40)}` }
  })
  .filter(({ width, height, right, bottom }) => right > 0 && bottom > 0 && width > 1 && (width < 43.5 || height < 43.5))
  .map(({ width, height, what }) => `${Math.round(width)}x${Math.round(height)} ${what}`)"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def swipe(page: Page, what: Locator, by: int, *, down: int = 0) -> None:
    """A finger goes over something, so far to the right and down."""
    box = what.bounding_box()
    assert box is not None
    x, y = box["x"] + (60 if by > 0 else box["width"] - 60), box["y"] + box["height"] / 2
    session: CDPSession = page.context.new_cdp_session(page)
    touch(session, "touchStart", x, y)
    for step in range(1, 11):
        touch(session, "touchMove", x + by * step / 10, y + down * step / 10)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def touch(session: CDPSession, kind: str, x: float, y: float) -> None:
    """One report of the screen."""
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})


def undo(page: Page) -> None:
    """Clicked, not tapped: Chromium makes no click of a tap that follows a swipe made by the protocol."""
    page.get_by_role("button", name="Undo").click()


def row(page: Page, name: str) -> Locator:
    """A customer's row in the list."""
    return page.locator("a.ticket", has_text=name)


def arrive(page: Page, desk: Desk, name: str) -> None:
    """A customer has written, and the list shows their row to fingers."""
    desk.customer_writes(name, "Hello")
    boss = desk.office.get("/me")["agent"]["id"]
    desk.office.patch(f"/tickets/{desk.ticket_of(name)['id']}", {"owner_agent_id": boss})
    page.goto(f"{desk.running.base}/app/inbox/mine")
    row(page, name).scroll_into_view_if_needed()
    eventually(lambda: page.evaluate("document.documentElement.style.getPropertyValue('--seen')"))


def test_a_row_swiped_right_is_resolved_and_comes_back_by_undo(phone: Page, desk: Desk) -> None:
    arrive(phone, desk, "Nora")
    swipe(phone, row(phone, "Nora"), 160)
    expect(phone.get_by_text("Resolved: Nora")).to_be_visible()
    expect(row(phone, "Nora")).to_have_count(0)
    eventually(lambda: desk.ticket_of("Nora")["status"] == "resolved")
    undo(phone)
    eventually(lambda: desk.ticket_of("Nora")["status"] == "open")
    assert "/inbox/mine" in phone.url, "it wasn't tapped"


@pytest.mark.long
def test_a_row_swiped_left_is_put_off_until_tomorrow(phone: Page, desk: Desk) -> None:
    arrive(phone, desk, "Olga")
    swipe(phone, row(phone, "Olga"), -160)
    expect(phone.get_by_text("Comes back")).to_be_visible()
    eventually(lambda: desk.ticket_of("Olga")["status"] == "snoozed")
    undo(phone)
    eventually(lambda: desk.ticket_of("Olga")["status"] == "open")


@pytest.mark.long
@pytest.mark.parametrize(("by", "down"), [(40, 0), (60, 200)])
def test_a_short_swipe_and_a_scroll_do_nothing(phone: Page, desk: Desk, by: int, down: int) -> None:
    arrive(phone, desk, "Petra")
    swipe(phone, row(phone, "Petra"), by, down=down)
    expect(row(phone, "Petra")).to_be_visible()
    assert desk.ticket_of("Petra")["status"] == "open"
    row(phone, "Petra").click()  # not tapped: see `undo`
    expect(phone.get_by_role("heading", name="Petra", level=1)).to_be_visible()


def test_a_conversation_swiped_right_goes_back_to_its_list(phone: Page, desk: Desk) -> None:
    arrive(phone, desk, "Runa")
    row(phone, "Runa").tap()
    said = phone.get_by_role("log", name="All messages")
    expect(said).to_be_visible()
    expect(
        phone.get_by_role("textbox", name="Write a reply")
    ).to_be_visible()  # what comes under a finger ends its gesture
    swipe(phone, said, -160)
    expect(said).to_be_visible()
    swipe(phone, said, 200)
    expect(row(phone, "Runa")).to_be_visible()
    expect(phone).to_have_url(re.compile("/app/inbox/mine$"))


def test_the_composer_stands_above_the_keyboard(phone: Page, desk: Desk) -> None:
    arrive(phone, desk, "Siri")
    row(phone, "Siri").tap()
    box = phone.get_by_role("textbox", name="Write a reply")
    expect(box).to_be_visible()
    phone.evaluate(
        "() => { Object.defineProperty(visualViewport, 'height', { get: () => 420 });"
        "visualViewport.dispatchEvent(new Event('resize')) }"
    )
    send = phone.get_by_role("button", name="Send", exact=True)
    eventually(lambda: (send.bounding_box() or {"y": 999, "height": 0})["y"] < 420 - 40)
    assert (box.bounding_box() or {"y": 999})["y"] < 420


@pytest.mark.parametrize(
    ("locale", "width"),
    [
        ("fi", 360),  # the longest words on the smallest screen
        *(
            pytest.param(locale, width, marks=pytest.mark.long)
            for locale, width in (("fi", 390), *product(("en", "sv", "nb", "zh-CN"), (390, 360)))
        ),
    ],
)
def test_everything_fits_and_can_be_hit(desk: Desk, browser: Browser, locale: str, width: int, tmp_path: Path) -> None:
    desk.office.patch("/me", {"locale": locale})
    context = desk.seat(browser, desk.office, **{**PHONE, "viewport": {"width": width, "height": 780}})
    page = context.new_page()
    wrong: list[str] = []

    def look(name: str) -> None:
        small = page.evaluate(SMALL)
        wrong.extend(f"{name}: {one}" for one in small)
        if page.evaluate(SIDEWAYS):
            wrong.append(f"{name}: goes sideways")
        wrong.extend(f"{name}: {one}" for one in violations(page))
        page.screenshot(path=str(tmp_path / f"{name}-{locale}-{width}.png"))

    conversation = desk.ticket_of("Harriet Blackwood")["conversation_id"]
    for name, path, there in (
        ("list", "/app/inbox/all", "a.ticket"),
        ("conversation", f"/app/conversations/{conversation}", "form.composer textarea"),
        ("notifications", "/app/settings/notifications", "table"),
    ):
        page.goto(f"{desk.running.base}{path}")
        expect(page.locator(there).first).to_be_visible()
        if name == "conversation":
            page.locator("form.composer").get_by_role("textbox").fill("Hej")
            expect(page.locator("form.composer .more-ways")).to_be_visible()
        look(name)
    page.goto(desk.address_of("Harriet Blackwood"))
    page.get_by_role("heading", level=1).get_by_role("button").tap()
    # Why she wrote comes a moment later.
    expect(page.get_by_role("dialog").locator("button.link").first).to_be_visible()
    look("person")
    page.goto(f"{desk.running.base}/app/inbox/all")
    page.locator("header .menu").tap()
    expect(page.locator(".places nav")).to_be_in_viewport()
    look("places")
    page.locator(".places button[aria-haspopup=dialog]").tap()
    expect(page.locator("dialog")).to_be_visible()
    look("bell")
    context.close()
    desk.office.patch("/me", {"locale": "en"})
    assert not wrong, "\n".join(wrong)


@pytest.mark.long
def test_nothing_lies_over_the_words_and_the_name_leads_to_the_customer(phone: Page, desk: Desk) -> None:
    arrive(phone, desk, "Sigurlaug")
    row(phone, "Sigurlaug").tap()
    box = phone.locator("form.composer")
    expect(phone.get_by_role("textbox", name="Write a reply")).to_be_visible()
    phone.get_by_role("button", name="Snooze").tap()
    expect(phone.get_by_role("combobox")).not_to_be_focused()  # it would call up the keyboard
    phone.get_by_role("option", name=re.compile("^Tomorrow")).tap()
    expect(phone.get_by_text("Comes back")).to_be_visible()
    toast, composer = phone.locator(".toast").bounding_box(), box.bounding_box()
    assert toast is not None
    assert composer is not None
    assert toast["y"] + toast["height"] < composer["y"]
    phone.get_by_role("heading", level=1).get_by_role("button", name="Sigurlaug").tap()
    expect(phone.get_by_role("dialog", name="Sigurlaug").get_by_text("Reached at")).to_be_visible()
    assert phone.evaluate(SMALL) == []


@pytest.mark.long
def test_what_a_swipe_will_do_is_seen_before_the_finger_leaves(phone: Page, desk: Desk, tmp_path: Path) -> None:
    arrive(phone, desk, "Tove")
    box: Any = row(phone, "Tove").bounding_box()
    session = phone.context.new_cdp_session(phone)
    touch(session, "touchStart", box["x"] + 40, box["y"] + 40)
    for by in (20, 60, 120):
        touch(session, "touchMove", box["x"] + 40 + by, box["y"] + 40)
    expect(phone.locator(".swiped.acts svg")).to_be_visible()
    phone.screenshot(path=str(tmp_path / "swipe.png"))
    touch(session, "touchMove", box["x"] + 50, box["y"] + 40)
    expect(phone.locator(".swiped.acts")).to_have_count(0)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(phone.locator(".swiped")).to_have_count(0)
    assert desk.ticket_of("Tove")["status"] == "open"
