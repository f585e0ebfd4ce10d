"""What is left to do after erasing: nothing may stay of a workspace in any table, and of words in any corner of a file."""

import asyncio

from lyhord.app.schema import all_tables
from lyhord.contacts.search import index as contact_index
from lyhord.conversations.search import message_index
from lyhord.kit.database import Database, Tx
from lyhord.kit.database.database import NOWHERE
from lyhord.kit.database.session import Session
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.database.wiping import wipe

AT_ONCE = 500


def clear_search(tx: Tx) -> int:
    """Remove some of the workspace from the search indexes; how many documents."""
    return sum(index.clear(tx, AT_ONCE) for index in (message_index, contact_index))


async def wipe_workspace(database: Database, workspace_id: str) -> int:
    """Remove every row of the workspace, whatever tables there are; how many. See `wipe`."""
    tables = all_tables().sorted_tables
    gone = await asyncio.to_thread(wipe, workspace_id, list(database.shards.values()), tables, clear_search)
    database.directory.forget(workspace_id)
    return gone


async def tidy_up(database: Database) -> None:
    """Let no erased word stand in pages that nobody reads any more. PostgreSQL's vacuum does so by itself."""
    for shard in database.shards.values():
        if isinstance(shard.engine, Sqlite):
            await asyncio.to_thread(_tidy_up, shard.engine)


def _tidy_up(engine: Sqlite) -> None:
    with Session(engine, NOWHERE) as session:
        for index in (message_index, contact_index):
            more = True
            while more:
                with session.transaction() as tx:
                    more = index.tidy(tx)
    engine.empty_log()
