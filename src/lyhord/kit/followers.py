"""Followers: what reads the log from a durable cursor, in batches, each event's effects exactly once.

Effects and cursor are written in one transaction, in the bulk lane. A batch that fails is halved until the event at fault stands
alone; that one is tried three times, then set aside where people can see it, and the follower goes on.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from typing import Literal

import structlog
from msgspec import Struct

from lyhord.kit import cursors
from lyhord.kit.cursors import Moved, Pending, Position
from lyhord.kit.database import Busy, Database, ReadTx, StorageFull, Tx
from lyhord.kit.database.log import read_heads
from lyhord.kit.events import Catalogue, Event, Logged, kind_of
from lyhord.kit.measures import measured
from lyhord.kit.pacing import Pulse
from lyhord.kit.tracing import shared

ATTEMPTS = 3
SKIP = 1_000
"""How many events without interest to a follower pass before its cursor is written."""

_log = structlog.get_logger()


class Follower(Struct, frozen=True):
    """Calls `handle(tx, events)` with events of `kinds` (None: all) in the order of the log, at most `batch` at once.

    A new one starts with the first event of each workspace, or with what comes after now (`head`). `handle` must write through
    `tx` alone and mustn't catch what it can't settle. `name` is its cursor's: never change it.
    """

    name: str
    kinds: tuple[type[Event], ...] | None
    handle: Callable[[Tx, Sequence[Logged]], None]
    batch: int = 500
    start: Literal["first", "head"] = "first"


class _State:
    """What this process remembers of one follower in one workspace; all of it may be forgotten."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.seen: Position | None = None
        self.retry_at = 0.0


class FollowerRunner:
    """Runs followers over every workspace of a database. Several processes may do so; the cursor decides who did it."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        followers: Sequence[Follower],
        *,
        poll_seconds: float = 2.0,
        patience_seconds: float = 1.0,
    ) -> None:
        """`poll_seconds`: how soon a lost poke is healed. `patience_seconds`: after the first failure of an event, then doubled."""
        self._database = database
        self._catalogue = catalogue
        self._followers = tuple(followers)
        self._kinds = {f.name: frozenset(map(kind_of, f.kinds)) if f.kinds is not None else None for f in followers}
        assert len(self._kinds) == len(self._followers), "two followers of one name"
        self._poll_seconds = poll_seconds
        self._patience = patience_seconds
        self._pulse = Pulse()
        self._heads: dict[str, int] = {}
        self._dirty: set[str] = set()
        self._states: dict[tuple[str, str], _State] = {}

    def poke(self, workspace_id: str) -> None:
        """Something was committed there."""
        self._dirty.add(workspace_id)
        self._pulse.poke()

    async def run(self) -> None:
        """Follow until cancelled."""
        polled_at = 0.0
        while True:
            now = asyncio.get_running_loop().time()
            if now - polled_at >= self._poll_seconds:
                polled_at = now
                try:
                    await self._poll()
                except Busy as error:
                    _log.warning("followers wait for the database", error=repr(error))
            await self._round()
            if not self._dirty:
                await self._pulse.wait(self._rest())

    async def catch_up(self, workspace_id: str | None = None) -> None:
        """Follow, everywhere or in one workspace, until nothing is left that can be done now; what waits for its next attempt is left."""
        if workspace_id is None:
            await self._poll()
        else:
            self._dirty.add(workspace_id)
        await self._round()
        while self._dirty:
            await self._round()

    async def _poll(self) -> None:
        """Find what no poke told of: other processes' commits, and whatever stood there before we started."""

        def list_heads(tx: ReadTx) -> list[tuple[str, int]]:
            return [(row[0], row[1]) for row in tx.all(read_heads)]

        heads = dict(chain.from_iterable(await self._database.read_reachable(list_heads)))
        self._dirty |= {key for key, seq in heads.items() if key and self._heads.get(key) != seq}
        self._heads = heads

    async def _round(self) -> None:
        """One step of each follower in each workspace that has news; followers of one workspace share a commit."""
        now = asyncio.get_running_loop().time()
        self._dirty |= {key for (key, _), state in self._states.items() if 0 < state.retry_at <= now}
        dirty, self._dirty = self._dirty, set()
        for workspace_id in dirty:
            steps = [self._step(workspace_id, follower) for follower in self._followers]
            if any(await asyncio.gather(*steps)):
                self._dirty.add(workspace_id)

    def _rest(self) -> float:
        now = asyncio.get_running_loop().time()
        return min([self._poll_seconds, *(max(s.retry_at - now, 0) for s in self._states.values() if s.retry_at)])

    async def _step(self, workspace_id: str, follower: Follower) -> bool:
        """Handle the next batch; whether there may be more to do at once."""
        state = self._states.setdefault((workspace_id, follower.name), _State(follower.batch))
        if asyncio.get_running_loop().time() < state.retry_at:
            return False
        state.retry_at = 0.0
        try:
            return await self._next(workspace_id, follower, state)
        except (Busy, StorageFull) as error:
            _log.warning("follower waits for the database", follower=follower.name, error=repr(error))
            state.retry_at = asyncio.get_running_loop().time() + self._patience
            return False
        except Moved:
            return True

    async def _next(self, workspace_id: str, follower: Follower, state: _State) -> bool:
        find = partial(cursors.find_pending, catalogue=self._catalogue, kinds=self._kinds[follower.name])
        pending = await self._database.read(workspace_id, find, follower.name, most=state.limit, seen=state.seen)
        if pending is None:
            at_head = follower.start == "head"
            await self._database.write(workspace_id, partial(cursors.start, follower=follower.name, at_head=at_head))
            return True
        if not pending.count:
            return False
        if not (pending.events or pending.broken or self._is_far(pending)):
            state.seen = pending.last
            return True
        failure = pending.broken or await self._apply(workspace_id, follower, pending)
        if failure:
            return await self._failed(workspace_id, follower, state, pending, failure)
        state.limit = min(follower.batch, state.limit * 2)
        return True

    @staticmethod
    def _is_far(pending: Pending) -> bool:
        return pending.last.seq - pending.cursor.seq >= SKIP or pending.last.epoch != pending.cursor.epoch

    async def _apply(self, workspace_id: str, follower: Follower, pending: Pending) -> str:
        """Handle and move in one transaction; what went wrong, or nothing."""

        def handle(tx: Tx) -> None:
            cursors.move(tx, follower.name, pending)
            if pending.events:
                follower.handle(tx, pending.events)

        try:
            with shared(
                "follow",
                (logged.trace for logged in pending.events),
                follower=follower.name,
                workspace_id=workspace_id,
                events=len(pending.events),
                last=pending.last.seq,
            ):
                await self._database.write(workspace_id, handle, bulk=True)
        except (Busy, StorageFull, Moved):
            raise
        except Exception as error:  # noqa: BLE001 - counted in the cursor's row, and the event set aside visibly
            _log.exception("follower failed", follower=follower.name, workspace=workspace_id, last=pending.last.seq)
            return repr(error)
        return ""

    async def _failed(self, workspace_id: str, follower: Follower, state: _State, pending: Pending, error: str) -> bool:
        if pending.count > 1:
            state.limit = pending.count // 2
            return True
        note = partial(cursors.note_failure, follower=follower.name, pending=pending, error=error, attempts=ATTEMPTS)
        failures = await self._database.write(workspace_id, note, bulk=True)
        if failures >= ATTEMPTS:
            measured.dead["event"] += 1
            _log.error("event set aside", follower=follower.name, workspace=workspace_id, seq=pending.last.seq)
            return True
        state.retry_at = asyncio.get_running_loop().time() + self._patience * 2 ** (failures - 1)
        return False
