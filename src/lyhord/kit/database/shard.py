"""One database with its writers and its readers."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar
from zlib import crc32

from lyhord.kit.clock import Clock, system_clock
from lyhord.kit.database.engine import Connection, Engine
from lyhord.kit.database.log import read_clock, read_whereabouts
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.tx import ReadTx
from lyhord.kit.database.writer import Call, Published, Writer
from lyhord.kit.ids import LOWEST_ID
from lyhord.kit.storing import Elsewhere

T = TypeVar("T")


class Means(NamedTuple):
    """What all databases of a process share. `readers` is how many threads read in each."""

    clock: Clock
    reactions: Reactions
    published: Published
    readers: int


class Shard:
    """One of the databases of an installation. `name` is what the directory calls it."""

    def __init__(self, name: str, engine: Engine, means: Means) -> None:
        self.name = name
        self.engine = engine
        self._clock = means.clock
        self.writers = [Writer(engine, means.clock, means.reactions, means.published) for _ in range(engine.writers)]
        self._readers = ThreadPoolExecutor(max_workers=means.readers, thread_name_prefix="reader")
        self._mine = threading.local()
        self._opened: list[Connection] = []

    def open(self) -> None:
        """Start the writers on the running event loop."""
        self._loop = asyncio.get_running_loop()
        for writer in self.writers:
            writer.start(self._loop)

    async def close(self) -> None:
        """Finish what waits, then close every connection."""
        for writer in self.writers:
            await asyncio.to_thread(writer.stop)
        self._readers.shutdown()
        for connection in self._opened:  # the last one out tidies up; else the next start reads the whole WAL
            connection.close()

    async def spare(self) -> None:
        """Give back what connections keep only to be faster."""
        for connection in (*self._opened, *(writer.connection for writer in self.writers)):
            await asyncio.to_thread(self.engine.spare, connection)

    async def write(self, call: Call, *, bulk: bool) -> Any:
        """Have the call made by its workspace's writer, and return its answer once it is durable."""
        writer = self.writers[crc32(call.workspace_id.encode()) % len(self.writers)]
        writer.submit(call, bulk=bulk)
        return await call.answer

    async def read(self, workspace_id: str, view: Callable[[ReadTx], T], *, must_be_here: bool = False) -> T:
        """Run `view(tx)` on a consistent snapshot in a reader thread. Raises `Elsewhere` where the workspace isn't here and must."""
        return await self._loop.run_in_executor(
            self._readers, lambda: self.read_now(workspace_id, view, must_be_here=must_be_here)
        )

    def read_now(self, workspace_id: str, view: Callable[[ReadTx], T], *, must_be_here: bool = False) -> T:
        """`read` in the calling thread, for threads that may wait."""
        cursor = self._connection().cursor()
        try:
            self.engine.begin(cursor, workspace_id, write=False)
            try:
                tx = ReadTx(cursor, self.engine, workspace_id, self._clock())
                if (
                    workspace_id == LOWEST_ID and self._clock is system_clock
                ):  # what is due is due by the clock that all share
                    tx.now = tx.value(read_clock) or tx.now
                if must_be_here and (tx.one(read_whereabouts) or ("",))[0] is not None:
                    raise Elsewhere(workspace_id)
                return view(tx)
            finally:
                self.engine.leave(cursor)
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
