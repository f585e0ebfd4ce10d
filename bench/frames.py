"""How long the browser is busy at a stretch: 10,000 conversations in the list, 5,000 messages in a thread, a CPU slowed four times.

    python -m bench.frames [--conversations 10000] [--messages 5000] [--slow 4]

Fills a fresh database, starts the server, opens the app in headless Chromium, and prints for each thing that a person does the
longest frame and how many took over 50 ms, as the browser itself reports long animation frames, and the CPU of the page's longest
task, which other programs on the machine change less. The ceiling is a page of plain lines, scrolled in the same browser.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import Any

import msgspec
from playwright.sync_api import CDPSession, Page, sync_playwright

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
from tests.journeys import pages
from tests.journeys.running import Office, Running

WATCH = """() => {
  window.frames_seen = []
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) window.frames_seen.push(one.duration)
  }).observe({ type: 'long-animation-frame', buffered: false })
}"""
TAKE = "() => window.frames_seen.splice(0)"
BUDGET_MS = 50
TRACED = ["disabled-by-default-devtools.timeline", "__metadata"]


async def fill(path: Path, conversations: int, messages: int) -> None:
    """Put customers and one long talk into the first workspace's sandbox inbox."""
    database = Database(Sqlite(path), reactions=Reactions(REACTIONS))
    await database.open()
    workspace_id = (await database.read(NOWHERE, list_workspace_ids))[0]
    inbox_id = (await database.read(workspace_id, list_inboxes, None, whole=True))[0].id
    long = [
        said(
            inbox_id,
            f"m{number}",
            "talker",
            "Tove Talker",
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


def measure(page: Page, name: str, act: Any) -> float:
    """Do something; print the frames that it cost, and return the CPU milliseconds of the longest task of the page's main thread.

    A frame counts everything between its beginning and its end, other programs' share of the machine included; a task's CPU does not.
    """
    browser = page.context.browser
    assert browser is not None
    page.evaluate(TAKE)
    browser.start_tracing(page=page, categories=TRACED)
    act()
    page.wait_for_timeout(800)
    tasks = tasks_of(msgspec.json.decode(browser.stop_tracing())["traceEvents"])
    frames = sorted(page.evaluate(TAKE), reverse=True)
    over = sum(one > BUDGET_MS for one in frames), sum(one > BUDGET_MS for one in tasks)
    print(
        f"{name:36} longest frame {frames[0] if frames else 0:4.0f} ms, {over[0]:2} over {BUDGET_MS};"
        f"   longest task {tasks[0]:4.0f} ms of CPU, {over[1]:2} over {BUDGET_MS}",
        flush=True,
    )
    return tasks[0]


def tasks_of(events: list[dict[str, Any]]) -> list[float]:
    """CPU milliseconds of the tasks of pages' main threads, the longest first."""
    mains = {
        (one["pid"], one["tid"])
        for one in events
        if one["name"] == "thread_name" and one["args"]["name"] == "CrRendererMain"
    }
    found = [
        one.get("tdur", 0) / 1e3
        for one in events
        if one["name"] == "RunTask" and one["ph"] == "X" and (one["pid"], one["tid"]) in mains
    ]
    return sorted(found, reverse=True) or [0.0]


PLAIN = "<div id=plain style='height:800px;overflow:auto'>" + "<p>Words and more words.</p>" * 5_000 + "</div>"


def scroll(page: Page, selector: str, steps: int, by: int) -> None:
    """Turn the wheel over an element."""
    page.locator(selector).first.hover()
    for _ in range(steps):
        page.mouse.wheel(0, by)
        page.wait_for_timeout(50)


def press(page: Page, key: str, times: int) -> None:
    """Press a key again and again."""
    for _ in range(times):
        page.keyboard.press(key)


def browse(running: Running, slow: float) -> None:
    """What an agent does in a morning."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(viewport={"width": 1440, "height": 860}).new_page()
        pages.sign_in(page, running)
        session: CDPSession = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": slow})
        pages.open_list(page, running, "all")
        page.get_by_text("Tove Talker").first.wait_for(timeout=60_000)
        page.wait_for_timeout(3000)
        page.evaluate(WATCH)
        busiest = [
            measure(page, "scroll the list of conversations", lambda: scroll(page, "section.list .scroll", 40, 900))
        ]
        pages_top = page.get_by_text("Tove Talker").first
        page.keyboard.press("Home")
        busiest.append(measure(page, "go down the list by key", lambda: press(page, "j", 20)))
        page.goto(f"{running.base}/app/inbox/all")
        pages_top.wait_for(timeout=60_000)
        page.wait_for_timeout(2000)
        page.evaluate(WATCH)
        busiest.append(measure(page, "open the thread of 5,000 messages", pages_top.click))
        busiest.append(measure(page, "scroll up in the thread", lambda: scroll(page, "[role=log]", 60, -1200)))
        answer = page.get_by_placeholder("Write a reply")
        busiest.append(measure(page, "type an answer", lambda: answer.press_sequentially("Hello there", delay=30)))
        page.goto("about:blank")
        page.set_content(PLAIN)
        page.evaluate(WATCH)
        plain = measure(page, "ceiling: scroll 5,000 plain lines", lambda: scroll(page, "#plain", 40, 900))
        print(f"ratio {plain / max(busiest):.2f} of the plain lines' speed in the worst case")
        browser.close()


def main() -> None:
    """Fill, serve, browse."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=5_000)
    parser.add_argument("--slow", type=float, default=4.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Running(Path(folder)) as running:
        office = Office(running)
        office.set_up()
        office.post("/workspace/ready")
        settings = {"signing_key": "a key of the benchmark only"}
        office.post("/inboxes", {"channel": "sandbox", "name": "Sandbox", "settings": settings, "secrets": {}})
        running.stop()
        chosen = data_folder(load_settings(environment={"LYHORD_DATA_DIR": f"{folder}/data"}))
        asyncio.run(fill(chosen.database, options.conversations, options.messages))
        running.start()
        browse(running, options.slow)


if __name__ == "__main__":
    main()
