"""Somebody at a keyboard, who looks at the screen: what they do with conversations, each by keys alone."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from bench.day.doors import everything
from bench.day.talks import Talk
from tests.journeys.desk import reply_box, said
from tests.journeys.running import Office, eventually

SHOTS = Path("test-output/day")
WATCH = """() => {
  window.keys = []
  window.opened = []
  const { port1, port2 } = new MessageChannel()
  let painted = []
  port1.onmessage = () => painted.splice(0).forEach((tell) => tell(performance.now()))
  const inFrame = (tell) => requestAnimationFrame(() => (painted.push(tell), port2.postMessage(0)))
  const shown = () => document.querySelector('section.conversation')?.ariaLabel
  addEventListener('keydown', (event) => {
    if (['Control', 'Shift', 'Alt'].includes(event.key)) return
    const at = event.timeStamp
    inFrame((now) => window.keys.push(now - at))
    if (event.key !== 'j' || event.target.matches('textarea, input, [contenteditable]')) return
    const before = shown()
    const look = () => {
      if (shown() !== before && document.querySelector('section.conversation [role=log] article'))
        return inFrame((now) => window.opened.push(now - at))
      if (performance.now() - at < 5_000) requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  }, true)
}"""
"""Milliseconds from each key to the next frame, and from `j` to the words of another conversation: a message comes after its frame."""


class Hands:
    """Presses and counts."""

    def __init__(self, page: Page, office: Office) -> None:
        self.page = page
        self.office = office
        self.presses = 0
        self.heading = page.get_by_role("heading", level=1)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.presses += 1
            self.page.keyboard.press(key)

    def write(self, words: str) -> None:
        self.presses += len(words)
        self.page.keyboard.type(words)

    def command(self, words: str, label: str) -> None:
        """Something without a key of its own, from the palette."""
        self.press("Control+k")
        self.write(words)
        expect(self.page.get_by_role("option", selected=True)).to_contain_text(label)
        self.press("Enter")

    def ticket(self, name: str) -> dict[str, Any]:
        """How the server has it."""
        return everything(self.office)[name]

    def becomes(self, name: str, **wanted: Any) -> None:
        eventually(lambda: {key: self.ticket(name)[key] for key in wanted} == wanted, seconds=15)

    def put_away(self, name: str) -> None:
        """It was said so, and is so. A customer may have gone on by now."""
        expect(self.page.get_by_text(f"Resolved: {name}")).to_be_visible()

    # What is done with a conversation that is open. Each ends where `j` goes on.

    def answer(self, talk: Talk) -> None:
        """In one's own words, and it is done."""
        words = f"Thank you, {talk.name.split()[0]}. We have looked at it and it is on its way to you now."
        self.press("r")
        expect(reply_box(self.page)).to_be_focused()
        self.write(words)
        self.press("Control+Shift+Enter")
        expect(said(self.page, words)).to_be_visible()
        self.press("Escape")

    def canned(self, talk: Talk) -> None:
        """The words that are said most, and the customer is waited for."""
        self.press("r")
        expect(reply_box(self.page)).to_be_focused()
        self.write("/look")
        expect(self.page.get_by_role("option", name="We look into it")).to_be_visible()
        self.press("Enter")
        filled = expect(reply_box(self.page))
        if talk.door == "mail":
            filled.to_contain_text("we look into it")
        else:
            filled.to_have_value(re.compile("we look into it"))
        self.press("Control+Enter")
        expect(said(self.page, "we look into it")).to_be_visible()
        self.press("Escape")

    def macro(self, _: Talk) -> None:
        self.press(".")
        self.write("ask")
        expect(self.page.get_by_role("option", name="Ask and wait")).to_be_visible()
        self.press("Enter")
        expect(said(self.page, "Which order is it about")).to_be_visible()

    def take(self, talk: Talk) -> None:
        """It is mine, and I have answered."""
        self.press("m")
        expect(self.page.get_by_title("Assign (A)")).to_contain_text("Ida Strand")
        self.answer(talk)

    def note(self, _: Talk) -> None:
        """For colleagues, and one of them has it."""
        self.press("n")
        self.write("Rang, nobody there")
        self.press("Control+Enter")
        expect(said(self.page, "Rang, nobody there")).to_be_visible()
        self.press("Escape", "a")
        self.write("Ossi")
        self.press("Enter")
        expect(self.page.get_by_title("Assign (A)")).to_contain_text("Ossi Hand")

    def hand_over(self, talk: Talk) -> None:
        self.press("h")
        self.write("Repairs")
        expect(self.page.get_by_role("option")).to_have_count(1)
        self.press("Enter")
        expect(self.page.get_by_role("textbox", name="Why")).to_be_focused()
        self.write("Needs somebody who knows engines")
        self.press("Control+Enter")
        expect(self.page.get_by_role("dialog")).to_have_count(0)
        expect(said(self.page, "Needs somebody who knows engines")).to_be_visible()

    def snooze(self, talk: Talk) -> None:
        self.press("s")
        self.write("tomorrow 9")
        expect(self.page.get_by_role("option")).to_have_count(1)
        self.press("Enter")
        expect(self.page.get_by_text("Comes back").last).to_be_visible()

    def tag(self, talk: Talk) -> None:
        """Named, and done."""
        self.press("t")
        expect(self.page.get_by_role("dialog", name="Tags").get_by_role("combobox")).to_be_focused()
        self.write("booking")
        self.press("Enter")
        expect(self.page.get_by_role("dialog").get_by_role("listitem")).to_have_text(["booking"])
        self.press("Escape")
        expect(self.page.get_by_role("dialog")).to_have_count(0)
        self.press("e")
        self.put_away(talk.name)

    def too_early(self, talk: Talk) -> None:
        """Closed, taken back, and closed for good."""
        self.press("e")
        self.put_away(talk.name)
        self.press("z")
        expect(self.page.get_by_role("button", name="Resolve", exact=True)).to_be_visible()
        self.press("e")
        self.put_away(talk.name)

    def aside(self, talk: Talk) -> None:
        """Somebody outside is asked beside it."""
        self.command("ask", "Ask somebody else")
        expect(self.page.get_by_role("dialog").get_by_label("To")).to_be_focused()
        self.write("anna@customer.test")
        self.press("Tab")
        self.write("A question")
        self.press("Tab", "Tab", "Tab")
        self.write("Do you know this booking?")
        self.press("Control+Enter")
        expect(self.page.get_by_role("dialog").get_by_text("Do you know this booking?")).to_be_visible()
        self.press("Escape")
        expect(self.page.get_by_role("dialog")).to_have_count(0)
        self.canned(talk)

    def merge(self, talk: Talk) -> None:
        """The same person as one who wrote by another door, and answered as one."""
        assert talk.same_as
        self.command("merge", "Merge")
        expect(self.page.get_by_role("dialog").get_by_role("searchbox")).to_be_focused()
        self.write(talk.same_as)
        expect(self.page.get_by_role("dialog").get_by_role("button", name=talk.same_as)).to_be_visible()
        self.press("Tab", "Enter")
        expect(self.page.get_by_role("button", name="Merge", exact=True)).to_be_visible()
        self.press("Enter")
        expect(self.page.get_by_text("are one now")).to_be_visible()
        self.canned(talk)

    def usual(self) -> list[Callable[[Talk], None]]:
        """Twenty in a row, as a day has them."""
        return [
            *(self.answer, self.canned, self.macro, self.answer, self.take),
            *(self.snooze, self.canned, self.note, self.answer, self.tag),
            *(self.canned, self.answer, self.hand_over, self.macro, self.too_early),
            *(self.canned, self.take, self.answer, self.aside, self.canned),
        ]
