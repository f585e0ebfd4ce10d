"""How soon an installed server is ready and what it holds while nobody asks anything, fresh and with 100,000 messages.

    python -m bench.idle [--messages 100000] [--starts 5] [--engine sqlite|postgresql]

Prints the median and the spread of `--starts` starts of `lyhord serve` until it says that it is ready, with
the CPU among it (which others on the machine don't change), the memory a second later, and what Python alone needs to load the
server's libraries in the same run: the floor. A filled server has done all its work before the first of these starts: it heard everything,
and the processes in which it thought have ended. How much that one holds then, without having been started again, is a figure of its own.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.engines import choose_engine, each_place
from bench.filling import said, store
from bench.ingest import BODY
from bench.processes import cpu_seconds, let_rest, tree
from bench.record import Row, record
from lyhord.app.folder import data_folder
from lyhord.app.settings import load_settings
from lyhord.kit.database import Database
from lyhord.kit.database.database import NOWHERE
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.ids import new_id
from lyhord.tickets.wiring import REACTIONS
from lyhord.workspaces.views import list_workspace_ids
from tests.counterparts.ports import free_port

CUSTOMERS = 10
"""Messages for each customer."""
SETTLE_SECONDS = 1.0
FLOOR = """
import lyhord.app.lean as lean
lean.before_start()
import litestar, uvicorn, uvloop, httptools, sqlalchemy, structlog, httpx, sqlite3, sys
print("is ready", flush=True)
sys.stdin.read()
"""


class Start(NamedTuple):
    """A process: seconds until it was ready, those of CPU among them; MiB held now."""

    pid: int
    seconds: float
    cpu: float
    memory: float


def show(name: str, starts: Sequence[Start]) -> None:
    """Print medians and spread."""
    _, seconds, cpu, memory = zip(*starts, strict=True)
    print(
        f"{name:18} ready after {median(seconds):5.2f} s ({min(seconds):.2f} to {max(seconds):.2f}), CPU {median(cpu):.2f} s"
        f"   holds {median(memory):5.1f} MiB ({min(memory):.1f} to {max(memory):.1f})",
        flush=True,
    )


@contextmanager
def running(command: Sequence[str], folder: str) -> Iterator[Callable[[], Start]]:
    """A process that has said that it is ready; what is yielded tells how it stands now."""
    began = time.monotonic()
    environment = {**os.environ, "LYHORD_DATA_DIR": folder}
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment)
    if process.stdout is None or not any(b"is ready" in line for line in process.stdout):
        raise SystemExit(f"{command} did not start")
    seconds, cpu = time.monotonic() - began, cpu_seconds(process.pid)
    try:
        yield lambda: Start(process.pid, seconds, cpu, mebibytes(process.pid))
    finally:
        process.terminate()
        process.wait(30)


def measure(name: str, command: Sequence[str], folder: str, starts: int) -> list[Start]:
    """Start and stop, and print."""
    found = []
    for _ in range(starts):
        with running(command, folder) as look:
            time.sleep(SETTLE_SECONDS)
            found.append(look())
    show(name, found)
    return found


def keep(engine: str, messages: int, found: Sequence[Start], floor: Sequence[Start]) -> None:
    """Record medians beside those of the libraries alone."""
    ready, least = (median(one.seconds for one in starts) for starts in (found, floor))
    held, lightest = (median(one.memory for one in starts) * 2**20 / 1e6 for starts in (found, floor))
    record(
        Row(
            "start to ready", engine, messages, round(ready, 2), "s", round(least, 2),
            round(ready / least, 2), "at most 1.5 s", ready <= 1.5,
        ),
        Row(
            "idle memory", engine, messages, round(held, 1), "MB", round(lightest, 1),
            round(held / lightest, 2), "at most 80 MB", held <= 80,
        ),
    )  # fmt: skip


def keep_rested(engine: str, messages: int, rested: Start, fresh: Sequence[Start]) -> None:
    """Record what a server holds that has heard them all, beside a fresh one."""
    held, least = (one * 2**20 / 1e6 for one in (rested.memory, median(start.memory for start in fresh)))
    target = "at most 5 MB more than a fresh one"
    record(
        Row(
            "memory when all is heard", engine, messages, round(held, 1), "MB", round(least, 1),
            round(held / least, 2), target, held <= least + 5,
        )
    )  # fmt: skip


def mebibytes(pid: int) -> float:
    """What a process and those that it started hold."""
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in tree(pid))
    return pages * os.sysconf("SC_PAGESIZE") / 2**20


async def fill(path: Path, messages: int) -> None:
    """Put messages into the first workspace."""
    database = Database(Sqlite(path), reactions=Reactions(REACTIONS))
    await database.open()
    workspace_id = (await database.read(NOWHERE, list_workspace_ids))[0]
    inbox_id = new_id()
    items = [
        said(inbox_id, f"m{number}", f"c{number // CUSTOMERS}", f"Customer {number // CUSTOMERS}", f"{BODY}{number}")
        for number in range(messages)
    ]
    await store(database, workspace_id, items)
    await database.close()


def main() -> None:
    """The floor, a fresh folder, a filled one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--starts", type=int, default=5)
    choose_engine(parser)
    options = parser.parse_args()
    serve = [str(Path(sys.executable).with_name("lyhord")), "serve", "--port", str(free_port())]
    for place in each_place(options.engine):
        os.environ.update({f"LYHORD_{name.upper()}": value for name, value in place.settings.items()})
        with tempfile.TemporaryDirectory() as folder:
            floor = measure("libraries alone", [sys.executable, "-c", FLOOR], folder, options.starts)
            with running(serve, folder):
                pass
            fresh = measure(f"{place.engine}, fresh", serve, folder, options.starts)
            keep(place.engine, 0, fresh, floor)
            if place.cluster:
                continue
            asyncio.run(
                fill(data_folder(load_settings(environment={"LYHORD_DATA_DIR": folder})).database, options.messages)
            )
            with running(serve, folder) as look:
                let_rest(look().pid)
                rested = look()
            show(f"{options.messages:,} heard", [rested])
            filled = measure(f"{options.messages:,} messages", serve, folder, options.starts)
            keep(place.engine, options.messages, filled, floor)
            keep_rested(place.engine, options.messages, rested, fresh)


if __name__ == "__main__":
    main()
