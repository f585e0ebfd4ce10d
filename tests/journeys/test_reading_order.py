"""What a screen reader says of the inbox: its parts in their order and by their names, news once, failures once."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.desk import Desk, arrive, context, desk, page, reply_box, row, said
from tests.journeys.running import eventually

__all__ = ["context", "desk", "page"]

pytestmark = pytest.mark.long

SPOKEN = """() => {
  window.spoken = []
  const regionOf = (node) => {
    for (let up = node.nodeType === 1 ? node : node.parentElement; up; up = up.parentElement) {
      const role = up.getAttribute('role')
      const live = up.getAttribute('aria-live') ?? { status: 'polite', log: 'polite', alert: 'assertive' }[role]
      if (live) return live === 'off' ? null : { up, live }
    }
    return null
  }
  new MutationObserver((changes) => {
    const said = new Set()
    for (const { type, target, addedNodes } of changes)
      for (const node of type === 'childList' ? addedNodes : [target]) {
        const region = regionOf(node)
        // An alert is read out whole; of another region what was added, unless the region itself came with its words.
        const read = region?.live === 'assertive' ? region.up : region?.up !== node && region ? node : null
        const words = read?.textContent.trim().replace(/\\s+/g, ' ')
        if (words && !said.has(read)) window.spoken.push(words)
        said.add(read)
      }
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributeFilter: ['role'] })
}"""
"""Keeps what a screen reader would say of its own accord."""


def spoken(page: Page) -> list[str]:
    """What was said since it was asked last."""
    found: list[str] = page.evaluate("window.spoken.splice(0)")
    return found


def parts(page: Page, roles: str) -> list[tuple[str, str]]:
    """Role and name of all parts of some roles, in the order in which they are read."""
    found: list[tuple[str, str]] = re.findall(
        rf'^ *- (?:\'?)({roles})(?: "([^"]*)")?', page.locator("body").aria_snapshot(), re.MULTILINE
    )
    return found


def up_to(page: Page, words: str) -> bool:
    """Go to the beginning of what is there; whether these words are drawn by now."""
    page.keyboard.press("Home")
    return page.locator("article", has_text=words).count() > 0


def test_the_parts_of_the_inbox_in_their_order(page: Page, desk: Desk) -> None:
    arrive(page, desk, "Liva", "One thing")
    expect(page.get_by_role("complementary")).to_be_visible()
    expect(row(page, "Liva")).to_be_attached()
    expect(page.get_by_role("button", name="Why they wrote: ")).to_be_visible()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    assert parts(page, "navigation|main|region|separator|log|form|complementary") == [
        ("navigation", "Places"),
        ("main", ""),
        ("region", "All open"),
        ("separator", "Width of the list"),
        ("region", "Liva"),
        ("log", "All messages"),
        ("form", "Write"),
        ("complementary", "Customer"),
    ]
    headings = [name for _, name in parts(page, "heading")]
    assert headings[:6] == ["Teams", "Views", "All open", "Liva", "Today", "Liva"]
    assert page.get_by_role("heading", level=1).all_inner_texts() == ["Liva"]
    snapshot = page.get_by_role("region", name="Liva").aria_snapshot()
    named = re.findall(r'^ *- \'?(?:button|textbox|article|group) "([^"]*)"', snapshot, re.MULTILINE)
    assert [re.sub(r"\d+:\d+", "…", one) for one in named] == [
        "Why they wrote: Why did they write?",
        "Run a macro",
        "Assign",
        "Snooze",
        "Resolve",
        "Keep at hand",
        "About the customer",
        "Message from Liva, …",
        "Reply or note",
        "Reply",
        "Note",
        "Reply by Sandbox to liva Choose where to answer",
        "Write a reply",
        "Attach files",
        "Record a voice note",
        "Emoji",
        "Canned reply",
        "Answer buttons",
        "Send and resolve",
        "Send",
    ]


def test_a_row_says_who_what_and_how_long_and_where_it_stands(page: Page, desk: Desk) -> None:
    desk.customer_writes("Runa", "Hello there")
    page.set_viewport_size({"width": 1440, "height": 4_000})
    page.goto(f"{desk.running.base}/app/inbox/unassigned")
    expect(row(page, "Runa")).to_be_visible()
    why = r"(?:[A-Z][a-z ]+ )?"  # the model's word for it, where it is sure
    name = page.get_by_role("link", name=re.compile(rf"^Sandbox Runa Waiting (<1|\d+) min {why}Hello there Unread$"))
    expect(name).to_have_count(1)
    rows = page.locator("section.list li")
    places = rows.evaluate_all("rows => rows.map((row) => Number(row.ariaPosInSet)).sort((a, b) => a - b)")
    assert places == list(range(1, len(places) + 1))
    assert {one.get_attribute("aria-setsize") for one in rows.all()} == {str(len(places))}
    page.keyboard.press("j")
    expect(page.locator("a.ticket[aria-current=true]")).to_be_focused()


def test_news_is_said_once_and_what_is_scrolled_to_never(page: Page, desk: Desk) -> None:
    for number in range(90):
        desk.customer_writes("Nils", f"Line {number}.")
    page.goto(desk.address_of("Nils"))
    page.get_by_role("log").wait_for()
    page.evaluate(SPOKEN)
    expect(said(page, "Line 89.")).to_be_visible()
    desk.customer_writes("Nils", "And another thing")
    expect(said(page, "And another thing")).to_be_visible()
    eventually(lambda: [one for one in page.evaluate("window.spoken") if "another thing" in one])
    page.get_by_role("log").focus()
    for _ in range(12):
        page.keyboard.press("PageUp")
    eventually(lambda: up_to(page, "Line 0."))
    desk.customer_writes("Nils", "While you read")
    expect(page.get_by_role("button", name="1 new message")).to_be_visible()
    heard = spoken(page)
    assert len([one for one in heard if "And another thing" in one]) == 1
    assert "1 new message" in heard
    assert not [one for one in heard if "Line " in one or "While you read" in one]


def test_what_failed_is_said_once(page: Page, desk: Desk) -> None:
    inbox = next(one for one in desk.office.get("/inboxes") if one["name"] == "Text messages")
    desk.office.patch(f"/inboxes/{inbox['id']}", {"settings": {**inbox["settings"], "trouble": "failed"}})
    arrive(page, desk, "Frida", "Does it arrive?")
    page.evaluate(SPOKEN)
    reply_box(page).fill("It should")
    page.keyboard.press("Control+Enter")
    expect(said(page, "It should").get_by_role("alert")).to_contain_text("Not delivered")
    assert len([one for one in spoken(page) if "Not delivered" in one]) == 1
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    page.keyboard.press("j")
    page.goto(desk.address_of("Frida"))
    page.evaluate(SPOKEN)
    expect(said(page, "It should")).to_contain_text("Not delivered")
    assert spoken(page) == []
    desk.office.patch(f"/inboxes/{inbox['id']}", {"settings": inbox["settings"]})
