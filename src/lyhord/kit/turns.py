"""Whose turn it is: of several processes on one database, one does a thing. A turn ends unless it is taken again in time.

Times are the database's, so that machines whose clocks differ agree.
"""

from collections.abc import Collection
from uuid import uuid4

from sqlalchemy import Column, String, Table, Text, bindparam, delete, select

from lyhord.kit.clock import SECOND
from lyhord.kit.database import Database, Id, Millis, Statement, Tx, metadata, upsert, values_in
from lyhord.kit.database.database import NOWHERE

turn = Table(
    "turn",
    metadata,
    Column("workspace_id", Id, primary_key=True, comment="that of what looks across workspaces"),
    Column("name", String(120), primary_key=True, comment="timer:sign-in"),
    Column("holder", Text, nullable=False, comment="a process"),
    Column("until", Millis, nullable=False),
    sqlite_with_rowid=False,
)

_find = Statement(
    select(turn.c.name, turn.c.holder, turn.c.until).where(
        turn.c.workspace_id == bindparam("workspace_id"), values_in(turn.c.name, "names")
    )
)
_take = upsert(turn, key=["workspace_id", "name"], update=["holder", "until"])
_give_back = Statement(
    delete(turn).where(
        turn.c.workspace_id == bindparam("workspace_id"),
        turn.c.holder == bindparam("holder"),
        values_in(turn.c.name, "names"),
    )
)


class Turns:
    """The turns of one process, in a database that others use too."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._holder = uuid4().hex

    async def take(self, names: Collection[str], seconds: float) -> frozenset[str]:
        """Take those of `names` that are ours already, free or over, for `seconds` from now; which they are."""
        if not names:
            return frozenset()
        return await self._database.write(NOWHERE, take_turns, self._holder, names, int(seconds * SECOND))

    async def give_back(self, names: Collection[str]) -> None:
        """Let others have them at once; those that aren't ours are left alone."""
        if names:
            await self._database.write(NOWHERE, give_back_turns, self._holder, names)


def take_turns(tx: Tx, holder: str, names: Collection[str], lasts: int) -> frozenset[str]:
    """See `Turns.take`. Writers of one workspace go one after another, so that nobody comes between reading and writing."""
    taken = {row[0] for row in tx.all(_find, names=list(names)) if row[1] != holder and row[2] > tx.now}
    mine = frozenset(names) - taken
    tx.run_many(_take, [{"name": name, "holder": holder, "until": tx.now + lasts} for name in sorted(mine)])
    return mine


def give_back_turns(tx: Tx, holder: str, names: Collection[str]) -> None:
    """See `Turns.give_back`."""
    tx.run(_give_back, holder=holder, names=list(names))
