"""The one writer: actions that wait at the same moment share one durable commit.

A thread takes what is waiting (no lingering for more: measured, it costs), runs it workspace by workspace, commits, and only
then answers. An action that raises is rolled back alone. Like list actions run as one call, and one by one if that fails.
"""

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from lyhord.kit.clock import DAY, Clock, system_clock
from lyhord.kit.database.engine import Cursor, Engine
from lyhord.kit.database.log import advance_log, append_events, lock_log, open_log, to_row
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.tx import ListAction, Tx
from lyhord.kit.events import Logged
from lyhord.kit.ids import RisingIds, id_time
from lyhord.kit.measures import measured
from lyhord.kit.storing import Busy, Elsewhere
from lyhord.kit.tracing import UNRECORDED, Span, span

Action = Callable[..., Any]
Published = Callable[[str, int, Sequence[Logged]], None]
"""Called on the event loop after a commit with workspace, epoch and the new events."""

MOST_ACTIONS = 512
MOST_SECONDS = 0.020
ATTEMPTS = 5
"""How often a transaction is run that others got in the way of."""
FAR_AHEAD = 7 * DAY
"""Ids rise also when the clock goes back. Those of a clock that was further ahead than this hold up nobody: time goes on where it is."""
PAUSE_SECONDS = 0.2
"""Between attempts to reach a database that has gone away; what waits meanwhile is answered `Busy`."""


class Call(NamedTuple):
    """One waiting caller."""

    workspace_id: str
    action: Action
    args: tuple[Any, ...]
    actor: str
    answer: "asyncio.Future[Any]"
    opens: bool = True
    """Whether a workspace without a log is a new one, and not one that lives in another database."""
    span: Span = UNRECORDED


class Writer:
    """Owns the writing connection and its thread. `submit` is for the event loop that `start` was given."""

    def __init__(
        self, engine: Engine, clock: Clock, reactions: Reactions, published: Published, *, queue_limit: int = 10_000
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._reactions = reactions
        self._published = published
        self.limit = queue_limit
        self._lanes: tuple[deque[Call], deque[Call]] = (deque(), deque())
        self._wake = threading.Condition()
        self._running = False
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._epochs: dict[str, int] = {}

    @property
    def waiting(self) -> int:
        """How many actions wait."""
        return len(self._lanes[0]) + len(self._lanes[1])

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Open the connection and start the thread; answers arrive on `loop`."""
        self._loop = loop
        self._running = True
        self.connection = self._engine.connect(write=True)
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish what is waiting, then close."""
        with self._wake:
            self._running = False
            self._wake.notify()
        if self._thread:
            self._thread.join()

    def submit(self, call: Call, *, bulk: bool) -> None:
        """Queue a call; raises `Busy` when the queue is full or the writer has stopped."""
        if not self._running or self.waiting >= self.limit:
            raise Busy("the writer's queue is full")
        with self._wake:
            self._lanes[bulk].append(call)
            self._wake.notify()

    def _work(self) -> None:
        while True:
            with self._wake:
                while self._running and not self.waiting:
                    self._wake.wait()
                if not self.waiting:
                    break
            lane = self._lanes[0] or self._lanes[1]
            batch = [lane.popleft() for _ in range(min(len(lane), MOST_ACTIONS))]
            for group in _by_workspace(batch):
                lane.extendleft(reversed(self._commit(group)))
        self.connection.close()

    def _commit(self, calls: list[Call]) -> list[Call]:
        """One transaction for one workspace, again when others got in its way. Returns the calls that it had no time for."""
        for attempt in range(ATTEMPTS):
            try:
                return self._try(self._cursor(), calls)
            except Exception as error:  # noqa: BLE001 - every caller of this transaction hears about it
                if attempt + 1 < ATTEMPTS and self._engine.passing(error):
                    continue
                meaning = self._engine.meaning(error)
                self._tell([(call, None, meaning) for call in calls], None)
                break
        return []

    def _cursor(self) -> Cursor:
        """A cursor on a connection that works. Raises `Busy` while there is none."""
        if not self._engine.usable(self.connection):
            self.connection.close()
            try:
                self.connection = self._engine.connect(write=True)
            except Busy:
                time.sleep(PAUSE_SECONDS)
                raise
        return self.connection.cursor()

    def _try(self, cursor: Cursor, calls: list[Call]) -> list[Call]:
        """Run and commit, then answer. Raises what went wrong with the transaction as a whole, with nothing of it stored."""
        deadline = time.monotonic() + MOST_SECONDS
        answers: list[tuple[Call, Any, Exception | None]] = []
        rest: list[Call] = []
        try:
            self._engine.begin(cursor, calls[0].workspace_id, write=True)
            tx = self._open(cursor, calls[0].workspace_id, new=calls[0].opens)
            for unit in _units(calls):
                if answers and time.monotonic() > deadline:
                    rest.extend(unit)
                else:
                    self._run_unit(tx, unit, answers)
            self._append(tx)
            self._make_durable(cursor, [call.span for call, _, _ in answers if call.span.parent])
        except BaseException:
            with contextlib.suppress(Exception):
                self._engine.leave(cursor)
            raise
        self._tell(answers, tx)
        return rest

    def _make_durable(self, cursor: Cursor, waiting: list[Span]) -> None:
        """Commit. The commit is part of the first caller's trace; the others' spans link to it."""
        began = time.perf_counter()
        if not waiting:
            cursor.execute("COMMIT")
        else:
            with span("commit", waiting[0].parent, calls=len(waiting)) as commit:
                for other in waiting[1:]:
                    other.link(commit)
                cursor.execute("COMMIT")
        measured.commit.add(time.perf_counter() - began)

    def _open(self, cursor: Cursor, workspace_id: str, *, new: bool) -> Tx:
        ids = RisingIds()
        tx = Tx(cursor, self._engine, workspace_id, self._clock(), ids)
        head = tx.one(lock_log)
        if head is None and new:
            tx.run(open_log, epoch=1, last_seq=0, elsewhere=None, move=None, last_id=None)
            head = tx.one(lock_log) or (0, 1, None, None, None, None)  # another process may have come first
        if head is None or head[2] is not None:
            raise Elsewhere(workspace_id)
        if self._clock is system_clock:
            tx.now = head[5] or tx.now
        if head[4] and id_time(head[4]) < tx.now + FAR_AHEAD:
            ids.exceed(head[4])
        tx.first_seq = head[0] + 1
        self._epochs[workspace_id] = head[1]
        return tx

    def _append(self, tx: Tx) -> None:
        if tx.logged:
            tx.run_many(append_events, [to_row(logged) for logged in tx.logged])
        if tx.logged or tx.last_id:
            tx.run_many(advance_log, [{"last_seq": tx.last_seq, "last_id": tx.last_id}])

    def _run_unit(self, tx: Tx, unit: list[Call], answers: list[tuple[Call, Any, Exception | None]]) -> None:
        """Run like list actions as one; on any error, or for an ordinary action, one by one."""
        if isinstance(unit[0].action, ListAction):
            try:
                results = self._guarded(tx, unit[0], [call.args[0] for call in unit])
            except Exception as error:  # noqa: BLE001 - each is run alone below, and its own caller hears about it
                self._check_alive(tx, error)
            else:
                answers.extend((call, result, None) for call, result in zip(unit, results, strict=True))
                return
        for call in unit:
            try:
                if isinstance(call.action, ListAction):
                    result = self._guarded(tx, call, [call.args[0]])[0]
                else:
                    result = self._guarded(tx, call, *call.args)
            except Exception as error:  # noqa: BLE001 - its caller hears about it
                self._check_alive(tx, error)
                answers.append((call, None, self._engine.meaning(error)))
            else:
                answers.append((call, result, None))

    def _check_alive(self, tx: Tx, error: Exception) -> None:
        """Raise `error` where it ended the whole transaction, or where that is better run again."""
        if self._engine.passing(error) or not tx.goes_on:
            raise error

    def _guarded(self, tx: Tx, call: Call, *args: Any) -> Any:
        """Run one action and its reactions; on an error its rows and events are gone."""
        mark = len(tx.logged)
        tx.actor = call.actor
        tx.trace = call.span.parent
        with tx.alone():
            result = call.action(tx, *args)
            self._reactions.run(tx, mark)
        return result

    def _tell(self, answers: list[tuple[Call, Any, Exception | None]], tx: Tx | None) -> None:
        if self._loop is None or self._loop.is_closed():
            return
        logged = tuple(tx.logged) if tx else ()
        workspace_id = tx.workspace_id if tx else ""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._answer, answers, workspace_id, logged)

    def _answer(
        self, answers: list[tuple[Call, Any, Exception | None]], workspace_id: str, logged: tuple[Logged, ...]
    ) -> None:
        for call, result, error in answers:
            if call.answer.done():
                continue
            if error is None:
                call.answer.set_result(result)
            else:
                call.answer.set_exception(error)
        if logged:
            self._published(workspace_id, self._epochs[workspace_id], logged)


def _by_workspace(batch: list[Call]) -> Iterator[list[Call]]:
    groups: dict[str, list[Call]] = {}
    for call in batch:
        groups.setdefault(call.workspace_id, []).append(call)
    yield from groups.values()


def _units(calls: list[Call]) -> Iterator[list[Call]]:
    """Neighbours that share one list action and actor together, everything else alone; order is kept.

    A call that is traced runs alone, so that its events are told from others'.
    """
    unit: list[Call] = []
    for call in calls:
        same = unit and unit[0].action is call.action and unit[0].actor == call.actor
        traced = unit and (unit[0].span.parent or call.span.parent)
        if unit and (traced or not (same and isinstance(call.action, ListAction))):
            yield unit
            unit = []
        unit.append(call)
    if unit:
        yield unit
