"""The worker: followers, jobs, sending, doors and timers as one thing that starts and stops."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from msgspec import Struct

from lyhord.conversations.actions import calls, fetch, vanish
from lyhord.conversations.deliveries import sweep_early_statuses
from lyhord.conversations.jobs import PATIENCE, TO_THE_END, make_fetch, stop_ringing_call, vanish_due
from lyhord.conversations.naming import model as naming
from lyhord.conversations.naming.jobs import PATIENCE as NAMING_PATIENCE
from lyhord.conversations.naming.jobs import make_namer
from lyhord.conversations.peers import model as peers
from lyhord.conversations.peers.jobs import PATIENCE as PROBING_PATIENCE
from lyhord.conversations.peers.jobs import make_prober
from lyhord.conversations.retention import referenced_files
from lyhord.conversations.templates import actions as templates
from lyhord.conversations.templates import jobs as template_jobs
from lyhord.conversations.timers import model as timers
from lyhord.conversations.timers.jobs import PATIENCE as ASKING_PATIENCE
from lyhord.conversations.timers.jobs import make_timer_asker
from lyhord.hearing.reasons.files import referenced_models
from lyhord.kit.bus import Bus, Committed
from lyhord.kit.clock import DAY, HOUR, SECOND
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.database.planner import LOOK_SECONDS, look_at_growth
from lyhord.kit.events import Catalogue, Logged
from lyhord.kit.files import Files
from lyhord.kit.followers import Follower, FollowerRunner
from lyhord.kit.jobs import JobRunner, Work
from lyhord.kit.memory import trim
from lyhord.kit.pacing import full_jitter
from lyhord.kit.turns import Turns
from lyhord.worker.accounts import Accounts, Channels, Unseal
from lyhord.worker.doors import DoorKeeper
from lyhord.worker.heartbeat import BEAT_SECONDS, Heartbeat
from lyhord.worker.senders import Sender
from lyhord.worker.timers import Chore, Clockwork, Timer, sweep_files

SENDS = frozenset({"message.replied", "message.changed", "message.removed", "side.asked", "delivery.changed"})

SPARE_SECONDS = 60.0

_log = structlog.get_logger()


class Duties(Struct, frozen=True):
    """What features want done: their followers, the kinds of their jobs, their timers."""

    followers: Sequence[Follower] = ()
    work: dict[str, Work] = {}
    timers: Sequence[Timer] = ()
    long: Sequence[Chore] = ()
    """What may take minutes, one after another in a clockwork of their own."""
    apart: Sequence[Chore] = ()
    """What may take seconds and waits for none of these: each has a clockwork of its own."""


class Worker:
    """Does the work of every workspace in a database. `start` on the running event loop, `stop` once."""

    def __init__(
        self,
        *,
        database: Database,
        catalogue: Catalogue,
        files: Files,
        bus: Bus,
        channels: Channels,
        sealer: Unseal,
        duties: Duties,
    ) -> None:
        self._bus = bus
        self.accounts = Accounts(database, sealer, channels)
        self.followers = FollowerRunner(database, catalogue, duties.followers)
        of_messages = {
            fetch.JOB: Work(make_fetch(files, self.accounts), PATIENCE),
            naming.JOB: Work(make_namer(self.accounts), NAMING_PATIENCE),
            peers.JOB: Work(make_prober(self.accounts), PROBING_PATIENCE),
            templates.JOB: Work(template_jobs.make_fetch_templates(self.accounts), template_jobs.PATIENCE),
            timers.JOB: Work(make_timer_asker(self.accounts), ASKING_PATIENCE),
            vanish.JOB: Work(vanish_due, TO_THE_END),
            calls.JOB: Work(stop_ringing_call),
        }
        self.jobs = JobRunner(database, catalogue, {**of_messages, **duties.work})
        self.pulse = Heartbeat(database)
        self.sender = Sender(database, self.accounts, workers=lambda: self.pulse.workers)
        turns = Turns(database)
        self.doors = DoorKeeper(database, files, bus, self.accounts, turns)
        housekeeping = (
            Timer("early statuses", HOUR / SECOND, sweep_early_statuses),
            Timer("templates", HOUR / SECOND, templates.ask_daily),
        )
        sweep = Chore("files", DAY / SECOND, lambda: sweep_files(database, files, _referenced))
        beat = Chore("heartbeat", BEAT_SECONDS, self.pulse.beat, everywhere=True)
        statistics = Chore("statistics", LOOK_SECONDS, lambda: look_at_growth(database), everywhere=True)
        spare = Chore("memory", SPARE_SECONDS, lambda: _spare(database), everywhere=True)
        self.clockwork = Clockwork(database, turns, (*duties.timers, *housekeeping), (beat, sweep, statistics, spare))
        self.long = Clockwork(database, turns, (), duties.long)
        self._apart = {chore.name: Clockwork(database, turns, (), (chore,)) for chore in duties.apart}
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin; returns at once."""
        parts: dict[str, Callable[[], Awaitable[None]]] = {
            "bus": self._hear,
            "followers": self.followers.run,
            "jobs": self.jobs.run,
            "sender": self.sender.run,
            "doors": self.doors.run,
            "timers": self.clockwork.run,
            "long": self.long.run,
            **{name: clockwork.run for name, clockwork in self._apart.items()},
        }
        self._tasks = [asyncio.ensure_future(_supervise(name, run)) for name, run in parts.items()]

    async def stop(self) -> None:
        """End everything; what is being sent has a few seconds to hear its answer."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self.pulse.end()

    async def _hear(self) -> None:
        """Pass on what the bus tells. When it told too much at once, everybody looks."""
        while True:
            with self._bus.subscribe(None, cap=10_000) as subscription:
                async for item in subscription:
                    if isinstance(item, Committed):
                        self._notice(item)
            self.accounts.forget_all()
            for part in (self.jobs, self.sender, self.doors):
                part.poke()

    def _notice(self, committed: Committed) -> None:
        self.followers.poke(committed.workspace_id)
        self.jobs.poke()
        if any(logged.kind in SENDS for logged in committed.events):
            self.sender.poke()
        changed = [logged for logged in committed.events if _is_another_inbox(logged)]
        for logged in changed:
            self.accounts.forget(committed.workspace_id, logged.event.inbox_id)
        if changed:
            self.doors.poke()
            self.sender.poke()


def _is_another_inbox(logged: Logged) -> bool:
    return logged.kind == "inbox.changed" and getattr(logged.event, "change", "") != "health"


async def _spare(database: Database) -> int:
    """Give back what a burst of work has left: pages of databases, and memory that is free."""
    for shard in database.shards.values():
        await shard.spare()
    await asyncio.to_thread(trim)
    return 0


async def _supervise(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Start a part again when it falls; it has no business to."""
    falls = 0
    while True:
        try:
            await run()
        except Exception:  # noqa: BLE001 - the log says it; the part starts again
            falls += 1
            _log.exception("part of the worker fell", part=name)
            await asyncio.sleep(full_jitter(falls, cap=30 * SECOND) / SECOND)
        else:
            return


def _referenced(tx: ReadTx, hashes: Sequence[str]) -> set[str]:
    """Which of these files the workspace needs."""
    return referenced_files(tx, hashes) | referenced_models(tx, hashes)
