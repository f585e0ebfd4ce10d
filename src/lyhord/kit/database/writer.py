"""The one writer: actions that wait at the same moment share one durable commit.

A thread takes what is waiting (no lingering for more: measured, it costs), runs it workspace by workspace, commits, and only
then answers. An action that raises is rolled back alone. Like list actions run as one call, and one by one if that fails.
"""

import asyncio
import contextlib
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from lyhord.kit.clock import Clock
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.log import advance_log, append_events, lock_log, open_log, to_row
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.tx import ListAction, Tx
from lyhord.kit.events import Logged
from lyhord.kit.ids import RisingIds
from lyhord.kit.storing import Busy

Action = Callable[..., Any]
Published = Callable[[str, int, Sequence[Logged]], None]
"""Called on the event loop after a commit with workspace, epoch and the new events."""

MOST_ACTIONS = 512
MOST_SECONDS = 0.020


class Call(NamedTuple):
    """One waiting caller."""

    workspace_id: str
    action: Action
    args: tuple[Any, ...]
    actor: str
    answer: "asyncio.Future[Any]"


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
        self._ids = RisingIds()

    @property
    def waiting(self) -> int:
        """How many actions wait."""
        return len(self._lanes[0]) + len(self._lanes[1])

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Open the connection and start the thread; answers arrive on `loop`."""
        self._loop = loop
        self._running = True
        connection = self._engine.connect(write=True)
        self._thread = threading.Thread(target=self._work, args=(connection,), name="writer", daemon=True)
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

    def _work(self, connection: sqlite3.Connection) -> None:
        cursor = connection.cursor()
        while True:
            with self._wake:
                while self._running and not self.waiting:
                    self._wake.wait()
                if not self.waiting:
                    break
            lane = self._lanes[0] or self._lanes[1]
            batch = [lane.popleft() for _ in range(min(len(lane), MOST_ACTIONS))]
            for group in _by_workspace(batch):
                rest = self._commit(cursor, group)
                lane.extendleft(reversed(rest))
        connection.close()

    def _commit(self, cursor: sqlite3.Cursor, calls: list[Call]) -> list[Call]:
        """One transaction for one workspace. Answers those that it took; returns those that it had no time for."""
        deadline = time.monotonic() + MOST_SECONDS
        answers: list[tuple[Call, Any, Exception | None]] = []
        rest: list[Call] = []
        tx: Tx | None = None
        try:
            cursor.execute(self._engine.begin_write)
            tx = self._open(cursor, calls[0].workspace_id)
            for unit in _units(calls):
                if answers and time.monotonic() > deadline:
                    rest.extend(unit)
                else:
                    self._run_unit(cursor, tx, unit, answers)
            self._append(tx)
            cursor.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - every caller of this transaction hears about it
            with contextlib.suppress(sqlite3.Error):
                cursor.execute("ROLLBACK")
            meaning = self._engine.meaning(error)
            answers = [(call, None, meaning) for call in calls]
            rest, tx = [], None
        self._tell(answers, tx)
        return rest

    def _open(self, cursor: sqlite3.Cursor, workspace_id: str) -> Tx:
        tx = Tx(cursor, self._engine.dialect, workspace_id, self._clock(), self._ids)
        head = tx.one(lock_log)
        if head is None:
            tx.run(open_log, epoch=1, last_seq=0)
            head = (0, 1)
        tx.first_seq = head[0] + 1
        self._epochs[workspace_id] = head[1]
        return tx

    def _append(self, tx: Tx) -> None:
        if tx.logged:
            tx.run_many(append_events, [to_row(logged) for logged in tx.logged])
            tx.run(advance_log, last_seq=tx.last_seq)

    def _run_unit(
        self, cursor: sqlite3.Cursor, tx: Tx, unit: list[Call], answers: list[tuple[Call, Any, Exception | None]]
    ) -> None:
        """Run like list actions as one; on any error, or for an ordinary action, one by one."""
        if isinstance(unit[0].action, ListAction):
            with contextlib.suppress(Exception):
                results = self._guarded(cursor, tx, unit[0], [call.args[0] for call in unit])
                answers.extend((call, result, None) for call, result in zip(unit, results, strict=True))
                return
        for call in unit:
            try:
                if isinstance(call.action, ListAction):
                    result = self._guarded(cursor, tx, call, [call.args[0]])[0]
                else:
                    result = self._guarded(cursor, tx, call, *call.args)
            except Exception as error:
                meaning = self._engine.meaning(error)
                if type(meaning) is not type(error) and not cursor.connection.in_transaction:
                    raise
                answers.append((call, None, meaning))
            else:
                answers.append((call, result, None))

    def _guarded(self, cursor: sqlite3.Cursor, tx: Tx, call: Call, *args: Any) -> Any:
        """Run one action and its reactions under a savepoint; on an error its rows and events are gone."""
        mark = len(tx.logged)
        tx.actor = call.actor
        cursor.execute("SAVEPOINT a")
        try:
            result = call.action(tx, *args)
            self._reactions.run(cursor, tx, mark)
        except BaseException:
            del tx.logged[mark:]
            if cursor.connection.in_transaction:
                cursor.execute("ROLLBACK TO a")
                cursor.execute("RELEASE a")
            raise
        cursor.execute("RELEASE a")
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
    """Neighbours that share one list action and actor together, everything else alone; order is kept."""
    unit: list[Call] = []
    for call in calls:
        same = unit and unit[0].action is call.action and unit[0].actor == call.actor
        if unit and not (same and isinstance(call.action, ListAction)):
            yield unit
            unit = []
        unit.append(call)
    if unit:
        yield unit
