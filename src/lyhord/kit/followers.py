"""Followers: what reads the log from a durable cursor, in batches, each event's effects exactly once.

Effects and cursor are written in one transaction, in the bulk lane. A batch that fails is halved until the event at fault stands
alone; that one is tried three times, then set aside where people can see it, and the follower goes on.

What takes long may be prepared before, from a snapshot and in whatever process, while others write. All followers of a workspace prepare
first, and then write in their order: one who stands behind another mostly finds what that one wrote. Who takes too long is late: the
others go on, and it writes when it is ready.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import chain
from typing import Any, Literal, Protocol, TypeVar

import structlog
from msgspec import Struct

from lyhord.kit import cursors
from lyhord.kit.cursors import Moved, Pending, Position
from lyhord.kit.database import Busy, Database, ReadTx, StorageFull, Tx
from lyhord.kit.database.log import read_heads
from lyhord.kit.events import Catalogue, Event, Logged, kind_of
from lyhord.kit.measures import measured
from lyhord.kit.pacing import Pulse
from lyhord.kit.storing import Outdated
from lyhord.kit.tracing import shared

ATTEMPTS = 3
SKIP = 1_000
"""How many events without interest to a follower pass before its cursor is written."""

LATE_SECONDS = 0.5
"""For which the followers of a workspace wait for one that prepares."""
T = TypeVar("T")

_log = structlog.get_logger()


class Read(Protocol):
    """Looks at a snapshot of one workspace, in a reader's thread."""

    def __call__(self, view: Callable[..., T], /, *args: Any, **more: Any) -> Awaitable[T]:
        """What `view(read_tx, ...)` answers."""


class Follower(Struct, frozen=True):
    """Calls `handle(tx, events)` with events of `kinds` (None: all) in the order of the log, at most `batch` at once.

    A new one starts with the first event of each workspace, or with what comes after now (`head`). `handle` must write through
    `tx` alone and mustn't catch what it can't settle. `name` is its cursor's: never change it.

    With `prepare` it is `handle(tx, events, prepared)`, where `prepared` is what `prepare(read, events)` gave just before. It may be called
    again for the same events, and what it read may have changed since: `handle` must look again, take from `prepared` only what is true
    of what it sees, and raise `Outdated` where that isn't enough.
    """

    name: str
    kinds: tuple[type[Event], ...] | None
    handle: Callable[..., None]
    batch: int = 500
    start: Literal["first", "head"] = "first"
    prepare: Callable[[Read, Sequence[Logged]], Awaitable[Any]] | None = None


class _State:
    """What this process remembers of one follower in one workspace; all of it may be forgotten."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.seen: Position | None = None
        self.retry_at = 0.0
        self.late: _Turn | None = None


class _Turn(Struct):
    """A follower's next batch in one workspace: what was found and prepared of it, or went wrong, and whether more may be to do at once."""

    workspace_id: str
    follower: Follower
    state: _State
    pending: Pending | None = None
    preparing: asyncio.Task[None] | None = None
    prepared: Any = None
    failure: str = ""
    more: bool = False


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
        late_seconds: float = LATE_SECONDS,
    ) -> None:
        """`poll_seconds`: how soon a lost poke is healed. `patience_seconds`: after the first failure of an event, then doubled.

        `late_seconds`: for which followers wait for one that prepares.
        """
        self._database = database
        self._catalogue = catalogue
        self._followers = tuple(followers)
        self._kinds = {f.name: frozenset(map(kind_of, f.kinds)) if f.kinds is not None else None for f in followers}
        assert len(self._kinds) == len(self._followers), "two followers of one name"
        self._poll_seconds = poll_seconds
        self._patience = patience_seconds
        self._late_seconds = late_seconds
        self._preparing: set[asyncio.Task[None]] = set()
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
        try:
            await self._follow()
        finally:
            await self._give_up()

    async def _follow(self) -> None:
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
        try:
            await self._round()
            while self._dirty or self._preparing:
                if not self._dirty:
                    await asyncio.wait(self._preparing, return_when=asyncio.FIRST_COMPLETED)
                await self._round()
        finally:
            await self._give_up()

    async def _give_up(self) -> None:
        """Let go what is being prepared."""
        for task in self._preparing:
            task.cancel()
        await asyncio.gather(*self._preparing, return_exceptions=True)
        for state in self._states.values():
            state.late = None

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
            turns = [turn for one in self._followers if (turn := self._turn(workspace_id, one)) is not None]
            await asyncio.gather(*(self._bear(self._look, turn) for turn in turns))
            await self._prepare([turn for turn in turns if self._must_prepare(turn)])
            await asyncio.gather(*(self._bear(self._act, turn) for turn in turns if turn.state.late is not turn))
            if any(turn.more for turn in turns):
                self._dirty.add(workspace_id)

    def _rest(self) -> float:
        now = asyncio.get_running_loop().time()
        return min([self._poll_seconds, *(max(s.retry_at - now, 0) for s in self._states.values() if s.retry_at)])

    def _turn(self, workspace_id: str, follower: Follower) -> _Turn | None:
        """A new one, or one that was late and is ready; None for a follower that still prepares."""
        state = self._state(workspace_id, follower)
        late = state.late
        if late is None:
            return _Turn(workspace_id, follower, state)
        if late.preparing is not None and not late.preparing.done():
            return None
        state.late = None
        return late

    def _state(self, workspace_id: str, follower: Follower) -> _State:
        return self._states.setdefault((workspace_id, follower.name), _State(follower.batch))

    async def _bear(self, step: Callable[[_Turn], Awaitable[None]], turn: _Turn) -> None:
        """Take a step; where the database says no, the turn is over."""
        try:
            await step(turn)
        except (Busy, StorageFull) as error:
            _log.warning("follower waits for the database", follower=turn.follower.name, error=repr(error))
            turn.state.retry_at = asyncio.get_running_loop().time() + self._patience
            turn.pending = None
        except (Moved, Outdated):
            turn.pending, turn.more = None, True

    async def _look(self, turn: _Turn) -> None:
        """Find the next batch."""
        workspace_id, follower, state = turn.workspace_id, turn.follower, turn.state
        if turn.preparing is not None:
            return
        if asyncio.get_running_loop().time() < state.retry_at:
            return
        state.retry_at = 0.0
        find = partial(cursors.find_pending, catalogue=self._catalogue, kinds=self._kinds[follower.name])
        pending = await self._database.read(workspace_id, find, follower.name, most=state.limit, seen=state.seen)
        if pending is None:
            at_head = follower.start == "head"
            await self._database.write(workspace_id, partial(cursors.start, follower=follower.name, at_head=at_head))
            turn.more = True
        elif pending.count and not (pending.events or pending.broken or self._is_far(pending)):
            state.seen = pending.last
            turn.more = True
        elif pending.count:
            turn.pending, turn.failure = pending, pending.broken

    @staticmethod
    def _must_prepare(turn: _Turn) -> bool:
        pending = turn.pending
        return turn.follower.prepare is not None and turn.preparing is None and bool(pending and pending.events)

    async def _prepare(self, turns: Sequence[_Turn]) -> None:
        """Prepare what was found, and leave behind who isn't ready soon."""
        for turn in turns:
            turn.preparing = task = asyncio.create_task(self._bear(self._think, turn))
            self._preparing.add(task)
            task.add_done_callback(self._preparing.discard)
        tasks = [turn.preparing for turn in turns if turn.preparing is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=self._late_seconds)
        for turn in turns:
            if turn.preparing is not None and not turn.preparing.done():
                turn.state.late = turn
                turn.preparing.add_done_callback(partial(self._arrived, turn.workspace_id))

    def _arrived(self, workspace_id: str, _task: asyncio.Task[None]) -> None:
        self.poke(workspace_id)

    async def _think(self, turn: _Turn) -> None:
        if turn.follower.prepare is not None and turn.pending is not None:
            read = partial(self._database.read, turn.workspace_id)
            await self._try(turn, self._keep(turn, turn.follower.prepare(read, turn.pending.events)))

    @staticmethod
    async def _keep(turn: _Turn, preparing: Awaitable[Any]) -> None:
        turn.prepared = await preparing

    @staticmethod
    def _is_far(pending: Pending) -> bool:
        return pending.last.seq - pending.cursor.seq >= SKIP or pending.last.epoch != pending.cursor.epoch

    async def _act(self, turn: _Turn) -> None:
        """Handle what was found, and move, in one transaction."""
        if turn.pending is None:
            return
        if not turn.failure:
            await self._try(turn, self._apply(turn, turn.pending))
        if turn.failure:
            turn.more = await self._failed(turn, turn.pending)
        else:
            turn.state.limit = min(turn.follower.batch, turn.state.limit * 2)
            turn.more = True

    async def _try(self, turn: _Turn, doing: Awaitable[Any]) -> None:
        """Keep what went wrong."""
        try:
            await doing
        except (Busy, StorageFull, Moved, Outdated):
            raise
        except Exception as error:  # noqa: BLE001 - counted in the cursor's row, and the event set aside visibly
            last = turn.pending.last.seq if turn.pending else None
            _log.exception("follower failed", follower=turn.follower.name, workspace=turn.workspace_id, last=last)
            turn.failure = repr(error)

    async def _apply(self, turn: _Turn, pending: Pending) -> None:
        follower = turn.follower
        prepared = () if follower.prepare is None else (turn.prepared,)

        def handle(tx: Tx) -> None:
            cursors.move(tx, follower.name, pending)
            if pending.events:
                follower.handle(tx, pending.events, *prepared)

        with shared(
            "follow",
            (logged.trace for logged in pending.events),
            follower=follower.name,
            workspace_id=turn.workspace_id,
            events=len(pending.events),
            last=pending.last.seq,
        ):
            await self._database.write(turn.workspace_id, handle, bulk=True)

    async def _failed(self, turn: _Turn, pending: Pending) -> bool:
        """Look at fewer, or count the failure of the one; whether there may be more to do at once."""
        state, name, workspace_id = turn.state, turn.follower.name, turn.workspace_id
        if pending.count > 1:
            state.limit = pending.count // 2
            return True
        note = partial(cursors.note_failure, follower=name, pending=pending, error=turn.failure, attempts=ATTEMPTS)
        failures = await self._database.write(workspace_id, note, bulk=True)
        if failures >= ATTEMPTS:
            measured.dead["event"] += 1
            _log.error("event set aside", follower=name, workspace=workspace_id, seq=pending.last.seq)
            return True
        state.retry_at = asyncio.get_running_loop().time() + self._patience * 2 ** (failures - 1)
        return False
