"""How what people do grows with a company: inbox lists, conversations, contacts, search and replies, on both engines.

    python -m bench.growth [--large] [--engine sqlite] [--only search] [--kept FOLDER] [--server PORT]

Fills a company of 10,000, 100,000 and a million messages (`--large`: ten million too), measures, records the rows and draws the curves.
With `--kept` the SQLite files stay in a folder, with `--server` the databases on a PostgreSQL server on that port of this machine, and
the next run finds them filled.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench import drawing, reading, searching, writing
from bench.company import LARGE, SIZES, Company
from bench.loading import load_postgres, load_sqlite
from bench.record import Row, record
from lyhord.kit.clock import system_clock
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.postgres import Postgres
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.shard import Means, Shard
from lyhord.kit.database.sqlite import Sqlite
from lyhord.tickets.wiring import REACTIONS
from tests.counterparts.postgres import ROLE, Cluster

SETTINGS = (
    "shared_buffers=1GB",
    "effective_cache_size=8GB",
    "work_mem=16MB",
    "maintenance_work_mem=1GB",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=8GB",
)
Open = Callable[[Company], tuple[Engine, str | None]]
"""Gives the engine of a filled database, and a superuser's address where there is one."""


@contextmanager
def opened(engine: str, kept: Path | None, port: int | None) -> Iterator[Open]:
    """Somewhere to fill databases of an engine; what isn't kept is gone afterwards."""
    if engine == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield lambda company: (_file(kept or Path(folder), company), None)
    elif port:
        yield lambda company: _database(port, company)
    else:
        with Cluster(more=SETTINGS) as cluster:
            yield lambda company: _database(cluster.port, company)


def _file(folder: Path, company: Company) -> Engine:
    path = folder / f"{company.messages}.db"
    if not path.exists():
        unfinished = path.with_suffix(".part")
        load_sqlite(unfinished, company)
        unfinished.rename(path)
    return Sqlite(path)


def _database(port: int, company: Company) -> tuple[Engine, str]:
    name = f"lyhord_{company.messages}"
    server = f"postgresql://postgres@127.0.0.1:{port}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchall():
            admin.execute(f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE template0")
            load_postgres(f"{server}/{name}", company)
    return Postgres(f"postgresql://{ROLE}@127.0.0.1:{port}/{name}"), f"{server}/{name}"


async def run(engine: Engine, admin: str | None, company: Company, only: str) -> list[Row]:
    """Measure one database; the rows, which are printed as they come."""
    shard = Shard("home", engine, Means(system_clock, Reactions(REACTIONS), lambda *_: None, readers=1))
    shard.open()
    found: list[Row] = []
    try:
        for part in (reading, searching):
            if only in part.__name__:
                found += [_told(row) for row in part.read(shard, company, admin)]
        if only in writing.__name__:
            found += [_told(row) async for row in writing.write(shard, company)]
    finally:
        await shard.close()
    return found


def _told(row: Row) -> Row:
    print(f"  {row.path:44} {row.figure:9.3f} {row.unit:20} {_beside(row)}", flush=True)
    return row


def _beside(row: Row) -> str:
    ratio = f"{row.ratio:6.2f} times {row.ceiling:.3f}" if row.ratio else ""
    return f"{ratio:28} {row.target or '':18} {'' if row.met is None else 'met' if row.met else 'MISSED'}"


def main() -> None:
    """Fill, measure, record, draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true", help="ten million messages too")
    parser.add_argument("--size", type=int, action="append", help="these sizes instead")
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--only", choices=["reading", "searching", "writing"], default="")
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--server", type=int)
    options = parser.parse_args()
    for engine in options.engine or ("sqlite", "postgresql"):
        with opened(engine, options.kept, options.server) as fill:
            for size in options.size or (*SIZES, *([LARGE] if options.large else [])):
                print(f"{engine}, {size:,} messages", flush=True)
                company = Company(size)
                record(*asyncio.run(run(*fill(company), company, options.only)))
    drawing.draw()


if __name__ == "__main__":
    main()
