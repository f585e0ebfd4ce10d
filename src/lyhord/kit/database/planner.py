"""Statistics for the planner of PostgreSQL while a company is filled: without them it read 2.5 to 3 times as much of some lists.

The server's own autovacuum looks once a minute. A table that has doubled since it was looked at, as in an import or a restore, isn't left
to wait so long.
"""

import asyncio
from collections.abc import Sequence

from sqlalchemy import text

from lyhord.kit.database.database import NOWHERE, Database
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.session import Session
from lyhord.kit.database.statement import Statement
from lyhord.kit.database.tx import ReadTx

LOOK_SECONDS = 10
FEW = 1_000
"""Changed rows below which a table's plans don't matter."""

_DOUBLED = Statement(
    text(
        "SELECT quote_ident(c.relname) FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid "
        "WHERE s.schemaname = current_schema() AND s.n_mod_since_analyze > CAST(:few AS bigint) "
        "AND s.n_mod_since_analyze * 2 > s.n_live_tup"
    )
)


async def look_at_growth(database: Database) -> None:
    """Take statistics of tables more than half of whose rows are new, in every database."""
    for shard in database.shards.values():
        if shard.engine.dialect == "postgresql" and (tables := await shard.read(NOWHERE, list_doubled)):
            await asyncio.to_thread(_analyze, shard.engine, tables)


def list_doubled(tx: ReadTx) -> list[str]:
    """The names of those tables, as they stand in statements."""
    return [row[0] for row in tx.all(_DOUBLED, few=FEW)]


def _analyze(engine: Engine, tables: Sequence[str]) -> None:
    with Session(engine, NOWHERE) as session:
        for table in tables:
            with session.transaction() as tx:
                tx.run(Statement(text(f"ANALYZE {table}")))
