"""Looks for themes once a day in every workspace: read a day at a time, parted in a process that ends, written in one go."""

import asyncio
import tempfile
from pathlib import Path

import msgspec
import structlog

from lyhord.hearing.themes import store
from lyhord.hearing.themes.actions import keep_themes
from lyhord.hearing.themes.clusters import Cluster, Task
from lyhord.hearing.themes.model import WEEKS, Found, Member
from lyhord.hearing.themes.reading import DAYS, Uncovered, read_day
from lyhord.kit.children import run_module
from lyhord.kit.clock import DAY
from lyhord.kit.database import Busy, Database, ReadTx, StorageFull

SECONDS = 3_600.0
"""Between two looks at whose day it is."""
LONGEST_SECONDS = 1_800
_log = structlog.get_logger()


async def look_for_themes(database: Database) -> int:
    """Look in every workspace where nobody did for a day; in how many."""
    done = 0
    for workspace_id in await database.list_workspaces(reachable=True):
        try:
            now = await database.read(workspace_id, _due)
            if now is not None:
                await look(database, workspace_id, now)
                done += 1
        except (Busy, StorageFull, RuntimeError, TimeoutError) as error:
            _log.warning("themes are looked for later", workspace_id=workspace_id, error=repr(error))
    return done


async def look(database: Database, workspace_id: str, now: int) -> None:
    """Find the themes of the four weeks before a moment, and keep them."""
    looked_at, said = [0] * WEEKS, list[Uncovered]()
    for day in range(DAYS):
        read = await database.read(workspace_id, read_day, day, now)
        looked_at[day // 7] += read.looked_at
        said += read.said
    found = await part(said)
    await database.write(workspace_id, keep_themes, found, looked_at, bulk=True)


async def part(said: list[Uncovered]) -> list[Found]:
    """What several of these are about, told by a process that ends: what it loads would stay in a server's memory."""
    if not said:
        return []
    task = Task(
        tuple(one.text for one in said),
        tuple(one.conversation_id for one in said),
        tuple(one.language for one in said),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "task"
        await asyncio.to_thread(path.write_bytes, msgspec.json.encode(task))
        parted = await run_module("lyhord.hearing.themes.clusters", str(path), seconds=LONGEST_SECONDS)
        clusters = msgspec.json.decode(parted, type=list[Cluster])
    return [found_of(one, said) for one in clusters]


def found_of(cluster: Cluster, said: list[Uncovered]) -> Found:
    """The messages behind the places of a cluster."""
    shown = {place: number for number, place in enumerate(cluster.medoids)}
    members = [
        Member(said[at].message_id, said[at].conversation_id, said[at].week, shown.get(at)) for at in cluster.places
    ]
    return Found(cluster.words, tuple(sorted(members, key=lambda one: one.message_id)))


def _due(tx: ReadTx) -> int | None:
    looked_at = tx.value(store.find_round)
    return tx.now if looked_at is None or looked_at <= tx.now - DAY else None
