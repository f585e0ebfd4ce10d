"""How the installation and each inbox are doing, for the settings page of administrators: facts, and message keys for the words."""

from pathlib import Path
from typing import Any, Literal

from litestar import get
from msgspec import Struct

from lyhord.conversations.traffic_store import Traffic, list_traffic
from lyhord.kit.bus import Bus
from lyhord.kit.clock import HOUR
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.database.database import NOWHERE
from lyhord.kit.database.size import read_size
from lyhord.kit.http import Principal, requires
from lyhord.kit.vitals import Vital, list_vitals
from lyhord.web.health import find_problems, find_troubles, free_share
from lyhord.web.metrics import ALIVE, Watch
from lyhord.workspaces.views import list_stored_inboxes

LATE = 3
"""A backup is late after so many times the hours between two."""
State = Literal["good", "quiet", "paused", "bad"]


class InboxHealth(Struct, kw_only=True):
    """One inbox. `problems` are message keys with a detail and the field at fault, or none; `advice` is the key of what to do.

    `held_until`: the channel's owner had too many calls, and nothing leaves before (Unix milliseconds); None: it may leave.
    """

    id: str
    channel: str
    name: str
    state: State
    problems: list[dict[str, str]]
    advice: str | None
    last_in: int | None
    last_out: int | None
    waiting: int
    waiting_since: int | None
    held_until: int | None


class WorkerHealth(Struct):
    """One worker process, and when it last gave a sign of life."""

    name: str
    seen_at: int
    alive: bool


class Backup(Struct, kw_only=True):
    """The newest backup. `error` is what the last attempt failed with."""

    wanted: bool
    made_at: int | None
    size: int | None
    late: bool
    error: str | None


class HealthReport(Struct, kw_only=True):
    """All of it. `problems` are message keys of what keeps this server from working. Sizes are bytes, times Unix milliseconds."""

    version: str
    engine: str
    now: int
    problems: list[str]
    inboxes: list[InboxHealth]
    workers: list[WorkerHealth]
    backup: Backup
    degraded: list[str]
    disk_free: float
    database_size: int


@get("/api/v1/health-report", guards=[requires("workspace.manage")], summary="How everything is doing")
async def get_health_report(
    principal: Principal, database: Database, folder: Path, bus: Bus, version: str, watch: Watch
) -> HealthReport:
    """Each inbox, the workers, the disk, the database and the backups."""
    problems = await find_problems(database, folder)
    inboxes = await database.read(principal.workspace_id, list_inbox_health)
    vitals, now = await database.read(NOWHERE, _read_installation)
    sizes = await database.read_reachable(read_size)
    workers = [_worker(one, now) for one in vitals if one.name.startswith("worker:")]
    if not any(worker.alive for worker in workers):
        problems.append("ready.worker")
    return HealthReport(
        version=version,
        engine=database.engine.dialect,
        now=now,
        problems=problems,
        inboxes=inboxes,
        workers=workers,
        backup=_backup(next((one for one in vitals if one.name == "backup"), None), watch, now),
        degraded=await find_troubles(database, bus),
        disk_free=free_share(folder),
        database_size=sum(sizes),
    )


def list_inbox_health(tx: ReadTx) -> list[InboxHealth]:
    """Every inbox of the workspace, those in trouble first."""
    traffic = list_traffic(tx)
    found = []
    for inbox in list_stored_inboxes(tx):
        here = traffic.get(inbox.id, Traffic())
        problems = _problems(inbox.health, here)
        state: State = "good" if here.last_in or here.last_out else "quiet"
        if problems:
            state = "bad"
        if inbox.paused_at is not None:
            state = "paused"
        found.append(
            InboxHealth(
                id=inbox.id,
                channel=inbox.channel,
                name=inbox.name,
                state=state,
                problems=problems,
                advice=_advice(inbox.health, problems, paused=inbox.paused_at is not None),
                last_in=here.last_in,
                last_out=here.last_out,
                waiting=here.waiting,
                waiting_since=here.waiting_since,
                held_until=inbox.held_until if (inbox.held_until or 0) > tx.now else None,
            )
        )
    return sorted(found, key=lambda one: one.state != "bad")


def _problems(health: dict[str, Any] | None, traffic: Traffic) -> list[dict[str, str]]:
    """What the account last said of itself, and why what waits hasn't left."""
    said = [dict(one) for one in (health or {}).get("problems", [])]
    return [*said, {"field": "", "key": traffic.error, "detail": ""}] if traffic.error else said


def _advice(health: dict[str, Any] | None, problems: list[dict[str, str]], *, paused: bool) -> str | None:
    if paused:
        return "health.resume"
    if not problems:
        return None
    return "health.wait" if health is None or health.get("ok") else "health.mend"


def _worker(vital: Vital, now: int) -> WorkerHealth:
    return WorkerHealth(vital.name.removeprefix("worker:"), vital.at, vital.at > now - ALIVE)


def _backup(vital: Vital | None, watch: Watch, now: int) -> Backup:
    said = vital.body if vital else {}
    made_at = said.get("made_at")
    late = watch.backup_hours > 0 and (made_at is None or now - made_at > LATE * watch.backup_hours * HOUR)
    return Backup(
        wanted=watch.backup_hours > 0, made_at=made_at, size=said.get("size"), late=late, error=said.get("error")
    )


def _read_installation(tx: ReadTx) -> tuple[list[Vital], int]:
    return list_vitals(tx), tx.now


routes: list[Any] = [get_health_report]
