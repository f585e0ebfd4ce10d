"""Durable ingest through the whole `receive_messages` action, beside raw `executemany` of the same rows in the same run.

    python -m bench.ingest [--messages 20000] [--waiting 64] [--traces http://localhost:4318]

Prints messages per second, CPU per message, latency of callers, and the ratio against the ceiling. The ceiling inserts the very
rows that the action left behind, committed every 64, into an empty database of the same schema with the same pragmas.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

import lyhord.tickets.routes  # noqa: F401 - every table
from lyhord.app.settings import Settings
from lyhord.app.traces import traced
from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.exchange import Address, InboundMessage
from lyhord.conversations.model import Received
from lyhord.kit.database import Database, metadata
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.ids import new_id
from lyhord.tickets.wiring import REACTIONS

KNOWN = 2_000
FRESH_SHARE = 0.05
DUPLICATE_SHARE = 0.02
BODY = "Hello, my order has not arrived yet and I would like to know where it is. Could you have a look, please? "


def workload(count: int, inbox_id: str, *, seed: int, known: int = KNOWN) -> list[Received]:
    """`count` messages of ~110 bytes from `known` contacts, 5 % new ones, 2 % delivered twice."""
    dice = random.Random(seed)
    items: list[Received] = []
    for number in range(count):
        if items and dice.random() < DUPLICATE_SHARE:
            items.append(dice.choice(items[-200:]))
            continue
        fresh = dice.random() < FRESH_SHARE
        who = f"new{seed}-{number}" if fresh else f"known{dice.randrange(known)}"
        message = InboundMessage(
            external_id=f"{seed}-{number}",
            sender=(Address("sandbox", who, f"Customer {who}", verified=True),),
            text=f"{BODY}{number}",
        )
        items.append(Received(inbox_id=inbox_id, channel="sandbox", inbounds=(message,)))
    return items


async def open_database(path: Path) -> Database:
    """A database with the product's reactions, as in production."""
    metadata.create_all(create_engine(f"sqlite:///{path}"))
    database = Database(Sqlite(path), reactions=Reactions(REACTIONS))
    await database.open()
    return database


async def run(database: Database, workspace_id: str, items: list[Received], waiting: int) -> dict[str, float]:
    """Keep `waiting` callers busy until all items are stored."""
    queue = iter(items)
    latencies: list[float] = []

    async def caller() -> None:
        for item in queue:
            start = time.perf_counter()
            await database.write(workspace_id, receive_messages, item)
            latencies.append(time.perf_counter() - start)

    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(waiting)))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    latencies.sort()
    return {
        "rate": len(items) / wall,
        "cpu_us": cpu / len(items) * 1e6,
        "p50_ms": latencies[len(latencies) // 2] * 1e3,
        "p99_ms": latencies[int(len(latencies) * 0.99)] * 1e3,
    }


WRITTEN = ("message", "event", "ticket", "conversation", "conversation_inbox", "contact", "identity")


def ceiling(source: Path, target: Path, batch: int) -> tuple[float, float]:
    """Messages per second and CPU microseconds per message of inserting the very rows that the action left.

    With `executemany`, committed every `batch` messages.
    """
    metadata.create_all(create_engine(f"sqlite:///{target}"))
    connection = Sqlite(source).connect(write=False)
    rows = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in WRITTEN}
    connection.close()
    out = Sqlite(target).connect(write=True)
    count = len(rows["message"])
    steps = max(1, count // batch)
    cpu, start = time.process_time(), time.perf_counter()
    for step in range(steps):
        out.execute("BEGIN IMMEDIATE")
        for name, all_rows in rows.items():
            part = all_rows[len(all_rows) * step // steps : len(all_rows) * (step + 1) // steps]
            if part:
                marks = ",".join("?" * len(part[0]))
                out.executemany(f"INSERT INTO {name} VALUES ({marks})", part)
        out.execute("COMMIT")
    took, cpu = time.perf_counter() - start, time.process_time() - cpu
    out.close()
    return count / took, cpu / count * 1e6


async def main() -> None:
    """As asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=12_000)
    parser.add_argument("--waiting", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--traces", default="", help="record traces and send them there")
    options = parser.parse_args()
    with traced(Settings(tracing_endpoint=options.traces)):
        await measure(options)


async def measure(options: argparse.Namespace) -> None:
    """Run the rounds and print the medians."""
    rounds: list[dict[str, Any]] = []
    for number in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "lyhord.db"
            database = await open_database(path)
            workspace_id, inbox_id = new_id(), new_id()
            await run(database, workspace_id, workload(KNOWN, inbox_id, seed=-1), options.waiting)
            result = await run(
                database, workspace_id, workload(options.messages, inbox_id, seed=number), options.waiting
            )
            await database.close()
            raw, raw_cpu = ceiling(path, Path(folder) / "ceiling.db", options.waiting)
            result |= {"ceiling": raw, "ceiling_cpu_us": raw_cpu, "ratio": result["rate"] / raw}
            result["cpu_ratio"] = raw_cpu / result["cpu_us"]
            rounds.append(result)
            print({name: round(value, 2) for name, value in result.items()})
    for name in rounds[0]:
        print(f"{name:14} {statistics.median(one[name] for one in rounds):12.2f}  (median of {len(rounds)})")


if __name__ == "__main__":
    asyncio.run(main())
