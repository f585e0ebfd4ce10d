"""Figures of many classified messages: every chart of the screens, asked as they ask, and an analyst's question over all of a larger pile.

The rows are made by DuckDB from hashes, a fifth as many tickets as messages, over a year, with reasons, moods, channels, teams, languages
and waits that are as skewed as such things are. As in a company at work, some hundred customers wrote since the files were written, and
another one before each asking: that is read from the tables each time. Under target stand charts of the last 28 days, of a quarter and of
a year, by the clock; what DuckDB used of the processor stands beside. The larger pile is that year again and again, as so many files of
their own; it is asked as analysts ask, in a process of its own that is started for the question. The baseline that any of this is for,
counting in the tables, is in `growth`.

    python -m bench.insights [--messages 5000000] [--large 100000000] [--dry]
"""

import asyncio
import itertools
import os
import resource
import shutil
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

from bench.filling import said, store
from bench.record import Row, record
from lyhord.app.duties import FOLLOWERS
from lyhord.app.schema import prepare
from lyhord.app.wiring import EVENTS
from lyhord.conversations.model import Received
from lyhord.insights.facts.desk import Desk
from lyhord.insights.facts.engine import Job, Run
from lyhord.insights.facts.folder import FactFolder, Manifest
from lyhord.insights.facts.model import MESSAGES, TICKETS, Table, month_of
from lyhord.insights.facts.reading import AHEAD, read_head_of
from lyhord.insights.facts.rows import quoted
from lyhord.insights.facts.writing import HOW
from lyhord.insights.pictures.asking import Pictures
from lyhord.insights.pictures.model import Question
from lyhord.insights.pictures.own import ask
from lyhord.kit.clock import DAY
from lyhord.kit.database import Database
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.ids import new_id
from lyhord.tickets.wiring import REACTIONS
from lyhord.workspaces.actions.inboxes import StoredInbox, connect_inbox
from lyhord.workspaces.actions.workspace import create_workspace
from lyhord.workspaces.model import WorkspaceSettings
from lyhord.workspaces.reach import EVERYTHING

DAYS = 364
TIMES = 5
NEWER = 300
"""Customers who wrote since the files were written: about a thousand events, as many as there ever are."""
Write = Callable[[], Awaitable[None]]
TARGET, TARGET_LARGE = 100.0, 2_000.0
CHARTS = (
    *(("contacts", by) for by in ("day", "reason", "kind", "channel", "language", "product", "place", "tag", "mood")),
    *(("contacts", by) for by in ("organization", "segment", "contact_tag", "hour", "wait", "team", "agent")),
    *(("complaints", by) for by in ("reason", "channel")),
    *(("unhappy", by) for by in ("reason", "channel")),
    *(("messages", by) for by in ("day", "hour")),
    *(("first_answer", by) for by in ("team", "channel")),
    *(("promises", by) for by in ("team", "channel")),
    *(("solved_first", by) for by in ("reason", "language")),
    *(("repeats", by) for by in ("reason", "product")),
    *(("reopened", by) for by in ("team", "reason")),
    *(("satisfied", by) for by in ("day", "reason")),
    *(("work", by) for by in ("reason", "team")),
)
REASONS = "order complaint broken information question change cancel return delivery late damaged payment invoice refund praise other"
CHANNELS, TONGUES = "mail webchat sms whatsapp messenger", "sv nb fi en zh da de"
MOODS = "neutral neutral neutral happy unhappy angry delighted"
TEAMS = [f"0197000{n}-0000-7000-8000-000000000000" for n in range(10)]


def _pick(words: str, seed: str, power: float = 2.0) -> str:
    """SQL of one of these words, the first ones most often."""
    listed = words.split()
    quoted_words = ", ".join(f"'{one}'" for one in listed)
    return f"[{quoted_words}][1 + CAST(floor({len(listed)} * pow(hash({seed}) % 1000003 / 1000003.0, {power})) AS INT)]"


def _uuid(kind: int, number: str) -> str:
    """SQL of an id by which nothing can be packed, as ids are."""
    return f"CAST(md5('{kind}/' || {number}) AS UUID)"


def _tickets(start: int, first: int, last: int, step: float) -> str:
    """SQL of the tickets with these numbers; `step` milliseconds lie between two."""
    wait = "CAST(exp(8 + 8 * (hash(i, 3) % 1000003 / 1000003.0)) AS BIGINT)"
    opened = f"CAST({start} + i * {step} AS BIGINT)"
    resolved = f"CASE WHEN hash(i, 4) % 20 > 0 THEN {opened} + {wait} * 3 END"
    again = f"CASE WHEN hash(i, 5) % 8 = 0 THEN {opened} + {wait} * 3 + CAST(hash(i, 6) % 30 AS BIGINT) * {DAY} END"
    columns = {
        "ticket_id": _uuid(1, "i"),
        "conversation_id": _uuid(2, "i // 3"),
        "contact_id": _uuid(3, "i // 3"),
        "organization_id": "CASE WHEN hash(i // 3) % 5 = 0 THEN printf('0198%04x', CAST(hash(i // 3, 1) % 3000 AS INT)) END",
        "opened_at": opened,
        "resolved_at": resolved,
        "reopened": "CAST(hash(i, 7) % 15 = 0 AS BIGINT)",
        "kind": _pick("question order fault complaint information praise", "i, 8"),
        "status": f"CASE WHEN ({resolved}) IS NULL THEN 'open' ELSE 'resolved' END",
        "reason_id": _pick(REASONS, "i, 9", 1.6),
        "reasons": f"[{_pick(REASONS, 'i, 9', 1.6)}]",
        "mood_start": _pick(MOODS, "i, 10", 1.0),
        "mood_end": _pick(MOODS, "i, 11", 1.2),
        "channel": _pick(CHANNELS, "i, 12"),
        "inbox_id": _pick(" ".join(TEAMS), "i, 13"),
        "team_id": _pick(" ".join(TEAMS), "i, 14", 1.2),
        "agent_id": "printf('0199%04x', CAST(hash(i, 15) % 80 AS INT))",
        "language": _pick(TONGUES, "i, 16"),
        "tags": f"CASE WHEN hash(i, 17) % 3 = 0 THEN [{_pick('vip recall campaign press return urgent', 'i, 18')}] ELSE [] END",
        "place": _pick("Stockholm Bergen Turku Malmö Oslo Umeå", "i, 19"),
        "product": _pick("lamp chair sofa desk shelf bed rug clock", "i, 20"),
        "segment": _pick("home office school shop", "i // 3, 29"),
        "contact_tags": f"CASE WHEN hash(i // 3, 30) % 4 = 0 THEN [{_pick('loyal new press', 'i // 3, 31')}] ELSE [] END",
        "messages_in": "3",
        "answers": "2",
        "first_wait": f"CASE WHEN hash(i, 21) % 12 > 0 THEN {wait} END",
        "waits": f"CASE WHEN hash(i, 21) % 12 > 0 THEN list_slice([{wait}, {wait} * 2], 1, 1 + CAST(hash(i, 22) % 2 AS INT)) ELSE [] END",
        "work": "CAST(60000 + hash(i, 23) % 900000 AS BIGINT)",
        "next_at": again,
        "promises_kept": "CAST(hash(i, 24) % 5 > 0 AS BIGINT)",
        "promises_broken": "CAST(hash(i, 24) % 5 = 0 AS BIGINT)",
        "complaint": "CAST(hash(i, 25) % 14 = 0 AS BIGINT)",
        "rating": f"CASE WHEN hash(i, 26) % 4 = 0 THEN {_pick('good middle bad', 'i, 27')} END",
        "rating_score": "CASE WHEN hash(i, 26) % 4 = 0 THEN 1 + CAST(hash(i, 27) % 5 AS BIGINT) END",
        "rating_survey": f"CASE WHEN hash(i, 26) % 4 = 0 THEN {_pick('csat nps effort', 'i, 28')} END",
    }
    assert list(columns) == list(TICKETS.columns)
    return _select(columns, TICKETS, first, last)


def _messages(start: int, first: int, last: int, step: float) -> str:
    """SQL of the messages with these numbers."""
    columns = {
        "message_id": _uuid(4, "i"),
        "conversation_id": _uuid(2, "i // 15"),
        "said_at": f"CAST({start} + i * {step} AS BIGINT)",
        "direction": "CASE WHEN hash(i, 1) % 5 < 3 THEN 'in' ELSE 'out' END",
        "automatic": "CAST(hash(i, 2) % 20 = 0 AS BIGINT)",
        "channel": _pick(CHANNELS, "i // 5, 12"),
        "inbox_id": _pick(" ".join(TEAMS), "i // 5, 13"),
        "agent_id": "printf('0199%04x', CAST(hash(i // 5, 15) % 80 AS INT))",
        "language": _pick(TONGUES, "i // 5, 16"),
        "mood": _pick(MOODS, "i, 10", 1.0),
        "reason_id": _pick(REASONS, "i // 5, 9", 1.6),
    }
    assert list(columns) == list(MESSAGES.columns)
    return _select(columns, MESSAGES, first, last)


def _select(columns: dict[str, str], table: Table, first: int, last: int) -> str:
    cast = ", ".join(f"CAST({sql} AS {table.columns[name]}) AS {name}" for name, sql in columns.items())
    return f"SELECT {cast} FROM (SELECT range AS i FROM range({first}, {last}))"


async def fill(desk: Desk, folder: FactFolder, messages: int, now: int) -> float:
    """Write a year of made rows, month by month; how many seconds that took."""
    began, start = time.perf_counter(), now - DAYS * DAY
    for table, make, count in ((TICKETS, _tickets, messages // 5), (MESSAGES, _messages, messages)):
        step = DAYS * DAY / count
        first = 0
        while first < count:
            month = month_of(int(start + first * step))
            last = first
            while last < count and month_of(int(start + last * step)) == month:
                last += max(int(DAY / step / 4), 1)
            last = min(last, count)
            while month_of(int(start + (last - 1) * step)) != month:
                last -= 1
            target = folder.spare(table, month)
            copy = f"COPY ({make(start, first, last, step)} ORDER BY {table.order}) TO {quoted(target)} (FORMAT parquet, {HOW})"
            await desk.ask(Job([Run(copy, answers=False)]), seconds=3_600)
            folder.take(table, month)
            first = last
    return time.perf_counter() - began


def worked(desk: Desk) -> float:
    """Milliseconds of processor that DuckDB has used so far: what is left of the time where others have the machine, too."""
    ticks = 0
    for pid in desk.pool.processes:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks * 1_000 / os.sysconf("SC_CLK_TCK")


async def live(database: Database, workspace_id: str) -> Write:
    """Let so many customers write just now; what lets another one write, and be heard."""
    inbox = StoredInbox(new_id(), new_id(), "sandbox", "Door", {}, None, None, None, 0)
    await database.write(workspace_id, connect_inbox, inbox)
    runner = FollowerRunner(database, Catalogue(EVENTS), [one for one in FOLLOWERS if one.name in AHEAD])
    numbers = itertools.count()

    async def write(more: int = 1) -> None:
        await store(database, workspace_id, [_said(inbox, next(numbers)) for _ in range(more)])
        await runner.catch_up()

    await write(NEWER)
    return write


def _said(inbox: StoredInbox, number: int) -> Received:
    return said(inbox.id, f"m{number}", f"c{number}", f"Customer {number}", "Where is my parcel?")


async def time_charts(pictures: Pictures, workspace_id: str, days: int, write: Write) -> dict[str, tuple[float, float]]:
    """Milliseconds of each chart by the clock, the middle of some askings after one that warms; and of one core, on average."""
    found = {}
    for measure, by in CHARTS:
        question = Question(measure=measure, by=by, days=days)
        await pictures.draw(workspace_id, EVERYTHING, question)
        took, used = [], worked(pictures.desk)
        for _ in range(TIMES):
            await write()
            began = time.perf_counter()
            await pictures.draw(workspace_id, EVERYTHING, question)
            took.append((time.perf_counter() - began) * 1_000)
        found[f"{measure} by {by}"] = median(took), (worked(pictures.desk) - used) / TIMES
    return found


async def time_large(database: Database, pictures: Pictures, year: FactFolder, messages: int, rows: int) -> float:
    """Milliseconds of one question over all of a larger pile: how many of each reason and mood, by language."""
    workspace_id = new_id()
    await database.write(workspace_id, create_workspace, "Large", WorkspaceSettings())
    pile = pictures.folder(workspace_id)
    for number in range(-(-messages // rows)):
        for file in year.files(MESSAGES):
            copy = pile.file(MESSAGES, f"{1_900 + number}-{file.stem[5:]}")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
    head = await database.read(workspace_id, read_head_of)
    pile.write_manifest(Manifest(head.epoch, head.seq, database.clock()))
    sql = "SELECT reason_id, mood, language, count(*) AS n FROM messages WHERE direction = 'in' GROUP BY ALL"
    took, used = [], resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(TIMES):
        began = time.perf_counter()
        told = await ask(database, pictures, workspace_id, sql)
        took.append((time.perf_counter() - began) * 1_000)
        assert len(told.rows) > 100
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cores = (after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime) / TIMES
    print("   each", ", ".join(f"{one:.0f} ms" for one in took), f"{cores * 1_000:.0f} ms of a core")
    return median(took[1:])


async def main() -> None:
    """Fill, ask, print and record."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=5_000_000)
    parser.add_argument("--large", type=int, default=100_000_000)
    parser.add_argument("--dry", action="store_true", help="record nothing")
    given = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="lyhord-insights-"))
    engine = Sqlite(root / "lyhord.db")
    prepare(engine)
    database, workspace_id = Database(engine, reactions=Reactions(REACTIONS)), new_id()
    desk = Desk(root / "insights", megabytes=4_096)
    await database.open()
    try:
        rows = await measure(database, desk, workspace_id, given)
        if not given.dry:
            record(*rows)
    finally:
        await desk.close()
        await database.close()
        shutil.rmtree(root)


async def measure(database: Database, desk: Desk, workspace_id: str, given: Namespace) -> list[Row]:
    """Fill and ask; what came out."""
    await database.write(workspace_id, create_workspace, "Bench", WorkspaceSettings(time_zone="Europe/Stockholm"))
    pictures = Pictures(database, desk)
    folder = pictures.folder(workspace_id)
    took = await fill(desk, folder, given.messages, database.clock())
    head = await database.read(workspace_id, read_head_of)
    folder.write_manifest(Manifest(head.epoch, head.seq, database.clock()))
    size = sum(one.stat().st_size for table in (TICKETS, MESSAGES) for one in folder.files(table))
    print(f"{given.messages:,} messages, {given.messages // 5:,} tickets: {size / 1e6:.0f} MB, made in {took:.0f} s")
    write, rows = await live(database, workspace_id), []
    for days in (28, 91, 364):
        found = await time_charts(pictures, workspace_id, days, write)
        slowest = max(found, key=lambda one: found[one])
        dearest = max(found, key=lambda one: found[one][1])
        by_clock, cores = found[slowest][0], found[dearest][1]
        print(f"{days} days: slowest {by_clock:.0f} ms ({slowest}), most work {cores:.0f} ms of a core ({dearest})")
        print("   middle", ", ".join(f"{median(one[n] for one in found.values()):.0f} ms" for n in (0, 1)))
        for name in sorted(found, key=lambda one: -found[one][0])[:6]:
            print(f"   {name}: {found[name][0]:.0f} ms, {found[name][1]:.0f} ms of a core")
        path, met = f"slowest chart of {days} days", by_clock <= TARGET
        rows.append(Row(path, "duckdb", given.messages, round(by_clock, 1), "ms", None, None, "at most 100 ms", met))
        rows.append(Row(path, "duckdb", given.messages, round(cores, 1), "ms of a core", None, None, None, None))
    if given.large:
        large = await time_large(database, pictures, folder, given.large, given.messages)
        print(f"{given.large:,} messages, one question over all: {large:.0f} ms")
        path, met = "question over all messages", large <= TARGET_LARGE
        rows.append(Row(path, "duckdb", given.large, round(large, 1), "ms", None, None, "at most 2 s", met))
    return rows


if __name__ == "__main__":
    asyncio.run(main())
