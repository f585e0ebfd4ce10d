"""What is left to do when a workspace ends: nothing of it may stay in any table of any database."""

import asyncio

from lyhord.app.schema import all_tables
from lyhord.contacts.search import index as contact_index
from lyhord.conversations.search import message_index
from lyhord.kit.database import Database, Tx
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
