"""Puts a company's rows into a fresh database of either engine, as fast as it takes them: indexes are made when all rows are there.

    python -m bench.loading --messages 1000000 FILE-OR-ADDRESS

For PostgreSQL the address is a superuser's, since loading passes by the row-level security.
"""

import argparse
import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg

from bench.company import WORKSPACE, Company, Row
from bench.words import MARK, Said
from lyhord.app.schema import prepare
from lyhord.conversations.search import FOLLOWER
from lyhord.kit.database import Database
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.postgres import Postgres
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.search import fts5, tsvector
from lyhord.kit.search.document import FORMAT

INDEXES = {kind: f"search{FORMAT}_{kind}" for kind in ("message", "contact")}
FIRST_NUMBER = 1
"""That of the only workspace in the index."""


def load_sqlite(path: Path, company: Company) -> None:
    """Fill a file that doesn't exist yet."""
    asyncio.run(_make(Sqlite(path)))
    with closing(Sqlite(path).connect(write=True)) as out:
        for pragma in ("journal_mode = DELETE", "journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
            out.execute(f"PRAGMA {pragma}")
        made = (
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND name NOT LIKE 'ix_agent%'"
        )
        later = out.execute(made).fetchall()
        for name, _ in later:
            out.execute(f"DROP INDEX {name}")
        out.execute("BEGIN")
        for table, rows in company.rows().items():
            _insert(out, table, rows)
        for _, sql in later:
            out.execute(sql)
        out.execute("COMMIT")
        out.execute("BEGIN")
        for kind, table in INDEXES.items():
            out.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('hashsize', 33554432)")
            documents = getattr(company, f"{kind}_documents")
            _insert(out, f"{table}_place", ((_place(at), WORKSPACE, ref) for ref, at, _ in documents()))
            words = ((_place(at), said.words) for _, at, said in documents())
            started = time.perf_counter()
            out.executemany(f"INSERT INTO {table} (rowid, words) VALUES (?, ?)", words)
            _tell(table, started)
            out.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('hashsize', 1048576)")
        out.execute("COMMIT")
        out.execute("PRAGMA journal_mode = WAL")


def _insert(out: sqlite3.Connection, table: str, rows: Iterator[Row]) -> None:
    started = time.perf_counter()
    columns = len(out.execute(f"PRAGMA table_info({table})").fetchall())
    out.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})", rows)
    _tell(table, started)


def _place(at: int) -> int:
    return fts5.first_place(FIRST_NUMBER, at)


async def _make(engine: Engine) -> None:
    """All tables, those of search too."""
    prepare(engine)
    database = Database(engine)
    await database.open()
    await database.write(WORKSPACE, FOLLOWER.handle, [])
    await database.close()


def load_postgres(address: str, company: Company) -> None:
    """Fill an empty database that belongs to the role `lyhord`; `address` is the superuser's."""
    asyncio.run(_make(Postgres(address.replace("postgres@", "lyhord@"))))
    with psycopg.connect(address, autocommit=True) as out:
        out.execute("SET maintenance_work_mem = '1GB'")
        tables = company.rows()
        later = _unindex(out, [*tables, *INDEXES.values()])
        for table, rows in tables.items():
            copy_rows(out, table, rows)
        for kind, table in INDEXES.items():
            documents = getattr(company, f"{kind}_documents")()
            copy_rows(out, table, _vectors(documents))
        for statement in later:
            started = time.perf_counter()
            out.execute(statement)
            _tell(statement[:70], started)
        started = time.perf_counter()
        out.execute("VACUUM ANALYZE")
        _tell("vacuum", started)


def _vectors(documents: Iterator[tuple[str, int, Said]]) -> Iterator[Row]:
    for ref, at, said in documents:
        yield WORKSPACE, at, 0, ref, said.vector.replace(MARK, tsvector.prefix(FIRST_NUMBER, at))


def copy_rows(out: "psycopg.Connection[Row]", table: str, rows: Iterator[Row]) -> None:
    """Put rows into a table, in place of those that are there."""
    started = time.perf_counter()
    with out.transaction(), out.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")
        with cursor.copy(f"COPY {table} FROM STDIN (FREEZE)") as copy:
            for row in rows:
                copy.write_row(row)
    _tell(table, started)


def _unindex(out: "psycopg.Connection[Row]", tables: list[str]) -> list[str]:
    """Remove these tables' indexes; the statements that make them again."""
    constraints = out.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype IN ('p', 'u') AND conrelid::regclass::text = ANY(%s)",
        [tables],
    ).fetchall()
    for table, name, _ in constraints:
        out.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    indexes = out.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid::regclass::text = ANY(%s)",
        [tables],
    ).fetchall()
    for name, _ in indexes:
        out.execute(f"DROP INDEX {name}")
    keys = [f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for table, name, definition in constraints]
    return keys + [definition for _, definition in indexes]


def _tell(what: str, started: float) -> None:
    print(f"    {what}: {time.perf_counter() - started:.1f} s", flush=True)


def main() -> None:
    """Fill, and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, required=True)
    parser.add_argument("target")
    options = parser.parse_args()
    started = time.perf_counter()
    company = Company(options.messages)
    if "://" in options.target:
        load_postgres(options.target, company)
    else:
        load_sqlite(Path(options.target), company)
    print(f"{options.messages:,} messages in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
