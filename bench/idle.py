"""How soon an installed server is ready and what it holds while nobody asks anything, fresh and with 100,000 messages.

    python -m bench.idle [--messages 100000] [--starts 5]

Prints the median and the spread of `--starts` starts of `lyhord serve` until `/ready` says yes, the memory a few seconds later, and
what Python alone needs to import the server's libraries, in the same run: the floor.
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.filling import said, store
from bench.ingest import BODY
from lyhord.app.folder import data_folder
from lyhord.app.settings import load_settings
from lyhord.kit.database import Database
from lyhord.kit.database.database import NOWHERE
from lyhord.kit.database.engine import Sqlite
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.ids import new_id
from lyhord.tickets.wiring import REACTIONS
from lyhord.workspaces.views import list_workspace_ids
from tests.journeys.running import Running

CUSTOMERS = 10
"""Messages for each customer."""
SETTLE_SECONDS = 3.0
INDEX_SECONDS = 60.0
FLOOR = """
import lyhord.app.lean as lean
lean.before_start()
import litestar, uvicorn, uvloop, httptools, sqlalchemy, structlog, httpx, sqlite3
print(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1])
"""


def floor(starts: int) -> None:
    """What the libraries alone take."""
    seconds, memory = [], []
    for _ in range(starts):
        began = time.monotonic()
        out = subprocess.run([sys.executable, "-c", FLOOR], capture_output=True, check=True, text=True).stdout
        seconds.append(time.monotonic() - began)
        memory.append(int(out) / 1024)
    show("libraries alone", seconds, memory)


def show(name: str, seconds: list[float], memory: list[float]) -> None:
    """Print medians and spread."""
    print(
        f"{name:24} ready after {statistics.median(seconds):5.2f} s ({min(seconds):.2f} to {max(seconds):.2f})"
        f"   {statistics.median(memory):6.1f} MiB ({min(memory):.1f} to {max(memory):.1f})",
        flush=True,
    )


def measure(name: str, running: Running, starts: int) -> None:
    """Start and stop, and print."""
    seconds, memory = [], []
    for _ in range(starts):
        running.start()
        seconds.append(running.ready_seconds)
        time.sleep(SETTLE_SECONDS)
        memory.append(running.memory_megabytes())
        running.stop()
    show(name, seconds, memory)


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


def let_index(running: Running) -> None:
    """Let the worker bring search up to date, so that the starts to come find nothing to do."""
    running.start()
    began, before = time.monotonic(), -1.0
    while time.monotonic() - began < INDEX_SECONDS and (now := cpu_seconds(running.pid)) - before > 0.1:
        before = now
        time.sleep(1)
    running.stop()


def cpu_seconds(pid: int) -> float:
    """What a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def main() -> None:
    """The floor, a fresh folder, a filled one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--starts", type=int, default=5)
    options = parser.parse_args()
    floor(options.starts)
    with tempfile.TemporaryDirectory() as folder:
        running = Running(Path(folder))
        running.start()
        running.stop()
        measure("a fresh folder", running, options.starts)
        chosen = data_folder(load_settings(environment={"LYHORD_DATA_DIR": f"{folder}/data"}))
        asyncio.run(fill(chosen.database, options.messages))
        let_index(running)
        measure(f"{options.messages:,} messages", running, options.starts)


if __name__ == "__main__":
    main()
