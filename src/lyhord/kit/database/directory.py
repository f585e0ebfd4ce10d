"""The directory: which of several databases has which workspace. It lies in the first of them, the home (decision 11).

Every workspace's row of `log` in each database has the last word: the directory only makes finding it quick.
"""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Column, Table, Text, bindparam, select

from lyhord.kit.database.columns import Id, metadata
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.log import list_known, lock_log, mark_log, read_whereabouts
from lyhord.kit.database.session import Session
from lyhord.kit.database.shard import Shard
from lyhord.kit.database.statement import Insert, Statement
from lyhord.kit.database.tx import ReadTx
from lyhord.kit.ids import LOWEST_ID, new_id
from lyhord.kit.storing import Busy, Elsewhere

HOME = "home"
"""The name of the database of the setting `database`."""
ARRIVING = ""
"""Stands in `log.elsewhere` of the database that a workspace is being copied to."""

directory = Table(
    "directory",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("database", Text, nullable=False),
    Column("move", Id, nullable=False, comment="that brought it there, or put it there when it was new"),
)

_find = Statement(select(directory.c.database).where(directory.c.workspace_id == bindparam("workspace_id")))


def _upsert(insert: Insert) -> object:
    values = insert(directory).values({column.name: bindparam(column.name) for column in directory.columns})
    changes = {name: values.excluded[name] for name in ("database", "move")}
    return values.on_conflict_do_update(
        index_elements=["workspace_id"], set_=changes, where=directory.c.move < values.excluded.move
    )


_write = Statement(_upsert)  # type: ignore[arg-type]


class Whereabouts(NamedTuple):
    """What a database says of a workspace: it is here, or it is `elsewhere`, or arriving; and by which move."""

    elsewhere: str | None
    move: str | None


class Found(NamedTuple):
    """The database of a workspace. `new`: none has it yet, and this is where it is to be."""

    shard: Shard
    new: bool


class Directory:
    """Finds workspaces among the databases, and finishes the moves of those who died at it."""

    def __init__(self, shards: Mapping[str, Shard]) -> None:
        self._shards = shards
        self._home = shards[HOME]
        self._known: dict[str, Shard] = {}

    def recall(self, workspace_id: str) -> Found | None:
        """Where it was found last; it may have been moved since, which the database there will say."""
        shard = self._known.get(workspace_id)
        return Found(shard, new=False) if shard else None

    def forget(self, workspace_id: str) -> None:
        """It isn't there any more."""
        self._known.pop(workspace_id, None)

    async def find(self, workspace_id: str) -> Found:
        """Ask the directory, then the database that it names, then all. Raises `Busy` where the one that may have it is away, and
        `Elsewhere` where it was changing its place at this moment: ask again.
        """
        name = await self._home.read(workspace_id, lambda tx: tx.value(_find)) or HOME
        if name not in self._shards:
            raise Busy(f"The workspace is in the database {name}, which the setting databases doesn't name.")
        first = self._shards[name]
        said = await first.read(workspace_id, read_whereabouts_of)
        if said is None or said.elsewhere is not None:
            return await self._find_anywhere(workspace_id, first)
        self._known[workspace_id] = first
        return Found(first, new=False)

    async def _find_anywhere(self, workspace_id: str, named: Shard) -> Found:
        said: dict[str, Whereabouts] = {}
        away = False
        for shard in self._shards.values():
            try:
                whereabouts = await shard.read(workspace_id, read_whereabouts_of)
            except Busy:
                away = True
            else:
                said.update({shard.name: whereabouts} if whereabouts else {})
        here = [name for name, one in said.items() if one.elsewhere is None]
        if here:  # two only after one of them was restored from before a move: the later move counts
            shard = self._shards[max(here, key=lambda name: said[name].move or "")]
            self._known[workspace_id] = shard
            return Found(shard, new=False)
        if said and not away:
            await self._finish_move(workspace_id, said)
            raise Elsewhere(workspace_id)
        if away:
            raise Busy("A database is away, and the workspace is in none of the others.")
        return Found(named, new=True)

    async def _finish_move(self, workspace_id: str, said: Mapping[str, Whereabouts]) -> None:
        """Where one database has given the workspace away and the other hasn't taken it yet, let it take it."""
        for one in said.values():
            if _is_under_way(one, said):
                await asyncio.to_thread(self.take, workspace_id, str(one.elsewhere), str(one.move))

    def take(self, workspace_id: str, name: str, move: str) -> None:
        """The second half of a move, after the giving away was committed; the same when it is done twice, or too late."""
        with Session(self._shards[name].engine, workspace_id) as session, session.transaction() as tx:
            head = tx.one(lock_log)
            if head is not None and Whereabouts(*head[2:4]) == Whereabouts(ARRIVING, move):
                tx.run(mark_log, elsewhere=None, move=move)
        self.note(workspace_id, name, move)

    def note(self, workspace_id: str, name: str, move: str) -> None:
        """Write into the directory where a workspace is since this move, unless a later one stands there."""
        with Session(self._home.engine, workspace_id) as session, session.transaction() as tx:
            tx.run(_write, database=name, move=move)

    async def place(self, workspace_id: str) -> str:
        """Choose the database for a new workspace, the one with the fewest; its name."""
        counts = {shard.name: await shard.read(LOWEST_ID, _count_here) for shard in self._shards.values()}
        name = min(counts, key=lambda one: counts[one])
        await asyncio.to_thread(self.note, workspace_id, name, new_id())
        return name


def read_whereabouts_of(tx: ReadTx) -> Whereabouts | None:
    """What this database says of the transaction's workspace; None when it never had it."""
    row = tx.one(read_whereabouts)
    return Whereabouts(*row) if row else None


def settle_doubles(engines: Mapping[str, Engine]) -> list[str]:
    """After one of several databases came back as it was earlier: a workspace that two have is where the later move brought it.

    Nobody may use them meanwhile. Returns the workspaces that none has any more.
    """
    said: dict[str, dict[str, Whereabouts]] = {}
    for name, engine in engines.items():
        with Session(engine, LOWEST_ID) as session, session.transaction(write=False) as tx:
            for workspace_id, *whereabouts in tx.all(list_known):
                said.setdefault(workspace_id, {})[name] = Whereabouts(*whereabouts)
    lost = []
    for workspace_id, places in said.items():
        here = sorted((one.move or "", name) for name, one in places.items() if one.elsewhere is None)
        if not here and not any(_is_under_way(one, places) for one in places.values()):
            lost.append(workspace_id)
        for _, name in here[:-1]:
            if workspace_id != LOWEST_ID:
                with Session(engines[name], workspace_id) as session, session.transaction() as tx:
                    tx.run(mark_log, elsewhere=here[-1][1], move=places[name].move)
    return lost


def _is_under_way(one: Whereabouts, places: Mapping[str, Whereabouts]) -> bool:
    """Whether this is the place that gave a workspace away which the other hasn't taken yet."""
    return bool(one.elsewhere and one.move) and places.get(one.elsewhere or "") == Whereabouts(ARRIVING, one.move)


def _count_here(tx: ReadTx) -> int:
    return sum(row[1] is None for row in tx.all(list_known))
