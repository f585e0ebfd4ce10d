"""Durable ingest through the whole `receive_messages` action, beside raw `executemany`, or COPY, of the same rows in the same run.

    python -m bench.ingest [--messages 12000] [--waiting 64] [--engine sqlite|postgresql] [--traces http://localhost:4318]

Prints messages per second, CPU per message, latency of callers, and the ratio against the ceiling. The ceiling inserts the very
rows that the action left behind, committed every 64, into empty tables of the same kind in as durable a database.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import create_engine

from bench.engines import Place, choose_engine, each_place
from bench.record import Row, record
from lyhord.app.schema import all_tables, prepare
from lyhord.app.settings import Settings
from lyhord.app.traces import traced
from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.exchange import Address, InboundMessage
from lyhord.conversations.model import Received
from lyhord.kit.database import Database
from lyhord.kit.database.postgres import Postgres
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


async def open_database(path: Path, address: str = "") -> Database:
    """A database with the product's reactions, as in production: the file at `path`, unless there is an address."""
    engine = Postgres(address) if address else Sqlite(path)
    prepare(engine)
    database = Database(engine, reactions=Reactions(REACTIONS))
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


def ceiling(place: Place, source: Path, target: Path, batch: int) -> tuple[float, float]:
    """Messages per second and CPU microseconds per message of inserting the very rows that the action left.

    With `executemany`, or COPY, committed every `batch` messages.
    """
    if place.cluster:
        with place.cluster.administer(place.address.rpartition("/")[2]) as administering:
            return copy_ceiling(administering, batch)
    all_tables().create_all(create_engine(f"sqlite:///{target}"))
    connection = Sqlite(source).connect(write=False)
    rows = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in WRITTEN}
    connection.close()
    out = Sqlite(target).connect(write=True)
    count = len(rows["message"])
    cpu, start = time.process_time(), time.perf_counter()
    for parts in in_steps(rows, batch):
        out.execute("BEGIN IMMEDIATE")
        for name, part in parts:
            marks = ",".join("?" * len(part[0]))
            out.executemany(f"INSERT INTO {name} VALUES ({marks})", part)
        out.execute("COMMIT")
    took, cpu = time.perf_counter() - start, time.process_time() - cpu
    out.close()
    return count / took, cpu / count * 1e6


def copy_ceiling(connection: "psycopg.Connection[tuple[object, ...]]", batch: int) -> tuple[float, float]:
    """The same on PostgreSQL, into tables with the same columns and indexes."""
    rows: dict[str, list[Any]] = {}
    for name in WRITTEN:
        rows[name] = connection.execute(f"SELECT * FROM {name}").fetchall()
        connection.execute(f"CREATE TABLE ceiling_{name} (LIKE {name} INCLUDING ALL)")
    count = len(rows["message"])
    cpu, start = time.process_time(), time.perf_counter()
    for parts in in_steps(rows, batch):
        with connection.transaction():
            for name, part in parts:
                with connection.cursor().copy(f"COPY ceiling_{name} FROM STDIN") as copy:
                    for row in part:
                        copy.write_row(row)
    took, cpu = time.perf_counter() - start, time.process_time() - cpu
    for name in WRITTEN:
        connection.execute(f"DROP TABLE ceiling_{name}")
    return count / took, cpu / count * 1e6


def in_steps(rows: dict[str, list[Any]], batch: int) -> Iterator[list[tuple[str, list[Any]]]]:
    """The rows of each table, in as many even parts as there are commits of `batch` messages."""
    steps = max(1, len(rows["message"]) // batch)
    for step in range(steps):
        parts = [
            (name, all_rows[len(all_rows) * step // steps : len(all_rows) * (step + 1) // steps])
            for name, all_rows in rows.items()
        ]
        yield [(name, part) for name, part in parts if part]


async def measure(place: Place, options: argparse.Namespace) -> None:
    """Run the rounds on one engine, print the medians and record them."""
    rounds: list[dict[str, Any]] = []
    for number in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "lyhord.db"
            fresh = place._replace(address=place.cluster.create()) if place.cluster else place
            database = await open_database(path, fresh.address)
            workspace_id, inbox_id = new_id(), new_id()
            await run(database, workspace_id, workload(KNOWN, inbox_id, seed=-1), options.waiting)
            fresh.settle()
            result = await run(
                database, workspace_id, workload(options.messages, inbox_id, seed=number), options.waiting
            )
            await database.close()
            raw, raw_cpu = ceiling(fresh, path, Path(folder) / "ceiling.db", options.waiting)
            result |= {"ceiling": raw, "ceiling_cpu_us": raw_cpu, "ratio": result["rate"] / raw}
            result["cpu_ratio"] = raw_cpu / result["cpu_us"]
            rounds.append(result)
            print(place.engine, {name: round(value, 2) for name, value in result.items()})
    medians = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    for name, value in medians.items():
        print(f"{name:14} {value:12.2f}  (median of {len(rounds)})", flush=True)
    if options.traces:
        return
    figure, top = round(medians["rate"]), round(medians["ceiling"])
    ratio = round(medians["ratio"], 2)
    record(
        Row(
            "ingest action",
            place.engine,
            options.messages,
            figure,
            "messages/s",
            top,
            ratio,
            "at least 35 %",
            ratio >= 0.35,
        )
    )


async def main() -> None:
    """Both engines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=12_000)
    parser.add_argument("--waiting", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--traces", default="", help="record traces and send them there; results aren't kept")
    choose_engine(parser)
    options = parser.parse_args()
    with traced(Settings(tracing_endpoint=options.traces)):
        for place in each_place(options.engine):
            await measure(place, options)


if __name__ == "__main__":
    asyncio.run(main())
