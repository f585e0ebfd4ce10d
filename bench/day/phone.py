"""A lead's shift on a phone: thirty things that leads do, by fingers alone, on the company that the day was worked in."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import Error as BrowserError

from bench.day.desk import account
from bench.day.doors import Doors
from bench.day.hands import SHOTS
from tests.counterparts import pushservice
from tests.counterparts.pushservice import PushService
from tests.journeys.desk import Desk, reply_box, said
from tests.journeys.running import Office, eventually
from tests.journeys.test_phone import SIDEWAYS, SMALL, swipe

FEW = 8
"""So many have waited too long before the shift begins."""
PHONE = {"has_touch": True, "is_mobile": True, "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
WATCH = """() => {
  const { port1, port2 } = new MessageChannel()
  let since = 0
  port1.onmessage = () => (sessionStorage.taps = `${sessionStorage.taps ?? ''} ${performance.now() - since}`)
  addEventListener('click', (event) => {
    since = event.timeStamp
    requestAnimationFrame(() => port2.postMessage(0))
  }, true)
}"""
"""Milliseconds from a tap to the next frame: a message comes after its frame."""


class Shift(NamedTuple):
    """What a shift came to."""

    acts: int
    taps: int
    painted: list[float]
    wrong: list[str]


class Fingers:
    """Taps and counts, and says what is too small or goes sideways."""

    def __init__(self, page: Page, doors: Doors, lead: Office) -> None:
        self.page = page
        self.doors = doors
        self.lead = lead
        self.taps = 0
        self.acts = 0
        self.wrong: list[str] = []

    def tap(self, what: Locator) -> None:
        self.taps += 1
        what.tap()

    def button(self, name: str | re.Pattern[str]) -> None:
        self.tap(self.page.get_by_role("button", name=name).first)

    def option(self, name: str | re.Pattern[str]) -> None:
        self.tap(self.page.get_by_role("option", name=name).first)

    @contextmanager
    def act(self, name: str) -> Iterator[None]:
        """One of the thirty; what fails is said, and one goes home."""
        self.acts += 1
        before = self.taps
        try:
            yield
            small = self.page.evaluate(SMALL)
            self.wrong += [f"{name}: too small {one}" for one in small]
            if self.page.evaluate(SIDEWAYS):
                self.wrong.append(f"{name}: goes sideways")
        except (AssertionError, BrowserError) as problem:
            self.wrong.append(f"{name}: {' '.join(str(problem).split())[:400]}")
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"phone-{self.acts:02}.png")
        print(f"  {self.acts:2} {name}: {self.taps - before} taps", flush=True)
        for one in self.wrong:
            if one.startswith(f"{name}: "):
                print(f"     wrong: {one}", flush=True)

    def home(self) -> None:
        self.page.goto(f"{self.doors.base}/app/")
        expect(self.page.get_by_role("heading", name="Wallboard")).to_be_visible()

    def region(self, name: str) -> Locator:
        return self.page.get_by_role("region", name=name)

    def first_of(self, region: str) -> Locator:
        return self.region(region).get_by_role("listitem").first

    def list_of(self, name: str) -> None:
        """A list from the places."""
        self.button("Places")
        self.tap(self.page.get_by_role("navigation", name="Places").get_by_role("link", name=re.compile(f"^{name}")))
        expect(self.page.get_by_role("heading", level=1, name=name)).to_be_visible()


def work(hand: Fingers, ida: Office) -> None:
    """The thirty."""
    share_out(hand)
    see_to_one(hand)
    be_told(hand, ida)
    look_round(hand)


def share_out(hand: Fingers) -> None:
    """Who waits, and who gets it."""
    page = hand.page
    with hand.act("the wallboard is home"):
        hand.home()
        expect(hand.region("Late").get_by_role("listitem").first).to_be_visible()
    for who in ("Ossi Hand", "Ida Strand", "Repairs"):
        with hand.act(f"who waits longest goes to {who}"):
            give(hand, "Late", who)
    for who in ("Ossi Hand", "Ida Strand"):
        with hand.act(f"what nobody has goes to {who}"):
            give(hand, "Nobody has it", who)
    with hand.act("more of who wait too long"):
        shown = hand.region("Late").get_by_role("listitem")
        before = shown.count()
        hand.tap(hand.region("Late").get_by_role("button", name="Show more"))
        eventually(lambda: shown.count() > before)
    with hand.act("what Ossi has"):
        hand.button(re.compile("^Ossi Hand"))
        theirs = page.get_by_role("listitem").filter(has=page.get_by_role("button", name=re.compile("^Ossi Hand")))
        expect(theirs.get_by_role("listitem").first).to_be_visible()
    with hand.act("one of them is opened and read"):
        hand.tap(theirs.get_by_role("listitem").get_by_role("link").first)
        expect(page.locator("[role=log] article").last).to_be_visible()
    with hand.act("handed over with a note"):
        hand.button(re.compile("Assign$"))
        hand.button("Hand over")
        hand.option("Ida Strand")
        hand.tap(page.get_by_role("textbox", name="Why"))
        page.keyboard.type("You know them from last year")
        hand.tap(page.get_by_role("dialog").get_by_role("button", name="Hand over"))
        expect(said(page, "You know them from last year")).to_be_visible()
    with hand.act("back to the wallboard"):
        hand.tap(page.get_by_role("link", name="Back to the list"))
        expect(page.get_by_role("heading", level=1, name="Wallboard")).to_be_visible()


def see_to_one(hand: Fingers) -> None:
    """Read, answered, put off, taken for spam and not."""
    page = hand.page
    with hand.act("who waits longest is opened and read"):
        hand.tap(hand.first_of("Late").get_by_role("link"))
        expect(page.locator("[role=log] article").last).to_be_visible()
    with hand.act("and answered"):
        hand.tap(reply_box(page))
        page.keyboard.type("I am looking into it myself")
        hand.button("Send")
        expect(said(page, "I am looking into it myself")).to_be_visible()
    with hand.act("a note for colleagues"):
        hand.tap(page.get_by_role("button", name="Note", exact=True))
        hand.tap(page.get_by_role("textbox", name="Write a note"))
        page.keyboard.type("I took this one")
        hand.button("Add note")
        expect(said(page, "I took this one")).to_be_visible()
    with hand.act("put off until tomorrow"):
        hand.button("Snooze")
        hand.option(re.compile("^Tomorrow"))
        expect(page.get_by_text("Comes back").first).to_be_visible()
    with hand.act("and taken back"):
        hand.tap(page.locator(".toast", has_text="Comes back").get_by_role("button", name="Undo"))
        expect(page.get_by_role("button", name="Resolve")).to_be_visible()
    with hand.act("called spam"):
        hand.tap(page.get_by_role("heading", level=1).get_by_role("button"))
        hand.button("Mark as spam")
        expect(page.get_by_role("button", name="Not spam")).to_be_visible()
    with hand.act("which it wasn't"):
        hand.button("Not spam")
        expect(page.get_by_role("button", name="Mark as spam")).to_be_visible()
    with hand.act("back to the conversation"):
        hand.button("Close")
        expect(reply_box(page).or_(page.get_by_role("textbox", name="Write a note")).first).to_be_visible()
    with hand.act("home by swiping"):
        swipe(page, page.get_by_role("log", name="All messages"), 200)
        hand.taps += 1
        expect(page.get_by_role("heading", level=1, name="Wallboard")).to_be_visible()
    page.reload()  # Chromium makes no click of a tap that follows a swipe made by its protocol


def be_told(hand: Fingers, ida: Office) -> None:
    """An agent asks for help; and somebody is looked up."""
    page = hand.page
    with hand.act("told by the bell"):
        call_for_help(hand, ida)
        bell = page.get_by_role("navigation", name="At hand").get_by_role("button", name=re.compile("Notifications"))
        expect(bell).to_have_accessible_name(re.compile(r"\(\d+\)"))
        hand.tap(bell)
        expect(page.get_by_role("dialog")).to_contain_text("Can you look")
    with hand.act("and goes there"):
        hand.tap(page.get_by_role("dialog").get_by_role("link").first)
        expect(said(page, "Can you look")).to_be_visible()
    with hand.act("takes it"):
        hand.button(re.compile("Assign$"))
        hand.option("Lotta Lead")
        expect(page.get_by_role("button", name=re.compile("Assign$"))).to_contain_text("Lotta")
    with hand.act("answers by a canned reply"):
        hand.button("Canned reply")
        hand.option("We look into it")
        hand.button("Send")
        expect(said(page, "we look into it")).to_be_visible()
    with hand.act("resolves it"):
        hand.button("Resolve")
        expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    with hand.act("looks somebody up"):
        hand.tap(page.get_by_role("link", name="Back to the list"))
        hand.tap(page.get_by_role("navigation", name="At hand").get_by_role("link", name="Search"))
        page.get_by_label("Search customers and messages").tap()
        page.keyboard.type(hand.doors.talks[4].name)
        hand.tap(page.locator("a.person").first)
        expect(page.get_by_role("heading", name=hand.doors.talks[4].name).first).to_be_visible()


def look_round(hand: Fingers) -> None:
    """Numbers, and a list."""
    page = hand.page
    with hand.act("the numbers"):
        if page.get_by_role("link", name="Back to the list").is_visible():
            hand.tap(page.get_by_role("link", name="Back to the list"))
        hand.button("Places")
        hand.tap(page.get_by_role("navigation", name="Places").get_by_role("link", name="Numbers"))
        expect(page.locator("dd").first).to_be_visible()
    with hand.act("two at once to Ossi"):
        hand.list_of("Unassigned")
        press_long(hand, page.locator("a.ticket").first)
        hand.tap(page.locator("a.ticket").nth(1))
        hand.button("Assign")
        hand.option("Ossi Hand")
        expect(page.get_by_role("button", name="Undo")).to_be_visible()
    with hand.act("swiped away, and back"):
        page.reload()
        row = page.locator("a.ticket").first
        expect(row).to_be_visible()
        name = row.locator(".who").inner_text()
        eventually(lambda: page.evaluate("document.documentElement.style.getPropertyValue('--seen')"))
        swipe(page, row, 160)
        expect(page.get_by_text(f"Resolved: {name}")).to_be_visible()
        hand.taps += 2
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("a.ticket").first.locator(".who")).to_have_text(name)


def give(hand: Fingers, region: str, who: str) -> None:
    """The first of a region of the wallboard goes to somebody."""
    row = hand.first_of(region)
    hand.tap(row.get_by_role("button", name="Assign"))
    hand.option(who)
    expect(hand.page.get_by_text(f"{who} has it now").last).to_be_visible()


def press_long(hand: Fingers, row: Locator) -> None:
    """A finger stays on a row until it is chosen."""
    box = row.bounding_box()
    assert box is not None
    session = hand.page.context.new_cdp_session(hand.page)
    point = {"x": box["x"] + 120, "y": box["y"] + 30}
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    expect(hand.page.locator("a.ticket.chosen")).to_have_count(1)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()
    hand.taps += 1


def call_for_help(hand: Fingers, ida: Office) -> None:
    """An agent names the lead in a note: the phone is pushed, even in a pocket."""
    lead = hand.lead.get("/me")["agent"]
    waiting = ida.get("/tickets", list="waiting", limit=1)["items"][0]
    phone = pushservice.Browser()
    with PushService() as service:
        hand.lead.post("/push/devices", phone.subscription(f"{service.base}/1"))
        body = {"kind": "note", "text": f"@{lead['name']} Can you look?", "mentions": [lead["id"]]}
        ida.post(f"/conversations/{waiting['conversation_id']}/messages", body)
        [posted] = eventually(lambda: list(service.posted))
    assert waiting["conversation_id"] in phone.open(posted.body).decode()


def a_shift(browser: Browser, desk: Desk, doors: Doors, ida: Office) -> Shift:
    """Thirty acts."""
    lead = desk.hire("lotta@firm.example", "Lotta Lead")
    desk.office.patch(f"/agents/{lead.get('/me')['agent']['id']}", {"role": "lead"})
    lead.sign_in("lotta@firm.example")
    desk.office.patch("/workspace", {"settings": {"reply_promise_minutes": 1}})
    eventually(lambda: lead.get("/wallboard")["late"] > FEW, seconds=120)
    context = desk.seat(browser, lead, **PHONE)
    context.set_default_timeout(15_000)
    page = context.new_page()
    hand = Fingers(page, doors, lead)
    page.on("pageerror", lambda error: hand.wrong.append(f"script: {error.stack or error}"))
    page.add_init_script(f"({WATCH})()")
    work(hand, ida)
    _, lost = account(desk.office, doors.talks)
    hand.wrong += [f"lost: {name}" for name in lost]
    painted = [float(one) for one in page.evaluate("sessionStorage.taps").split()]
    context.close()
    return Shift(hand.acts, hand.taps, painted, hand.wrong)
