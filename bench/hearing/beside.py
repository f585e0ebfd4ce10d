"""What others feel of hearing: a small request of the API, asked every 5 ms while a server hears messages, and when all is quiet again.

    python -m bench.hearing beside [--messages 10000] [--before FOLDER]

The messages stand in the database before the server starts, so that nothing but what follows the log goes on beside the requests. With
`--before` the same is measured of other sources (`src` of another checkout) in the same run, in turn. Memory is that of the server and
all processes that it started: the most while it heard, and when it rests, and those have ended.
"""

import argparse
import asyncio
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import httpx

from bench.filling import said, store
from bench.hearing import need
from bench.hearing.speed import read_texts
from bench.http import Connection
from bench.processes import cpu_seconds, let_rest, megabytes
from bench.record import Row, record
from lyhord.kit.database import Database
from lyhord.kit.database.database import NOWHERE
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.sqlite import Sqlite
from lyhord.tickets.wiring import REACTIONS
from lyhord.workspaces.views import list_inboxes, list_workspace_ids
from tests.journeys.running import Office, Running

EVERY = 0.005
LONGEST = 900.0
MOST_MEMORY = 250


class Felt(NamedTuple):
    """Milliseconds of a request, megabytes held, and how long it took and what it cost to hear all."""

    p50: float
    p99: float
    memory: float
    seconds: float
    cpu: float


async def fill(folder: Path, count: int) -> None:
    """Say it all."""
    database = Database(Sqlite(folder / "lyhord.db"), reactions=Reactions(REACTIONS))
    await database.open()
    workspace_id = (await database.read(NOWHERE, list_workspace_ids))[0]
    inbox_id = (await database.read(workspace_id, list_inboxes, None, whole=True))[0].id
    texts = read_texts()
    items = [
        said(inbox_id, f"m{number}", f"c{number // 6}", f"Customer {number // 6}", texts[number % len(texts)])
        for number in range(count)
    ]
    await store(database, workspace_id, items)
    await database.close()


def is_heard(folder: Path) -> bool:
    """Whether nothing is left to hear."""
    with closing(sqlite3.connect(folder / "lyhord.db")) as connection:
        row = connection.execute(
            "SELECT max(cursor.seq), (SELECT max(seq) FROM event WHERE kind = 'message.received') FROM cursor WHERE cursor.name = 'hearing'"
        ).fetchone()
    return bool(row[0]) and row[0] >= row[1]


async def probe(running: Running, cookies: httpx.Cookies, until: Callable[[], bool]) -> Felt:
    """Ask at a fixed rate, however long answers take, until that holds, which is looked at twice a second."""
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    request = f"GET /api/v1/me HTTP/1.1\r\nHost: localhost:{running.port}\r\nCookie: {cookie}\r\n\r\n".encode()
    free: list[Connection] = []
    taken: list[float] = []
    asking: set[asyncio.Task[None]] = set()

    async def ask(due: float) -> None:
        connection = free.pop() if free else await Connection().open(running.port)
        if await connection.call(request) != 200:
            raise SystemExit("the server refuses")
        taken.append((time.perf_counter() - due) * 1e3)
        free.append(connection)

    memory, looked, cpu = 0.0, 0.0, cpu_seconds(running.pid)
    began = due = time.perf_counter()
    while True:
        if due - looked >= 0.5:
            looked = due
            memory = max(memory, await asyncio.to_thread(megabytes, running.pid))
            if await asyncio.to_thread(until):
                break
        task = asyncio.create_task(ask(due))
        asking.add(task)
        task.add_done_callback(asking.discard)
        due += EVERY
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
    await asyncio.gather(*asking)
    for connection in free:
        connection.close()
    taken.sort()
    spent = cpu_seconds(running.pid) - cpu
    return Felt(taken[len(taken) // 2], taken[int(len(taken) * 0.99)], memory, time.perf_counter() - began, spent)


def measure(filled: Path, folder: Path, code: Path | None) -> tuple[Felt, Felt, float]:
    """While it hears, when it is quiet, and the memory that it holds then."""
    shutil.copytree(filled, folder)
    running = Running(folder)
    running.code = code
    with running:
        office = Office(running)
        office.sign_in("boss@firm.example")
        end = time.monotonic() + LONGEST
        busy = asyncio.run(
            probe(running, office.client.cookies, lambda: is_heard(folder / "data") or time.monotonic() > end)
        )
        let_rest(running.pid)
        end = time.monotonic() + 10
        quiet = asyncio.run(probe(running, office.client.cookies, lambda: time.monotonic() > end))
        return busy, quiet, megabytes(running.pid)


def main(given: Sequence[str] | None = None) -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--before", type=Path)
    options = parser.parse_args(given or [])
    need("multidogo")
    with tempfile.TemporaryDirectory() as name:
        filled = Path(name) / "filled"
        running = Running(filled)
        with running:
            office = Office(running)
            office.set_up()
            office.post("/workspace/ready")
            office.post("/inboxes", {"channel": "sandbox", "name": "Desk", "settings": {"signing_key": "k" * 32}})
        asyncio.run(fill(filled / "data", options.messages))
        for title, code in (("before", options.before), ("now", None)):
            if title == "before" and code is None:
                continue
            busy, quiet, rest = measure(filled, Path(name) / title, code)
            print(
                f"{title:8} heard in {busy.seconds:.1f} s with {busy.cpu:.1f} s of CPU; "
                f"a request p50 {busy.p50:.1f} p99 {busy.p99:.1f} ms, "
                f"quiet {quiet.p50:.1f} and {quiet.p99:.1f}; at most {busy.memory:.0f} MB, quiet {rest:.0f}",
                flush=True,
            )
    record(
        Row(
            "a request while messages are heard, p99", "sqlite", options.messages, round(busy.p99, 1), "ms", round(quiet.p99, 1),
            round(busy.p99 / quiet.p99, 2), None, None,
        ),
        Row(
            "memory while messages are heard", "all processes", options.messages, round(busy.memory), "MB", round(rest),
            round(busy.memory / rest, 2), f"at most {MOST_MEMORY}", busy.memory <= MOST_MEMORY,
        ),
    )  # fmt: skip


if __name__ == "__main__":
    main()
