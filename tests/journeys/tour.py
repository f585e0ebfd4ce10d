"""Pages looked at one after the other: pictures of each, and everything that speaks against it."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import violations
from tests.journeys.desk import MAILBOX, WIDE, Desk, designed_letter, watched
from tests.journeys.furniture import furnish

SHOTS = Path("test-output/pages")
PHONE = {"width": 390, "height": 844}
CATALOGUES = Path("src/lyhord/kit/catalogues")
KEY = re.compile(r"[a-z]+(\.[a-z_]+)+")
DAILY = {"list-all", "conversation-both", "contact"}
"""Pages that are open every day; the others are seen with `make test-all`."""


class Stop(NamedTuple):
    """One page of the tour: its address in the app, what is seen once it is there, and what is done to open more."""

    name: str
    path: str
    sign: str
    act: Callable[[Page], None] | None = None
    quiet: bool = True
    """Whether nothing may be written into the console: a call that fails is written there by the browser itself."""


class Tour:
    """A window in which one page after the other is looked at."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.complaints = watched(page)

    def look(self, stop: Stop) -> list[str]:
        """Open a page and hold it against every promise: what is broken of them, a line each."""
        page = self.page
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        page.emulate_media(color_scheme="light")
        page.goto("about:blank")
        self.complaints.clear()
        page.goto(self.base + stop.path)
        expect(page.get_by_text(stop.sign).first).to_be_visible()
        expect(page.get_by_role("heading", level=1).first).to_be_attached()
        if stop.act:
            stop.act(page)
        settle(page)
        found = {"light": violations(page)}
        page.screenshot(path=shot(stop.name, "light"))
        page.emulate_media(color_scheme="dark")
        settle(page)
        found["dark"] = violations(page, ["color-contrast"])
        page.screenshot(path=shot(stop.name, "dark"))
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        settle(page)
        found["phone"] = violations(page, ["color-contrast", "target-size", "scrollable-region-focusable"])
        page.screenshot(path=shot(stop.name, "phone"))
        found["wide"] = overflowing(page)
        found["words"] = untranslated(page)
        found["console"] = self.complaints[:] if stop.quiet else []
        return [f"{where}: {one}" for where, some in found.items() for one in some]


def parameters(stops: Iterable[Stop]) -> list[Any]:
    """The stops as parameters of a test, those of seldom pages marked."""
    return [pytest.param(stop, id=stop.name, marks=() if stop.name in DAILY else pytest.mark.long) for stop in stops]


@pytest.fixture(scope="module")
def tour(browser: Browser, desk: Desk) -> Iterator[Tour]:
    """Signed in, with one of everything there."""
    desk.office.post("/tokens", {"name": "Weekly report", "powers": ["conversations.read"]})
    desk.office.post("/roles", {"name": "Night shift with a rather long name", "powers": ["conversations.read"]})
    desk.post.post(designed_letter(), "nadia@customer.test", MAILBOX)
    desk.ticket_of("Nadia Benali")
    furnish(desk)
    context = desk.seat(browser, desk.office, reduced_motion="reduce")
    yield Tour(context.new_page(), desk.running.base)
    context.close()


def settle(page: Page) -> None:
    """Let what moves arrive."""
    page.evaluate(
        "Promise.all(document.getAnimations().filter(a => a.effect.getTiming().iterations === 1).map(a => a.finished))"
    )
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def untranslated(page: Page) -> list[str]:
    """Keys that stand where words should, also those that no catalogue has."""
    beginnings = {key.partition(".")[0] for key in json.loads((CATALOGUES / "en.json").read_text("utf-8"))}
    words = page.evaluate("document.body.innerText").split()
    return [word for word in words if KEY.fullmatch(word) and word.partition(".")[0] in beginnings]


def overflowing(page: Page) -> list[str]:
    """What sticks out of the screen sideways: the page as a whole, and single elements that don't scroll."""
    found: list[str] = page.evaluate(
        """() => {
          const wide = document.documentElement.clientWidth
          if (document.documentElement.scrollWidth > wide) return [`the page is ${document.documentElement.scrollWidth} wide`]
          const scrolls = (node) => {
            for (let up = node.parentElement; up; up = up.parentElement)
              if (/auto|scroll|hidden/.test(getComputedStyle(up).overflowX) && up !== document.body) return true
            return false
          }
          return [...document.querySelectorAll('body *')]
            .filter((node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest('.sr, .skip, .places'))
            .filter((node) => node.getBoundingClientRect().right > wide + 1 && !scrolls(node))
            .map((node) => node.outerHTML.slice(0, 120))
        }"""
    )
    return found


def shot(name: str, look: str) -> str:
    """Where a picture lies."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    return str(SHOTS / f"{name}.{look}.png")
