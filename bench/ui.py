"""What agents feel of the app, in a real browser: the first load, opening conversations by key, many messages at once, frames.

    python -m bench.ui [--conversations 10000] [--messages 10000] [--slow 4] [--only load,open,burst,frames]

Each figure stands beside what the same browser needs in the same run to draw the same as plain HTML without any script of ours.
"""

import argparse
import hashlib
import hmac
import json
import statistics
from collections.abc import Callable, Iterator

import httpx
from playwright.sync_api import Browser, Page

from bench import frames
from bench.browser import BUDGET_MS, TALKER, Company, chromium, company, cost_of, seat, still
from bench.ingest import BODY
from bench.record import Row, record
from tests.frontend.scripts import scripts_of_first_load
from tests.journeys import pages
from tests.journeys.desk import SIGNING_KEY

SCRIPT_KB = 60
OPENINGS = 10
"""Conversations opened one after the other: fewer than the app keeps."""
BURST, BURST_MS = 1_000, 300

MARK_OPENINGS = """() => {
  const shown = () => document.querySelector('section.conversation')?.ariaLabel
  let before = null
  addEventListener('keydown', () => {
    before = shown()
    performance.mark('begin')
  }, true)
  new MutationObserver(() => {
    if (before === null || shown() === before || !document.querySelector('section.conversation article')) return
    before = null
    performance.mark('drawn')
  }).observe(document, { subtree: true, childList: true, attributes: true })
}"""
"""Marks each key, and when the words of another conversation are there: the frame that shows them is in the trace."""

TURN = """(pages) => {
  let at = 0
  addEventListener('keydown', () => (document.querySelector('main').innerHTML = pages[++at % pages.length]), true)
}"""

GATE = """() => {
  const ask = window.fetch
  let gate = null
  window.heard = ''
  window.hold = () => new Promise((done) => (gate = new Promise((open) => (window.letGo = open)), done()))
  window.fetch = async (address, options) => {
    const answer = await ask(address, options)
    if (!String(address).includes('/api/v1/stream') || !answer.body) return answer
    const reading = new TextDecoder()
    const held = new TransformStream(
      {
        transform: async (piece, out) => {
          await gate
          out.enqueue(piece)
        },
      },
      new CountQueuingStrategy({ highWaterMark: 1e6 }),
    )
    const counted = new TransformStream({
      transform: (piece, out) => {
        window.heard = (window.heard + reading.decode(piece, { stream: true })).slice(-20_000)
        out.enqueue(piece)
      },
    })
    return new Response(answer.body.pipeThrough(counted).pipeThrough(held), answer)
  }
}"""
"""Lets the stream's bytes wait before the app, so that they come all at once."""


def first_load(browser: Browser, company: Company, conversations: int) -> Iterator[Row]:
    """Everything that is asked for until the list is there, with nothing kept from before."""
    page = seat(browser, company.office)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition("?")[0]))
    there = page.get_by_text(TALKER).first

    def load() -> None:
        pages.open_list(page, company.running, "all")
        there.wait_for(timeout=60_000)
        asked.append("")

    cost = sum(cost_of(page, load, rest=0).tasks)
    before = asked[: asked.index("")]
    waited = scripts_of_first_load()
    kilobytes = round(sum(path.with_name(f"{path.name}.gz").stat().st_size for path in waited) / 1e3, 1)
    drawn = still(page)
    page.goto("about:blank")
    plain = sum(cost_of(page, lambda: page.set_content(drawn), rest=0).tasks)
    page.context.close()
    what = "app: first load until the list is there"
    target = f"at most {SCRIPT_KB} KB"
    yield Row(what, "sqlite", conversations, kilobytes, "KB of script, gz", None, None, target, kilobytes <= SCRIPT_KB)
    yield Row(what, "sqlite", conversations, len(before), "requests", None, None, None, None)
    yield costing(what, conversations, cost, plain)


def costing(what: str, size: int, cost: float, plain: float, most: float | None = None) -> Row:
    """Milliseconds of CPU beside those of plain HTML."""
    target = f"under {most:g} ms" if most else None
    met = cost < most if most else None
    return Row(what, "sqlite", size, round(cost, 1), "ms of CPU", round(plain, 1), round(cost / plain, 2), target, met)


def opening(browser: Browser, company: Company, conversations: int) -> Iterator[Row]:
    """Conversations that were opened before or fetched ahead, by key: until their words are painted."""
    page = seat(browser, company.office)
    pages.open_list(page, company.running, "all")
    page.get_by_text(TALKER).first.wait_for(timeout=60_000)
    page.wait_for_timeout(2500)
    step(page, "j", OPENINGS)
    page.evaluate(MARK_OPENINGS)

    def to_and_fro() -> None:
        step(page, "k", OPENINGS - 1)
        step(page, "j", OPENINGS - 1)

    cost = cost_of(page, to_and_fro)
    stills = []
    for _ in range(2):
        step(page, "k", 1)
        stills.append(page.locator("main").inner_html())
    whole = still(page)
    page.goto("about:blank")
    page.set_content(whole)
    page.evaluate(MARK_OPENINGS)
    page.evaluate(TURN, stills)
    plain = cost_of(page, lambda: step(page, "k", len(cost.spans)))
    page.context.close()
    walls, ceilings = (sorted(span.clock for span in one.spans) for one in (cost, plain))
    cpu, plain_cpu = (statistics.median(span.cpu for span in one.spans) for one in (cost, plain))
    what = "app: open a conversation that is here"
    middle, beside = round(statistics.median(walls), 1), round(statistics.median(ceilings), 1)
    under = f"under {BUDGET_MS} ms"
    yield Row(
        what,
        "sqlite",
        conversations,
        middle,
        "ms from key to paint, median",
        beside,
        round(middle / beside, 2),
        under,
        middle < BUDGET_MS,
    )
    worst = round(walls[-1], 1)
    yield Row(
        what, "sqlite", conversations, worst, "ms from key to paint, longest", None, None, under, worst < BUDGET_MS
    )
    yield costing(what, conversations, cpu, plain_cpu, most=BUDGET_MS)


def step(page: Page, key: str, times: int) -> None:
    """Press a key again and again, each time as long as somebody reads at least: what comes next is fetched meanwhile."""
    for _ in range(times):
        page.keyboard.press(key)
        page.wait_for_timeout(900)


def burst(browser: Browser, company: Company) -> Iterator[Row]:
    """Messages of a hundred customers and of the open conversation, all heard at one moment."""
    page = seat(browser, company.office)
    page.add_init_script(f"({GATE})()")
    pages.open_list(page, company.running, "all")
    page.get_by_text(TALKER).first.click()
    page.locator("[role=log] article").first.wait_for(timeout=60_000)
    frames.fetch_all(page, "section.list .scroll", 10**9)
    page.evaluate("document.querySelector('section.list .scroll').scrollTop = 0")
    page.wait_for_timeout(2500)
    page.evaluate("window.hold()")
    write(company, BURST)
    page.wait_for_function(f"() => window.heard.includes('Burst {BURST - 1}.')", timeout=120_000)
    last = page.locator("[role=log] article", has_text=f"Burst {BURST - 1}.")

    def let_go() -> None:
        page.evaluate("performance.mark('begin'); window.letGo()")
        last.wait_for(timeout=60_000)
        page.evaluate("requestAnimationFrame(() => setTimeout(() => performance.mark('end')))")

    cost = cost_of(page, let_go)
    drawn = still(page)
    page.goto("about:blank")
    plain = sum(cost_of(page, lambda: page.set_content(drawn), rest=0).tasks)
    page.context.close()
    yield costing("app: messages that come at once", BURST, cost.spans[0].cpu, plain, most=BURST_MS)


def write(company: Company, count: int) -> None:
    """So many messages by the inbox's webhook, the last one of the long conversation's customer."""
    people = [("talker", TALKER), *((f"c{number}", f"Customer {number}") for number in range(99))]
    said = []
    for number in range(count):
        who, name = people[(count - 1 - number) % len(people)]
        sender = {"id": who, "name": name}
        said.append({"kind": "message", "id": f"b{number}", "sender": sender, "text": f"Burst {number}. {BODY}"})
    for start in range(0, count, 100):
        body = json.dumps({"events": said[start : start + 100]}).encode()
        signature = hmac.new(SIGNING_KEY.encode(), body, hashlib.sha256).hexdigest()
        headers = {"x-sandbox-signature": f"sha256={signature}"}
        address = f"{company.running.base}/in/{company.inbox_key}"
        httpx.post(address, content=body, headers=headers, timeout=60).raise_for_status()


def main() -> None:
    """Fill, serve, browse, record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--slow", type=float, default=4.0)
    parser.add_argument("--only", default="load,open,frames,burst")
    parser.add_argument("--dry", action="store_true", help="record nothing")
    options = parser.parse_args()
    with company(options.conversations, options.messages) as made, chromium() as browser:
        parts: dict[str, Callable[[], Iterator[Row]]] = {
            "load": lambda: first_load(browser, made, options.conversations),
            "open": lambda: opening(browser, made, options.conversations),
            "frames": lambda: iter(
                frames.browse(seat(browser, made.office), made, options.conversations, options.messages, options.slow)
            ),
            "burst": lambda: burst(browser, made),
        }
        for name in options.only.split(","):
            for row in parts[name]():
                beside = "" if row.ceiling is None else f"   ceiling {row.ceiling:g}, ratio {row.ratio:.2f}"
                missed = "   MISSED" if row.met is False else ""
                print(f"{row.path:48} {row.figure:7g} {row.unit:30}{beside}{missed}", flush=True)
                if not options.dry:
                    record(row)


if __name__ == "__main__":
    main()
