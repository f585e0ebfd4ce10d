"""`GET /metrics`: numbers for a monitoring system. Never public by accident: with a token, or on this machine where no proxy is."""

import hmac
import ipaddress
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from msgspec import Struct

from lyhord.conversations.sending import list_waiting
from lyhord.kit.clock import MINUTE, SECOND
from lyhord.kit.cursors import list_distances
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import Network
from lyhord.kit.jobs import REACTION
from lyhord.kit.leases import count_due, find_oldest
from lyhord.kit.measures import measured
from lyhord.kit.problems import NotFound, NotSignedIn
from lyhord.kit.vitals import list_vitals
from lyhord.web.health import free_share

ALIVE = 2 * MINUTE
"""A worker that has given no sign for so long counts as gone."""
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
_AnyRequest = Request[Any, Any, Any]


class Watch:
    """Who may read the metrics, and how many hours lie between two backups; 0: none are wanted."""

    def __init__(self, token: str = "", network: Network | None = None, backup_hours: int = 0) -> None:
        self.token = token
        self.network = network or Network()
        self.backup_hours = backup_hours


class Reading(Struct, frozen=True):
    """What the database says of all workspaces together. Times are Unix milliseconds."""

    now: int
    oldest_repeat: int | None
    outbox: list[tuple[str, int, int]]
    due: int
    due_since: int | None
    followers: list[tuple[str, int]]
    workers: int
    backup_at: int | None


@get("/metrics", tags=["operation"], security=[])
async def get_metrics(request: _AnyRequest, watch: Watch, database: Database, folder: Path) -> Response[bytes]:
    """Prometheus' text format, with `Authorization: Bearer` and the setting `metrics_token`."""
    check_watcher(request, watch)
    return Response(await make_page(database, folder), media_type=CONTENT_TYPE)


def check_watcher(request: _AnyRequest, watch: Watch) -> None:
    """Let in who has the token; without one only a program on this machine, and only where nothing hints at a proxy.

    A proxy on this machine calls from loopback on behalf of the whole world, so its mere possibility closes the page.
    """
    if watch.token:
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(text.strip().encode(), watch.token.encode()):
            raise NotSignedIn("Send the token as: Authorization: Bearer <token>.")
        return
    peer = request.client.host if request.client else ""
    hinted = watch.network.trusted_proxies or any(name in request.headers for name in _FORWARDED)
    named = request.url.hostname or ""
    public = watch.network.base_address and not _is_local(watch.network.base_address.split("//")[-1].split(":")[0])
    if hinted or public or not _is_local(peer) or not _is_local(named):
        raise NotFound("There is nothing here.")


async def make_page(database: Database, folder: Path) -> bytes:
    """The page. While the database is away it says that, and what this process counted."""
    from lyhord.web.exposition import Standing, expose  # noqa: PLC0415 - only a server that is scraped loads it

    try:
        reading = _together(await database.read_reachable(read_standing))
    except Exception:  # noqa: BLE001 - whoever watches reads it in `database_up`
        reading = None
    now = reading.now if reading else 0
    standing = Standing(
        inbound_lag=_age(now, reading.oldest_repeat) if reading else 0.0,
        outbox=[(channel, _age(now, since), count) for channel, since, count in reading.outbox] if reading else [],
        jobs_due=reading.due if reading else 0,
        jobs_oldest=_age(now, reading.due_since) if reading else 0.0,
        followers=reading.followers if reading else [],
        writer_queue=database.waiting,
        writer_load=database.load,
        disk_free=free_share(folder),
        workers=reading.workers if reading else 0,
        backup_age=_age(now, reading.backup_at) if reading and reading.backup_at else None,
        database_answers=reading is not None,
    )
    return expose(measured, standing)


def read_standing(tx: ReadTx) -> Reading:
    """Of one database. Looks across workspaces."""
    due, since = count_due(tx)
    vitals = list_vitals(tx)
    return Reading(
        now=tx.now,
        oldest_repeat=find_oldest(tx, REACTION),
        outbox=list_waiting(tx),
        due=due,
        due_since=since,
        followers=list_distances(tx),
        workers=sum(one.name.startswith("worker:") and one.at > tx.now - ALIVE for one in vitals),
        backup_at=next((one.body.get("made_at") for one in vitals if one.name == "backup"), None),
    )


def _together(each: Sequence[Reading]) -> Reading:
    """What several databases say, as if they were one."""
    outbox: dict[str, tuple[int, int]] = {}
    followers: dict[str, int] = {}
    for one in each:
        for channel, since, count in one.outbox:
            before = outbox.get(channel, (since, 0))
            outbox[channel] = (min(since, before[0]), count + before[1])
        for name, distance in one.followers:
            followers[name] = max(distance, followers.get(name, 0))
    return Reading(
        now=max(one.now for one in each),
        oldest_repeat=min(filter(None, (one.oldest_repeat for one in each)), default=None),
        outbox=[(channel, since, count) for channel, (since, count) in outbox.items()],
        due=sum(one.due for one in each),
        due_since=min(filter(None, (one.due_since for one in each)), default=None),
        followers=list(followers.items()),
        workers=sum(one.workers for one in each),
        backup_at=next((one.backup_at for one in each if one.backup_at), None),
    )


def _age(now: int, since: int | None) -> float:
    return max(now - since, 0) / SECOND if since else 0.0


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


routes: list[Any] = [get_metrics]
