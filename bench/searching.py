"""Search over all messages, as people type: two words, the last one unfinished, the newest first, through the whole view.

The ceiling on SQLite is FTS5's own look-up of the same words. On PostgreSQL it is the better of two indexes over plain text vectors of
the same messages, GIN and RUM, up to a million messages: building both for more takes longer than the rest of the run.
"""

import random
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from typing import Any

import psycopg

from bench.company import WORKSPACE, Company
from bench.loading import INDEXES, copy_rows
from bench.reading import TURNS, Plain, servers
from bench.record import Row
from bench.timing import Clock, Reader, at, measure, rows
from bench.words import HALF, MARK, SHARES
from lyhord.conversations.search import search
from lyhord.kit.database.shard import Shard
from lyhord.kit.search import Query, parse_query
from lyhord.workspaces.reach import EVERYTHING

QUERIES, MOST = 40, 30
P95 = {"sqlite": 50.0, "postgresql": 200.0}
LARGEST_RAW = 1_000_000
INDEX = {"gin": "gin (words)", "rum": "rum (words rum_tsvector_addon_ops, at) WITH (attach = 'at', to = 'words')"}
FIRST_MADE = "gin"
LOOK_UP = {
    "fts5": (
        f"SELECT ref FROM {INDEXES['message']} f JOIN {INDEXES['message']}_place p ON p.place = f.rowid "
        f"WHERE words MATCH :query ORDER BY f.rowid DESC LIMIT {MOST + 1}"
    ),
    "gin": f"SELECT ref FROM bench_gin WHERE words @@ CAST(:query AS tsquery) ORDER BY at DESC LIMIT {MOST + 1}",
    "rum": (
        "SELECT ref FROM bench_rum WHERE words @@ CAST(:query AS tsquery) "
        f"ORDER BY at <=| CAST(9000000000000 AS bigint) LIMIT {MOST + 1}"
    ),
}


def queries(company: Company) -> dict[str, list[str]]:
    """What is typed, by kind."""
    dice = random.Random(7)
    spaced = {name: one for name, one in company.writer.languages.items() if not one.unspaced}
    ranks = {name: {word: rank for rank, word in enumerate(one.words)} for name, one in spaced.items()}

    def said(*, unspaced: bool) -> tuple[str, str]:
        """The language and the text of any message."""
        while True:
            number = dice.randrange(company.messages)
            name = SHARES[number % len(SHARES)]
            if (name not in spaced) == unspaced:
                return name, company.say(number).text

    def mixed() -> str:
        """The most frequent word of a message and the one in its middle, which any word may be."""
        name, text = said(unspaced=False)
        words = text.split()
        return f"{min(words[:HALF], key=ranks[name].__getitem__)} {words[HALF]}"

    def common() -> str:
        words = dice.choice(list(spaced.values())).words
        return f"{dice.choice(words[5:50])} {dice.choice(words[5:50])}"

    def signs() -> str:
        _, text = said(unspaced=True)
        return f"{text[1:3]} {text[4:6]}"

    kinds = {"a common and a rare word": mixed, "two common words": common, "two Chinese words": signs}
    return {kind: [make() for _ in range(QUERIES)] for kind, make in kinds.items()}


def read(shard: Shard, company: Company, admin: str | None) -> Iterator[Row]:
    """Measure every kind of query in one filled database; `admin` is a superuser's address, on PostgreSQL."""
    engine = shard.engine
    if admin and company.messages <= LARGEST_RAW:
        yield from build(company, admin)
    with closing(engine.connect(write=False)) as connection:
        plain = Plain(connection, engine.dialect)
        clock = Clock(*servers(shard, plain))
        ways = raw_ways(plain, company, admin)
        for kind, typed in queries(company).items():

            def product(text: str) -> Any:
                return shard.read_now(WORKSPACE, lambda tx: search(tx, EVERYTHING, text, most=MOST))

            found = sum(len(product(text).messages) for text in typed)
            assert found, f"{kind}: nothing found in {company.messages:,} messages"
            timed = {name: measure(clock, product, way, typed, TURNS // 2) for name, way in ways.items()}
            best = min(timed, key=lambda name: at(timed[name].ceiling, 0.5), default=None)
            shown = timed[best] if best else measure(clock, product, None, typed, TURNS // 2)
            path = f"search, {kind}"
            yield from rows(path, engine.dialect, company.messages, shown, ratio=None, p95=P95[engine.dialect])
            for name, one in timed.items():
                figure = at(one.ceiling, 0.95)
                yield plain_row(f"{path}, plain {name}", engine.dialect, company.messages, figure, "ms, p95")


def raw_ways(plain: Plain, company: Company, admin: str | None) -> dict[str, Reader]:
    """The engine's own look-ups."""
    if admin is None:
        return {"fts5": lambda text: plain.all(LOOK_UP["fts5"], {"query": fts5_query(parse_query(text))})}
    if company.messages > LARGEST_RAW:
        return {}
    return {name: partial(_look_up, plain, LOOK_UP[name]) for name in INDEX}


def _look_up(plain: Plain, sql: str, text: str) -> Any:
    return plain.all(sql, {"query": ts_query(parse_query(text))})


def build(company: Company, admin: str) -> Iterator[Row]:
    """Make the plain tables on PostgreSQL where they are missing, and say what their indexes take."""
    with psycopg.connect(admin, autocommit=True) as out:
        out.execute("SET maintenance_work_mem = '1GB'")
        out.execute("CREATE EXTENSION IF NOT EXISTS rum")
        for name, index in INDEX.items():
            table = f"bench_{name}"
            if out.execute("SELECT to_regclass(%s)", [f"{table}_words"]).fetchall()[0][0] is None:
                took = _make(out, company, name, index)
                yield plain_row(f"search index, plain {name}", "postgresql", company.messages, took, "s to build")
            size = out.execute("SELECT pg_relation_size(%s)", [f"{table}_words"]).fetchall()[0][0]
            figure = round(size / 1e6, 1)
            yield plain_row(f"search index, plain {name}", "postgresql", company.messages, figure, "MB")


def _make(out: "psycopg.Connection[tuple[Any, ...]]", company: Company, name: str, index: str) -> float:
    """Seconds that the index took."""
    table = f"bench_{name}"
    out.execute(f"DROP TABLE IF EXISTS {table}")
    out.execute(f"CREATE TABLE {table} (at bigint, ref text, words tsvector)")
    if name == FIRST_MADE:
        documents = ((at, ref, said.vector.replace(MARK, "")) for ref, at, said in company.message_documents())
        copy_rows(out, table, documents)
    else:
        out.execute(f"INSERT INTO {table} SELECT * FROM bench_{FIRST_MADE}")
    out.execute(f"CREATE INDEX ON {table} (at)")
    started = time.perf_counter()
    out.execute(f"CREATE INDEX {table}_words ON {table} USING {index}")
    took = round(time.perf_counter() - started, 1)
    out.execute(f"GRANT SELECT ON {table} TO lyhord")
    out.execute(f"VACUUM ANALYZE {table}")
    return took


def plain_row(path: str, engine: str, size: int, figure: float, unit: str) -> Row:
    """A figure without a target."""
    return Row(path, engine, size, figure, unit, None, None, None, None)


def fts5_query(query: Query) -> str:
    """A query in FTS5's words."""
    return " AND ".join(f'"{" ".join(one.words)}"{"*" if one.open else ""}' for one in query.phrases)


def ts_query(query: Query) -> str:
    """The same in PostgreSQL's."""
    return " & ".join(f"({' <-> '.join(map(repr, one.words))}{':*' if one.open else ''})" for one in query.phrases)
