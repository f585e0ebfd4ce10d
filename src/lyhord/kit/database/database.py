"""The database as everybody above sees it: `write` an action, `read` a view."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar, overload
from zlib import crc32

import structlog

from lyhord.kit.clock import Clock, system_clock
from lyhord.kit.database.engine import Connection, Engine
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.tx import ListAction, ReadTx, Tx
from lyhord.kit.database.writer import Call, Writer
from lyhord.kit.events import Logged
from lyhord.kit.ids import LOWEST_ID
from lyhord.kit.tracing import span

_log = structlog.get_logger()

P = ParamSpec("P")
T = TypeVar("T")
Item = TypeVar("Item")
Listener = Callable[[str, int, Sequence[Logged]], None]

NOWHERE = LOWEST_ID
"""The workspace of views that look across workspaces (sign-in by address, the keys of inboxes)."""


class Database:
    """One database with its writer and its readers. Open it inside a running event loop."""

    def __init__(
        self, engine: Engine, *, clock: Clock = system_clock, reactions: Reactions | None = None, readers: int = 3
    ) -> None:
        self.clock = clock
        self.engine = engine
        self.reactions = reactions or Reactions()
        self._listeners: list[Listener] = []
        self._writers = [Writer(engine, clock, self.reactions, self._publish) for _ in range(engine.writers)]
        self._readers = ThreadPoolExecutor(max_workers=readers, thread_name_prefix="reader")
        self._mine = threading.local()
        self._opened: list[Connection] = []

    async def open(self) -> None:
        """Start the writers on the running event loop."""
        self._loop = asyncio.get_running_loop()
        for writer in self._writers:
            writer.start(self._loop)

    async def close(self) -> None:
        """Finish what waits, then close every connection."""
        for writer in self._writers:
            await asyncio.to_thread(writer.stop)
        self._readers.shutdown()
        for connection in self._opened:  # the last one out tidies up; else the next start reads the whole WAL
            connection.close()

    @property
    def waiting(self) -> int:
        """How many actions wait for a writer."""
        return sum(writer.waiting for writer in self._writers)

    @property
    def load(self) -> float:
        """The share of the fullest writer's queue that is taken, 0 to 1."""
        return max(writer.waiting / writer.limit for writer in self._writers)

    def listen(self, listener: Listener) -> None:
        """Call `listener(workspace_id, epoch, events)` on the event loop after each commit."""
        self._listeners.append(listener)

    @overload
    async def write(
        self,
        workspace_id: str,
        action: ListAction[Item, T],
        item: Item,
        /,
        *,
        actor: str = "system",
        bulk: bool = False,
    ) -> T: ...

    @overload
    async def write(
        self, workspace_id: str, action: Callable[..., T], *args: Any, actor: str = "system", bulk: bool = False
    ) -> T: ...

    async def write(
        self, workspace_id: str, action: Callable[..., Any], *args: Any, actor: str = "system", bulk: bool = False
    ) -> Any:
        """Run `action(tx, *args)` and return its result once it is durable.

        A list action is passed one item here and returns that item's result. Raises what the action raised, with nothing of
        it stored; `Busy` when too much waits; `Conflict`; `StorageFull`.
        """
        answer: asyncio.Future[Any] = self._loop.create_future()
        writer = self._writers[crc32(workspace_id.encode()) % len(self._writers)]
        with span("write") as mine:
            if mine.parent:
                mine.note(action=_name(action), workspace_id=workspace_id)
            writer.submit(Call(workspace_id, action, args, actor, answer, mine), bulk=bulk)
            return await answer

    async def read(
        self, workspace_id: str, view: Callable[Concatenate[ReadTx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `view(tx, *args)` on a consistent snapshot in a reader thread."""
        return await self._loop.run_in_executor(
            self._readers, lambda: self.read_now(workspace_id, view, *args, **kwargs)
        )

    def read_now(
        self, workspace_id: str, view: Callable[Concatenate[ReadTx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`read` in the calling thread, for threads that may wait."""
        cursor = self._connection().cursor()
        try:
            self.engine.begin(cursor, workspace_id, write=False)
            try:
                return view(ReadTx(cursor, self.engine, workspace_id, self.clock()), *args, **kwargs)
            finally:
                if self.engine.in_transaction(cursor):
                    cursor.execute("ROLLBACK")
        except Exception as error:
            meaning = self.engine.meaning(error)
            if meaning is error:
                raise
            raise meaning from error

    def _connection(self) -> Connection:
        connection: Connection | None = getattr(self._mine, "connection", None)
        if connection is not None and not self.engine.usable(connection):
            connection.close()
            self._opened.remove(connection)
            connection = self._mine.connection = None
        if connection is None:
            connection = self._mine.connection = self.engine.connect(write=False)
            self._opened.append(connection)
        return connection

    def _publish(self, workspace_id: str, epoch: int, logged: Sequence[Logged]) -> None:
        for listener in self._listeners:
            try:
                listener(workspace_id, epoch, logged)
            except Exception:  # noqa: BLE001 - the operator hears of it in the log; others still listen
                _log.exception("a listener failed", workspace_id=workspace_id)


def _name(action: Callable[..., Any]) -> str:
    """What a span calls an action: its function, wherever it is wrapped or made."""
    inner: Any = action.func if isinstance(action, partial) else action
    return str(getattr(inner, "__qualname__", type(inner).__qualname__))


__all__ = ["NOWHERE", "Database", "Tx"]
