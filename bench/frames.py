"""How long the browser is busy at a stretch: 10,000 conversations in the list, 10,000 messages in a thread, a CPU slowed four times.

Measured by `python -m bench.ui`. For each thing that a person does: the longest frame, as the browser itself reports long animation
frames, and the CPU of the page's longest task. The ceiling is a page of as many plain lines, scrolled in the same browser.
"""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from bench.browser import BUDGET_MS, TALKER, WATCH, Company, Cost, cost_of, scroll, slow
from bench.record import Row
from tests.journeys import pages

LOG = "[role=log]"
ALL_DRAWN = """([selector, edge]) => {
  const box = document.querySelector(selector)
  box.scrollTop = edge
  return box.querySelector('[aria-setsize="-1"], .content > [role=status]') === null
}"""
"""Scrolls to an edge, and says whether nothing is left to fetch there."""
PLAIN = "<div id=plain style='height:800px;overflow:auto'>{}</div>"


def fetch_all(page: Page, selector: str, edge: int) -> None:
    """Scroll to the edge of a list or thread until all of it is in the page."""
    page.wait_for_function(ALL_DRAWN, arg=[selector, edge], polling=30, timeout=600_000)


def press(page: Page, key: str, times: int) -> None:
    """Press a key again and again."""
    for _ in range(times):
        page.keyboard.press(key)


def browse(page: Page, company: Company, conversations: int, messages: int, times: float) -> list[Row]:
    """What an agent does in a morning, in a page whose lists are wholly there, on a CPU so many times slower."""
    found: list[tuple[str, int, Cost]] = []

    def measure(name: str, size: int, act: Callable[[], Any]) -> None:
        found.append((name, size, cost_of(page, act)))

    pages.open_list(page, company.running, "all")
    talker = page.get_by_text(TALKER).first
    talker.wait_for(timeout=60_000)
    fetch_all(page, "section.list .scroll", 10**9)
    page.evaluate("document.querySelector('section.list .scroll').scrollTop = 0")
    talker.wait_for()
    slow(page, times)
    page.evaluate(WATCH)
    page.wait_for_timeout(3000)
    measure("scroll the list", conversations, lambda: scroll(page, "section.list .scroll", 40, 900))
    page.evaluate("document.querySelector('section.list .scroll').scrollTop = 0")
    page.wait_for_timeout(1000)
    measure("go down the list by key", conversations, lambda: press(page, "j", 20))
    page.evaluate("document.querySelector('section.list .scroll').scrollTop = 0")
    measure("open the long thread", messages, talker.click)
    slow(page, 1)
    page.locator(LOG).wait_for()
    fetch_all(page, LOG, 0)
    slow(page, times)
    page.wait_for_timeout(2000)
    measure("scroll down in the thread", messages, lambda: scroll(page, LOG, 30, 1200))
    measure("scroll up in the thread", messages, lambda: scroll(page, LOG, 30, -1200))
    page.locator(".to-end").click()
    page.wait_for_timeout(1000)
    answer = page.get_by_placeholder("Write a reply")
    measure("type an answer", messages, lambda: answer.press_sequentially("Hello there", delay=30))
    page.goto("about:blank")
    page.set_content(PLAIN.format("<p>Words and more words.</p>" * max(conversations, messages)))
    page.evaluate(WATCH)
    plain = cost_of(page, lambda: scroll(page, "#plain", 40, 900))
    slow(page, 1)
    return [row for name, size, cost in found for row in rows_of(name, size, cost, plain)]


def rows_of(name: str, size: int, cost: Cost, plain: Cost) -> list[Row]:
    """The longest task and the longest frame, beside those of plain lines. No frame is seen when none took over 50 ms."""
    target = f"at most {BUDGET_MS} ms"
    task = plain.task or None
    return [
        Row(
            f"app, slowed 4 times: {name}",
            "sqlite",
            size,
            cost.task,
            "ms of CPU, longest task",
            task,
            round(cost.task / task, 2) if task else None,
            target,
            cost.task <= BUDGET_MS,
        ),
        Row(
            f"app, slowed 4 times: {name}",
            "sqlite",
            size,
            cost.frame,
            "ms, longest frame",
            plain.frame or None,
            round(cost.frame / plain.frame, 2) if plain.frame else None,
            target,
            cost.frame <= BUDGET_MS,
        ),
    ]
