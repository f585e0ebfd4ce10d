"""A day without the mouse: one conversation after the other is read, answered, given away, put off, tagged and closed by keys alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.desk import Desk, context, desk, ida, page, reply_box, said
from tests.journeys.running import eventually

__all__ = ["context", "desk", "ida", "page"]

OWN = [
    "My parcel hasn't come",
    "The lamp flickers",
    "May I change the colour?",
    "Where is my refund?",
    "Do you repair lamps?",
]
FOCUS = """() => {
  const at = document.activeElement
  return at && at !== document.body && at.isConnected && at.checkVisibility() ? at.outerHTML.slice(0, 80) : ''
}"""

Talk = tuple[str, list[str]]
"""A customer's name and what they say."""


def own(count: int) -> list[Talk]:
    """Customers of our own."""
    return [(f"Kund {number:03}", [OWN[number % len(OWN)], "Thank you"]) for number in range(count)]


class Hands:
    """Somebody at a keyboard, who looks at the screen."""

    def __init__(self, page: Page, desk: Desk) -> None:
        self.page = page
        self.desk = desk

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, words: str) -> None:
        self.page.keyboard.type(words)

    def status(self, name: str, wanted: str) -> None:
        """The ticket got there."""
        eventually(lambda: self.desk.ticket_of(name)["status"] == wanted)

    def answer(self, name: str) -> None:
        """By a canned reply, and close it."""
        self.press("r")
        expect(reply_box(self.page)).to_be_focused()
        self.write("/hello")
        expect(self.page.get_by_role("option", name="Hello")).to_be_visible()
        self.press("Enter")
        expect(reply_box(self.page)).to_have_value(f"Hello {name}, we look into it.")
        self.press("Control+Shift+Enter")
        expect(said(self.page, f"Hello {name}, we look into it.")).to_be_visible()
        self.status(name, "resolved")
        self.press("Escape")

    def give(self, name: str) -> None:
        self.press("a")
        self.write("Ida")
        self.press("Enter")
        expect(self.page.get_by_role("button", name="Assign")).to_contain_text("Ida Strand")

    def put_off(self, name: str) -> None:
        self.press("s")
        self.write("tomorrow 9")
        expect(self.page.get_by_role("option")).to_have_count(1)
        self.press("Enter")
        self.status(name, "snoozed")

    def tag(self, name: str) -> None:
        self.press("t")
        expect(self.page.get_by_role("dialog", name="Tags").get_by_role("combobox")).to_be_focused()
        self.write("refund")
        self.press("Enter")
        expect(self.page.get_by_role("dialog").get_by_role("listitem")).to_have_text(["refund"])
        self.press("Escape")
        expect(self.page.get_by_role("dialog")).to_have_count(0)

    def macro(self, name: str) -> None:
        self.press(".")
        self.write("ask")
        expect(self.page.get_by_role("option", name="Ask and wait")).to_be_visible()
        self.press("Enter")
        expect(said(self.page, f"Which lamp, {name}?")).to_be_visible()
        self.status(name, "snoozed")

    def note(self, name: str) -> None:
        self.press("n")
        self.write("Rang, nobody there")
        self.press("Control+Enter")
        expect(said(self.page, "Rang, nobody there")).to_be_visible()
        self.press("Escape")

    def close_and_back(self, name: str) -> None:
        """Closed too early: taken back by key, then closed."""
        self.press("e")
        expect(self.page.get_by_text(f"Resolved: {name}")).to_be_visible()
        self.press("z")
        self.status(name, "open")
        self.press("e")
        self.status(name, "resolved")

    def search(self, name: str) -> None:
        """Look for somebody by words, open what is found, and come back."""
        self.press("/")
        field = self.page.get_by_label("Search customers and messages")
        expect(field).to_be_focused()
        self.write(name)
        expect(self.page.locator("a.person")).to_have_count(1)
        self.press("Tab", "Enter")
        expect(self.page.get_by_role("heading", level=1, name=name)).to_be_visible()
        self.press("e")
        self.status(name, "resolved")
        self.press("g", "w")
        expect(self.page.get_by_role("heading", level=1, name="Waiting")).to_be_visible()


def furnish(desk: Desk) -> None:
    """A canned reply and a macro."""
    text = {"language": "en", "text": "Hello {{contact.name}}, we look into it."}
    desk.office.post("/canned-replies", {"name": "Hello", "shortcut": "hello", "texts": [text]})
    steps: list[object] = [
        {"kind": "reply", "text": "Which lamp, {{contact.name}}?"},
        {"kind": "status", "status": "snoozed", "snooze_seconds": 86_400},
    ]
    desk.office.post("/macros", {"name": "Ask and wait", "steps": steps})


@pytest.mark.long
@pytest.mark.usefixtures("ida")
def test_a_day_without_the_mouse(page: Page, desk: Desk) -> None:
    furnish(desk)
    everybody = own(9)
    for name, words in everybody:
        for text in words:
            desk.customer_writes(name, text)
    hands = Hands(page, desk)
    does = [
        hands.answer,
        hands.give,
        hands.put_off,
        hands.tag,
        hands.macro,
        hands.note,
        hands.close_and_back,
        hands.search,
    ]
    page.goto(f"{desk.running.base}/app/inbox/waiting")
    expect(page.locator("a.ticket").first).to_be_visible()
    left = {name for name, _ in everybody}
    heading = page.get_by_role("heading", level=1)
    before = ""
    while left:
        hands.press("j")
        expect(heading).not_to_have_text(before)
        before = heading.inner_text()
        expect(page.locator("a.ticket[aria-current] .who")).to_have_text(before)
        eventually(lambda: page.evaluate(FOCUS))
        if before not in left:
            continue
        left.remove(before)
        does[len(left) % len(does)](before)
