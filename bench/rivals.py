"""The product beside three running rivals, on the data size on which those were measured: 20,000 tickets, 95,253 messages.

    python -m bench.rivals [--rounds 100] [--engine sqlite|postgresql]

Fills a fresh database by the product's own actions, starts the server, signs in, and asks over HTTP what an agent's browser asks for:
two lists (the slower one counts), a conversation of 20 messages, the first screen of one of 2,000, and a search; p50, p95, and the
server's CPU of one. Then the memory of the idle server, and a page loaded by Chromium with nothing in its cache. Mails come from
`bench.mail`, by IMAP as with two of the rivals.

Where a rival's two rounds differed, the lower figure stands. They were measured on a machine of two shared cores too, but not in this
run: read factors of ten, not percentages.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import sync_playwright
from sqlalchemy import bindparam, select

from bench.engines import Place, choose_engine, each_place
from bench.filling import said, store
from bench.processes import cpu_seconds, let_rest, megabytes
from bench.record import Row, read, record
from lyhord.app.engines import make_engine
from lyhord.app.folder import data_folder
from lyhord.app.settings import load_settings
from lyhord.conversations.model import Received
from lyhord.kit.database import Database, ReadTx, Statement
from lyhord.kit.database.database import NOWHERE
from lyhord.kit.database.reactions import Reactions
from lyhord.tickets.actions import assign_ticket, set_status
from lyhord.tickets.tables import ticket
from lyhord.tickets.wiring import REACTIONS
from lyhord.workspaces.views import list_agents, list_inboxes, list_workspace_ids
from tests.browsers import CHROMIUM, FLAGS
from tests.journeys import pages
from tests.journeys.running import Office, Running

TICKETS, MESSAGES = 20_000, 95_253
SHORT, LONG = 20, 2_000
OPEN_SHARE, MINE = 0.3, 1_225
SEARCHED = "refund warranty"
WARM_UPS = 3
PAGE = 60
"""As many rows and messages as the app asks for first."""

SOURCE = "Peers measured beside each other, 2026-11-22"
RIVALS = {
    "FreeScout 1.8.235": {
        "mails in": (19.7, "mails/s"), "CPU of a mail": (48, "ms"), "list": (70, "ms"), "conversation of 20": (79, "ms"),
        "conversation of 2,000": (3_300, "ms"), "search": (1_670, "ms"), "idle memory": (288, "MB"), "cold page": (355, "ms"),
        "CPU of list": (50, "ms"), "CPU of conversation of 20": (74, "ms"), "CPU of conversation of 2,000": (3_300, "ms"),
        "CPU of search": (1_600, "ms"),
    },
    "Request Tracker 5.0.3": {
        "mails in": (3.3, "mails/s"), "CPU of a mail": (318, "ms"), "list": (691, "ms"), "conversation of 20": (502, "ms"),
        "conversation of 2,000": (21_000, "ms"), "search": (902, "ms"), "idle memory": (334, "MB"), "cold page": (1_988, "ms"),
        "CPU of list": (666, "ms"), "CPU of conversation of 20": (452, "ms"), "CPU of conversation of 2,000": (19_700, "ms"),
        "CPU of search": (880, "ms"),
    },
    "django-helpdesk 2.6.1": {
        "mails in": (32.6, "mails/s"), "CPU of a mail": (28.3, "ms"), "list": (120, "ms"), "conversation of 20": (112, "ms"),
        "conversation of 2,000": (7_200, "ms"), "search": (566, "ms"), "idle memory": (159, "MB"), "cold page": (467, "ms"),
        "CPU of list": (126, "ms"), "CPU of conversation of 20": (110, "ms"), "CPU of conversation of 2,000": (7_500, "ms"),
        "CPU of search": (559, "ms"),
    },
}  # fmt: skip
"""From `SOURCE`: p50, and CPU with the database's, in ms; idle PSS with the database's, in MB (MiB there). A page in two requests
counts as their sum. Mails came by IMAP, at Request Tracker through its pipe. django-helpdesk searches first messages only."""
DATABASES = {
    "FreeScout 1.8.235": "MariaDB 10.11.19",
    "Request Tracker 5.0.3": "PostgreSQL 15.20",
    "django-helpdesk 2.6.1": "PostgreSQL 15.20",
}
TARGETS: dict[str, tuple[float, str]] = {
    "mails in": (300, "at least 300 mails/s"),
    "CPU of a mail": (5, "at most 5 ms"),
    "list": (8, "at most 8 ms"),
    "conversation of 20": (8, "at most 8 ms"),
    "conversation of 2,000": (50, "at most 50 ms"),
    "search": (10, "at most 10 ms"),
    "idle memory": (80, "at most 80 MB"),
}
UNITS = {name: unit for name, (_, unit) in RIVALS["FreeScout 1.8.235"].items()}


_TICKETS = Statement(
    select(ticket.c.id, ticket.c.title).where(ticket.c.workspace_id == bindparam("workspace_id")).order_by(ticket.c.id)
)


class Asked(NamedTuple):
    """Milliseconds of one screen's requests as their caller waits, and the server's CPU for them."""

    p50: float
    p95: float
    cpu: float


def words_of(dice: random.Random) -> Callable[[], str]:
    """Messages of 25 to 90 words out of 2,000, each as often as its place in the list says (Zipf)."""
    letters = "abcdefghiklmnoprstuvy"
    made = ["".join(dice.choices(letters, k=dice.randint(2, 9))) for _ in range(2_000)]
    made[110:112] = SEARCHED.split()
    weights = list(accumulate(1 / (place + 1) for place in range(len(made))))
    return lambda: " ".join(dice.choices(made, cum_weights=weights, k=dice.randint(25, 90)))


def talk(inbox_id: str) -> Iterator[Received]:
    """What everybody said: one ticket of 20 messages, one of 2,000, the others share the rest."""
    dice = random.Random(20)
    write = words_of(dice)
    counts = {"short": SHORT, "long": LONG}
    rest = MESSAGES - SHORT - LONG - (TICKETS - 2)
    for number in range(TICKETS - 2):
        counts[f"c{number}"] = 1
    for _ in range(rest):
        counts[f"c{dice.randrange(TICKETS - 2)}"] += 1
    turns = [who for who, count in counts.items() for _ in range(count)]
    dice.shuffle(turns)
    for number, who in enumerate(turns):
        yield said(inbox_id, f"m{number}", who, f"Customer {who}", write())


def list_tickets(tx: ReadTx) -> list[tuple[str, str]]:
    """Ids of all tickets, and the name of whoever each is for."""
    return [(row[0], row[1]) for row in tx.all(_TICKETS)]


async def fill(place: Place, folder: Path) -> None:
    """Say it all, and leave tickets as work leaves them: 30 % open, some of these the agent's."""
    chosen = {"data_dir": str(folder), **place.settings}
    settings = load_settings(environment={f"LYHORD_{name.upper()}": value for name, value in chosen.items()})
    database = Database(make_engine(settings, data_folder(settings)), reactions=Reactions(REACTIONS))
    await database.open()
    workspace_id = (await database.read(NOWHERE, list_workspace_ids))[0]
    inbox_id = (await database.read(workspace_id, list_inboxes, None, whole=True))[0].id
    agent_id = (await database.read(workspace_id, list_agents))[0].id
    items = list(talk(inbox_id))
    await store(database, workspace_id, items[:5_000])
    place.settle()
    await store(database, workspace_id, items[5_000:])
    dice = random.Random(30)
    others = [one for one, title in await database.read(workspace_id, list_tickets) if title not in LASTING]
    dice.shuffle(others)
    opened = int(TICKETS * OPEN_SHARE)
    mine, done = others[:MINE], others[opened:]
    changes: list[Coroutine[Any, Any, object]] = [
        *(database.write(workspace_id, assign_to, one, agent_id) for one in mine),
        *(database.write(workspace_id, set_status, one, "resolved") for one in done),
    ]
    for at in range(0, len(changes), 2_000):
        await asyncio.gather(*changes[at : at + 2_000])
    await database.close()
    place.settle()


LASTING = ("Customer short", "Customer long")


def assign_to(tx: Any, ticket_id: str, agent_id: str) -> None:
    """Make the agent its owner."""
    assign_ticket(tx, ticket_id, agent_id=agent_id, team_id=None)


def ask(running: Running, rounds: int, *requests: Callable[[], Any]) -> Asked:
    """Ask for one screen, again and again, one request after another on a kept connection."""
    taken: list[float] = []
    cpu = 0.0
    for number in range(-WARM_UPS, rounds):
        if number == 0:
            cpu = cpu_seconds(running.pid)
        began = time.perf_counter()
        for request in requests:
            request()
        if number >= 0:
            taken.append((time.perf_counter() - began) * 1e3)
    taken.sort()
    spent = (cpu_seconds(running.pid) - cpu) / rounds * 1e3
    return Asked(taken[rounds // 2], taken[int(rounds * 0.95)], spent)


@contextmanager
def filled(place: Place, folder: Path) -> Iterator[tuple[Running, Office]]:
    """A server on all of it, started after the filling, with somebody signed in."""
    running = Running(folder, **place.settings)
    running.start()
    office = Office(running)
    office.set_up()
    office.post("/workspace/ready")
    office.post("/inboxes", {"channel": "sandbox", "name": "Desk", "settings": {"signing_key": "k" * 32}})
    running.stop()
    began = time.monotonic()
    asyncio.run(fill(place, folder / "data"))
    print(f"{place.engine}: filled in {time.monotonic() - began:.0f} s", flush=True)
    with running:
        office = Office(running)
        office.sign_in("boss@firm.example")
        let_rest(running.pid)
        assert office.get("/search", q=SEARCHED)["messages"]
        running.stop()
        running.start()
        yield running, office


def screens(running: Running, office: Office, rounds: int) -> dict[str, Asked]:
    """What the agent's app asks for, screen by screen."""
    found: dict[str, Asked] = {}
    for name in ("mine", "unassigned"):
        found[f"list, {name}"] = ask(running, rounds, partial(office.get, "/tickets", list=name, limit=PAGE))
    for who, name in (("short", "conversation of 20"), ("long", "conversation of 2,000")):
        contact = office.get("/contacts", query=f"Customer {who}")["items"][0]
        path = f"/conversations/{contact['conversation_id']}"
        asked = [partial(office.get, path), partial(office.get, f"{path}/tickets")]
        found[name] = ask(running, rounds, *asked, partial(office.get, f"{path}/messages", limit=PAGE))
    found["search"] = ask(running, rounds, partial(office.get, "/search", q=SEARCHED))
    return found


def cold_page(running: Running) -> dict[str, float]:
    """The inbox opened by a browser that has nothing of it: milliseconds to the load event and first paint, requests, KB moved."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        pages.sign_in(page, running)
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.clearBrowserCache")
        page.goto("about:blank")
        page.goto(f"{running.base}/app/inbox/all", wait_until="load")
        page.get_by_text("Customer").first.wait_for()
        found = page.evaluate(TIMINGS)
        browser.close()
    return dict(found)


TIMINGS = """() => {
  const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  const paint = performance.getEntriesByName('first-contentful-paint')[0]
  return {
    load: performance.getEntriesByType('navigation')[0].loadEventEnd,
    paint: paint ? paint.startTime : 0,
    requests: all.length,
    KB: all.reduce((sum, one) => sum + one.transferSize, 0) / 1000,
  }
}"""


def measure(place: Place, folder: Path, rounds: int) -> None:
    """Everything on one engine, printed beside the rivals and recorded."""
    with filled(place, folder) as (running, office):
        office.get("/tickets", list="all")
        time.sleep(2)
        memory = megabytes(running.pid)
        found = screens(running, office, rounds)
        page = cold_page(running)
    for name, one in found.items():
        print(f"{place.engine:10} {name:22} p50 {one.p50:6.1f} ms   p95 {one.p95:6.1f} ms   CPU {one.cpu:5.1f} ms")
    print(f"{place.engine:10} cold page", {name: round(value) for name, value in page.items()})
    found["list"] = max(found.pop("list, mine"), found.pop("list, unassigned"))
    ours = {name: one.p50 for name, one in found.items()} | {f"CPU of {name}": one.cpu for name, one in found.items()}
    ours |= {"idle memory": memory, "cold page": page["load"], **mails(place.engine)}
    show(place.engine, ours)
    record(*rows(place.engine, ours, found))


def mails(engine: str) -> dict[str, float]:
    """The latest results of `bench.mail`."""
    named = {"mails/s": "mails in", "ms of CPU": "CPU of a mail"}
    return {named[row.unit]: row.figure for row in read() if (row.path, row.engine) == ("mails by imap", engine)}


def show(engine: str, ours: dict[str, float]) -> None:
    """The table, each rival's figure by ours in brackets."""
    print(f"\n{'':24}{'Lyhord, ' + engine:>22}" + "".join(f"{name:>30}" for name in RIVALS) + f"\n(rivals: {SOURCE})")
    for name, unit in UNITS.items():
        if name in ours:
            line = f"{name:24}{ours[name]:12,.1f} {unit:<9}"
            for theirs in RIVALS.values():
                line += f"{theirs[name][0]:14,.1f} {unit:<7} ({theirs[name][0] / ours[name]:7.2f})"
            print(line)
    print(flush=True)


def rows(engine: str, ours: dict[str, float], found: dict[str, Asked]) -> Iterator[Row]:
    """Ours, and theirs by their names and databases; no ratio, since they weren't measured in the same run."""
    for name, value in ours.items():
        aim, target = TARGETS.get(name, (0.0, None))
        met = (value >= aim if name == "mails in" else value <= aim) if target else None
        yield Row(f"beside rivals: {name}", engine, MESSAGES, round(value, 1), UNITS[name], None, None, target, met)
    for name, one in found.items():
        yield Row(f"beside rivals: {name}, p95", engine, MESSAGES, round(one.p95, 1), "ms", None, None, None, None)
    for rival, theirs in RIVALS.items():
        for name, (figure, unit) in theirs.items():
            path = f"beside rivals: {name}, {rival}"
            yield Row(path, DATABASES[rival], MESSAGES, figure, unit, None, None, None, None)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    choose_engine(parser)
    options = parser.parse_args()
    for place in each_place(options.engine):
        with tempfile.TemporaryDirectory() as folder:
            measure(place, Path(folder), options.rounds)


if __name__ == "__main__":
    main()
