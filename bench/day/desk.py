"""An agent's day at a desk: through what waits, one conversation after the other, by keys alone."""

import statistics
import time
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Error as BrowserError

from bench.browser import VIEW
from bench.day.doors import Doors, Rain, everything
from bench.day.hands import SHOTS, WATCH, Hands
from bench.day.talks import Talk
from tests.journeys.desk import session_of
from tests.journeys.running import Office

LOST = "nowhere"
AGAIN = 3
"""Times that one goes through the list from its beginning without finding anybody new in it, before one gives up."""


class Worked(NamedTuple):
    """What a day came to. Times are milliseconds."""

    done: int
    seconds: float
    presses: int
    frames: list[float]
    opened: list[float]
    wrong: list[str]
    left: dict[str, int]
    """How many of the customers stand in which list, by the server's own word."""
    lost: list[str]
    """Customers whom it doesn't know."""


def middle(times: Sequence[float]) -> float:
    return round(statistics.median(times), 1)


def high(times: Sequence[float]) -> float:
    """The 95th percentile."""
    return round(sorted(times)[min(len(times) - 1, int(len(times) * 0.95))], 1)


def sit_down(browser: Browser, who: Office, complaints: list[str]) -> Page:
    """A window of theirs. What its script fails at goes into `complaints`."""
    context = browser.new_context(viewport=VIEW, locale="en-GB", service_workers="block")  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    context.add_cookies(session_of(who))  # type: ignore[arg-type]
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(f"script: {error.stack or error}"))
    page.add_init_script(f"({WATCH})()")
    return page


class Day:
    """One agent before what waits."""

    def __init__(self, page: Page, ida: Office, doors: Doors, rain: Rain, wrong: list[str]) -> None:
        self.page = page
        self.hands = Hands(page, ida)
        self.doors = doors
        self.rain = rain
        self.talks = {one.name: one for one in doors.talks}
        self.to_do = set(self.talks)
        self.wrong = wrong
        self.usual = self.hands.usual()
        self.before = ""

    def work(self) -> None:
        """Until each customer was seen to."""
        page = self.page
        page.goto(f"{self.doors.base}/app/inbox/waiting")
        expect(page.locator("a.ticket").first).to_be_visible()
        share = len(self.rain.left) // max(1, len(self.to_do) * 3 // 4)
        barren = 0
        while self.to_do and barren < AGAIN:
            if not self.next_one():
                barren += 1
                self.hands.press("g", "w")
                expect(page.get_by_role("heading", level=1, name="Waiting")).to_be_visible()
                self.before = "Waiting"
                continue
            if self.before in self.to_do:
                barren = 0
                talk = self.talks[self.before]
                self.to_do -= {talk.name, talk.same_as}
                self.rain.more(share)
                self.see_to(talk)

    def next_one(self) -> bool:
        """Whether `j` opened another one. Where it didn't, nobody may wait who wasn't seen to."""
        self.hands.press("j")
        try:
            expect(self.hands.heading).not_to_have_text(self.before, timeout=5_000)
        except AssertionError:
            waiting = {name for name, row in everything(self.doors.office).items() if row["waiting_since"]}
            if missed := waiting & self.to_do:
                self.fail("j", f"stays at {self.before}, and {len(missed)} wait: {sorted(missed)[:3]}")
            return False
        self.before = self.hands.heading.inner_text()
        return True

    def see_to(self, talk: Talk) -> None:
        act = self.hands.merge if talk.same_as else self.usual[len(self.to_do) % len(self.usual)]
        try:
            expect(self.page.locator("[role=log] article").last).to_be_visible()
            act(talk)
        except (AssertionError, BrowserError) as problem:
            self.fail(f"{act.__name__} of {talk.name}", str(problem))
            self.hands.press("Escape", "Escape", "Escape")
        if len(self.to_do) % 25 == 0:
            self.shoot(f"at-{len(self.talks) - len(self.to_do):03}")

    def fail(self, what: str, problem: str) -> None:
        self.wrong.append(f"{what}: {' '.join(problem.split())[:400]}")
        print(f"  wrong: {self.wrong[-1]}", flush=True)
        self.shoot(f"wrong-{len(self.wrong)}")

    def shoot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png")


def account(office: Office, talks: Sequence[Talk]) -> tuple[dict[str, int], list[str]]:
    """In which list each customer stands, or whose they have become; and who is nowhere."""
    rows = everything(office)
    one = {name: other for talk in talks if talk.same_as for name, other in pair(talk)}
    where = Counter[str]()
    for talk in talks:
        row, other = rows.get(talk.name), rows.get(one.get(talk.name, ""))
        where[row["list"] if row else "one with another" if other else LOST] += 1
    lost = [talk.name for talk in talks if talk.name not in rows and one.get(talk.name) not in rows]
    return dict(where), lost


def pair(talk: Talk) -> list[tuple[str, str]]:
    """Each of the two names of one person with the other one."""
    assert talk.same_as
    return [(talk.name, talk.same_as), (talk.same_as, talk.name)]


def a_day(browser: Browser, ida: Office, doors: Doors) -> Worked:
    """Work through it all; new messages come meanwhile."""
    wrong: list[str] = []
    page = sit_down(browser, ida, wrong)
    rain = Rain(doors)
    day = Day(page, ida, doors, rain, wrong)
    began = time.monotonic()
    try:
        day.work()
    finally:
        rain.stop()
    seconds = time.monotonic() - began
    wrong += rain.problems + [f"nobody saw to {name}" for name in sorted(day.to_do)]
    day.shoot("evening")
    frames, opened = page.evaluate("[window.keys, window.opened]")
    page.context.close()
    left, lost = account(doors.office, doors.talks)
    return Worked(len(doors.talks) - len(day.to_do), seconds, day.hands.presses, frames, opened, wrong, left, lost)
