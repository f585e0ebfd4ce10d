"""A day's work, tried with real talk in a real browser: an agent without a mouse, then a lead with a phone.

    python -m bench.day [--conversations 200] [--only desk,phone] [--dry]

Fills a company through its own doors, works through all of it while customers go on writing, and says what that took and what went
wrong. Whoever works reads nothing and never thinks: what is measured is the app's share of a conversation.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import expect

from bench.browser import chromium
from bench.day.desk import Worked, a_day, high, middle
from bench.day.doors import Doors
from bench.day.phone import Shift, a_shift
from bench.day.talks import NoData, talks
from bench.record import Row, record
from tests.counterparts.postoffice import PostOffice, open_post_office
from tests.journeys.desk import MAILBOX, Desk
from tests.journeys.running import Office, Running

PROXY = "127.0.0.1,::1"
PATIENCE = 15_000
"""Milliseconds after which what doesn't come has gone wrong."""


def furnish(desk: Desk, ida: Office) -> None:
    """What a desk has at hand: a canned reply, a macro, a team."""
    text = {"language": "en", "text": "Hello {{contact.name}}, we look into it."}
    desk.office.post("/canned-replies", {"name": "We look into it", "shortcut": "look", "texts": [text]})
    steps: list[object] = [
        {"kind": "reply", "text": "Which order is it about, {{contact.name}}?"},
        {"kind": "status", "status": "snoozed", "snooze_seconds": 86_400},
    ]
    desk.office.post("/macros", {"name": "Ask and wait", "steps": steps})
    ossi = desk.hire("ossi@firm.example", "Ossi Hand")
    ids = [one.get("/me")["agent"]["id"] for one in (ida, ossi)]
    desk.office.post("/teams", {"name": "Repairs", "agent_ids": ids, "inbox_ids": []})


def open_company(running: Running, post: PostOffice) -> tuple[Desk, Office]:
    """Past the first run, with its people; Ida is an agent."""
    office = Office(running)
    desk = Desk(running, office, post)
    office.set_up()
    office.patch("/workspace", {"name": "Norrsken"})
    office.post("/workspace/ready")
    ida = desk.hire("ida@firm.example", "Ida Strand")
    furnish(desk, ida)
    return desk, ida


def rows_of_desk(day: Worked) -> Iterator[Row]:
    """The figures of a day by keys."""
    for figure, unit in (
        (round(day.done / day.seconds * 60, 1), "conversations/min, nothing read"),
        (round(day.presses / max(1, day.done), 1), "keys a conversation, words typed included"),
        (middle(day.frames), "ms from key to next paint, median"),
        (high(day.frames), "ms from key to next paint, p95"),
        (middle(day.opened), "ms from j to words painted, median"),
        (high(day.opened), "ms from j to words painted, p95"),
        (len(day.wrong) + len(day.lost), "things that went wrong"),
    ):
        target, met = ("0", figure == 0) if unit.startswith("things") else (None, None)
        yield Row("a day by keys", "sqlite", day.done, figure, unit, None, None, target, met)


def rows_of_phone(shift: Shift) -> Iterator[Row]:
    """The figures of a lead's shift."""
    for figure, unit in (
        (shift.taps, "taps and swipes"),
        (middle(shift.painted), "ms from tap to next paint, median"),
        (high(shift.painted), "ms from tap to next paint, p95"),
        (len(shift.wrong), "things that went wrong"),
    ):
        target, met = ("0", figure == 0) if unit.startswith("things") else (None, None)
        yield Row("a shift by phone", "sqlite", shift.acts, figure, unit, None, None, target, met)


def main() -> None:
    """Open, work, account, record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--only", default="desk,phone")
    parser.add_argument("--dry", action="store_true", help="record nothing")
    options = parser.parse_args()
    try:
        said = talks(options.conversations)
    except NoData as problem:
        sys.exit(str(problem))
    expect.set_options(timeout=PATIENCE)
    rows: list[Row] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        open_post_office() as post,
        Running(Path(folder), trusted_proxies=PROXY, private_networks="127.0.0.0/8") as running,
    ):
        post.empty(MAILBOX)
        desk, ida = open_company(running, post)
        doors = Doors(desk.office, post, said)
        doors.import_history(Path(folder))
        doors.open_day()
        print(f"{len(said)} conversations are there", flush=True)
        with chromium() as browser:
            if "desk" in options.only:
                day = a_day(browser, ida, doors)
                rows += rows_of_desk(day)
                print(f"at the end: {day.left}, lost: {day.lost or 'none'}")
            if "phone" in options.only:
                rows += rows_of_phone(a_shift(browser, desk, doors, ida))
        desk.close()
    for row in rows:
        print(f"{row.path:18} {row.figure:8g} {row.unit}{'   MISSED' if row.met is False else ''}")
    if not options.dry:
        record(*rows)
    if any(row.met is False for row in rows):
        sys.exit(1)


if __name__ == "__main__":
    main()
