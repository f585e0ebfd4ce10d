"""A browser before a company that has much to show: fills a fresh database, starts the server, and says what an act costs the page.

A frame, and a time by the clock, count everything between their beginning and their end, other programs' share of the machine
included. The CPU of the tasks of the page's main thread counts its own work only, though caches shared with others raise it too.
"""

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from playwright.sync_api import Browser, Page, sync_playwright

from bench.filling import said, store
from bench.ingest import BODY
from lyhord.app.folder import data_folder
from lyhord.app.settings import load_settings
from lyhord.kit.database import Database
from lyhord.kit.database.database import NOWHERE
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.sqlite import Sqlite
from lyhord.tickets.wiring import REACTIONS
from lyhord.workspaces.views import list_inboxes, list_workspace_ids
from tests.browsers import CHROMIUM, FLAGS
from tests.journeys.desk import SIGNING_KEY, session_of
from tests.journeys.running import Office, Running

BUDGET_MS = 50
TALKER = "Tove Talker"
"""The customer of the one long conversation."""
VIEW = {"width": 1440, "height": 860}
TRACED = ["disabled-by-default-devtools.timeline", "blink.user_timing", "__metadata"]
WATCH = """() => {
  window.frames_seen = []
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) window.frames_seen.push(one.duration)
  }).observe({ type: 'long-animation-frame', buffered: false })
}"""
TAKE = "() => window.frames_seen?.splice(0) ?? []"


class Company(NamedTuple):
    """The product running, with its first administrator and the inbox by which customers write."""

    running: Running
    office: Office
    inbox_key: str


@contextmanager
def company(conversations: int, messages: int) -> Iterator[Company]:
    """A company with so many conversations, and so many messages in the one of `TALKER`, which is the newest but for the others."""
    with tempfile.TemporaryDirectory() as folder, Running(Path(folder)) as running:
        office = Office(running)
        office.set_up()
        office.post("/workspace/ready")
        settings = {"signing_key": SIGNING_KEY}
        made = office.post("/inboxes", {"channel": "sandbox", "name": "Sandbox", "settings": settings, "secrets": {}})
        running.stop()
        chosen = data_folder(load_settings(environment={"LYHORD_DATA_DIR": f"{folder}/data"}))
        asyncio.run(fill(chosen.database, conversations, messages))
        running.start()
        yield Company(running, office, made["key"])
        office.client.close()


async def fill(path: Path, conversations: int, messages: int) -> None:
    """Put customers and one long talk into the first workspace's sandbox inbox."""
    database = Database(Sqlite(path), reactions=Reactions(REACTIONS))
    await database.open()
    workspace_id = (await database.read(NOWHERE, list_workspace_ids))[0]
    inbox_id = (await database.read(workspace_id, list_inboxes, None, whole=True))[0].id
    long = [
        said(
            inbox_id,
            f"t{number}",
            "talker",
            TALKER,
            f"Line {number}. " + "words and more words " * (number % 12),
        )
        for number in range(messages)
    ]
    many = [
        said(inbox_id, f"c{number}", f"c{number}", f"Customer {number}", f"Question {number}: {BODY}")
        for number in range(conversations)
    ]
    await store(database, workspace_id, long + many)
    await database.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def seat(browser: Browser, office: Office) -> Page:
    """A window in which the administrator is signed in, with nothing kept from before."""
    context = browser.new_context(viewport=VIEW, locale="en-GB", service_workers="block")  # type: ignore[arg-type]
    context.add_cookies(session_of(office))  # type: ignore[arg-type]
    return context.new_page()


def slow(page: Page, times: float) -> None:
    """Let the page's CPU be slower from now on."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": times})


class Span(NamedTuple):
    """Milliseconds by the clock, and of the CPU of tasks, between two marks."""

    clock: float
    cpu: float


class Cost(NamedTuple):
    """What an act cost: milliseconds of frames that took long, of the CPU of tasks, both the longest first, and what lay between marks."""

    frames: list[float]
    tasks: list[float]
    spans: list[Span]

    @property
    def frame(self) -> float:
        """The longest frame; 0 when none took long."""
        return round(max(self.frames, default=0.0))

    @property
    def task(self) -> float:
        """CPU of the longest task."""
        return round(max(self.tasks, default=0.0), 1)


def cost_of(page: Page, act: Callable[[], Any], rest: int = 800) -> Cost:
    """Do something and let the page rest for so many milliseconds; what it cost the page's main thread."""
    browser = page.context.browser
    assert browser is not None
    page.evaluate(TAKE)
    browser.start_tracing(page=page, categories=TRACED)
    act()
    page.wait_for_timeout(rest)
    events = msgspec.json.decode(browser.stop_tracing())["traceEvents"]
    tasks = tasks_of(events)
    lengths = sorted((length for _, length in tasks), reverse=True)
    return Cost(sorted(page.evaluate(TAKE), reverse=True), lengths, spans_of(events, tasks))


def tasks_of(events: list[dict[str, Any]]) -> list[tuple[float, float]]:
    """Beginning and CPU, in milliseconds, of the tasks of pages' main threads."""
    mains = {
        (one["pid"], one["tid"])
        for one in events
        if one["name"] == "thread_name" and one["args"]["name"] == "CrRendererMain"
    }
    return [
        (one["ts"] / 1e3, one.get("tdur", 0) / 1e3)
        for one in events
        if one["name"] == "RunTask" and one["ph"] == "X" and (one["pid"], one["tid"]) in mains
    ]


def spans_of(events: list[dict[str, Any]], tasks: list[tuple[float, float]]) -> list[Span]:
    """What lies between each mark `begin` of the page and the mark `end` after it, or the frame that shows what a mark `drawn` tells of."""
    frames = sorted((one["ts"] + one["dur"]) / 1e3 for one in events if one["name"] == "Commit" and one["ph"] == "X")
    marks = sorted((one["ts"] / 1e3, one["name"]) for one in events if one["name"] in {"begin", "drawn", "end"})
    found: list[Span] = []
    since: float | None = None
    for at, name in marks:
        if name == "begin":
            since = at
        elif since is not None:
            until = at if name == "end" else next((shown for shown in frames if shown >= at), None)
            if until is None:
                continue
            # The task in which the first mark stands began before it.
            cpu = sum(cpu for start, cpu in tasks if since - cpu <= start <= until)
            found.append(Span(round(until - since, 1), round(cpu, 1)))
            since = None
    return found


def scroll(page: Page, selector: str, steps: int, by: int) -> None:
    """Turn the wheel over an element."""
    page.locator(selector).first.hover()
    for _ in range(steps):
        page.mouse.wheel(0, by)
        page.wait_for_timeout(50)


def still(page: Page) -> str:
    """The page as it stands, as plain HTML with its styles: what any program would have to give the browser to draw."""
    drawn: str = page.evaluate(
        """() => {
          const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText))
          return `<!doctype html><html lang=en><style>${rules.join('')}</style><body>${document.body.innerHTML}</body></html>`
        }"""
    )
    return drawn
