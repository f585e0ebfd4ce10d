"""Whether this process lives, and whether it can do its work: for supervisors, load balancers and the operator's page."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

from litestar import Response, get
from msgspec import Struct

from lyhord.kit.bus import Bus
from lyhord.kit.database import Database, ReadTx, StorageFull, Tx
from lyhord.kit.database.database import NOWHERE
from lyhord.kit.database.log import advance_log

FULLEST_QUEUE = 0.8
LEAST_FREE_DISK = 0.05
PATIENCE_SECONDS = 2.0


class Health(Struct):
    """Alive, and which version."""

    version: str
    alive: bool = True


class Readiness(Struct):
    """`ready` and why not: message keys in `problems`. What is only slower than it should be stands in `degraded`."""

    ready: bool
    problems: list[str]
    degraded: list[str]


@get(["/health", "/api/v1/health"], tags=["operation"], security=[])
async def get_health(version: str) -> Health:
    """Answers as long as the event loop turns."""
    return Health(version)


@get(["/ready", "/api/v1/ready"], tags=["operation"], security=[])
async def get_readiness(database: Database, bus: Bus, folder: Path) -> Response[Readiness]:
    """200 when a transaction can be written and room is left, else 503."""
    problems = await find_problems(database, folder)
    degraded = await find_troubles(database, bus)
    return Response(Readiness(not problems, problems, degraded), status_code=503 if problems else 200)


async def find_problems(database: Database, folder: Path) -> list[str]:
    """What keeps this process from working, as message keys; empty when nothing does."""
    problems = []
    if database.load > FULLEST_QUEUE:
        problems.append("ready.queue")
    if free_share(folder) < LEAST_FREE_DISK:
        problems.append("ready.disk")
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await database.write(NOWHERE, _touch)
            await database.read(NOWHERE, ReadTx.need_room)
    except StorageFull:
        problems.append("ready.storage")
    except Exception:  # noqa: BLE001 - whoever asked hears that the database can't be written
        problems.append("ready.database")
    return problems


async def find_troubles(database: Database, bus: Bus) -> list[str]:
    """What works worse than it should, as message keys: others would do no better, so this is no reason to send nobody here."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            away = bool(await database.list_away())
    except TimeoutError:
        away = True
    return [*bus.list_troubles(), *(["ready.databases"] if away else [])]


def _touch(tx: Tx) -> None:
    """Change nothing, but have it written."""
    tx.run(advance_log, last_seq=tx.last_seq, last_id=None)


def free_share(folder: Path) -> float:
    """Which share of the disk of the data folder is free; 0 when the folder can't be reached."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return 0.0
    return usage.free / usage.total


routes: list[Any] = [get_health, get_readiness]
