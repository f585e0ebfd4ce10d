"""Spreads what happens in one workspace to its readers in this process: each commit is read and encoded once, whoever listens."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import Context

import msgspec
import structlog

from lyhord.conversations.views import carriers_of_conversations
from lyhord.kit.bus import Bus, Committed, Signal
from lyhord.kit.clock import SECOND
from lyhord.kit.database import Database
from lyhord.kit.measures import measured
from lyhord.kit.tracing import shared
from lyhord.web.frames import frame_events
from lyhord.web.readers import Item, Passing, Reader

BUFFER = 8_192
MOST_AT_ONCE = 500
TOLD_AT_ONCE = 200
"""Readers that are told before others on the event loop get their turn: about 2 ms."""
_log = structlog.get_logger()


class Fanout:
    """Lives while its workspace has readers; `empty` is called when the last one has left."""

    def __init__(self, workspace_id: str, *, bus: Bus, database: Database, empty: Callable[[str], None]) -> None:
        self.readers: set[Reader] = set()
        self._workspace_id = workspace_id
        self._bus = bus
        self._database = database
        self._empty = empty
        self._subscription = bus.subscribe(workspace_id, cap=BUFFER)
        self._task = asyncio.create_task(self._follow(), name=f"fanout {workspace_id}", context=Context())

    def join(self, reader: Reader) -> None:
        """From now on `reader` is offered everything."""
        self.readers.add(reader)

    def leave(self, reader: Reader) -> None:
        """`reader` is offered nothing more."""
        self.readers.discard(reader)
        if not self.readers:
            self._subscription.close()
            self._task.cancel()
            self._empty(self._workspace_id)

    async def _follow(self) -> None:
        while self.readers or not self._subscription.closed:
            async for first in self._subscription:
                for item in _together([first, *self._subscription.take()]):
                    await self._spread(item)
            self._subscription = self._bus.subscribe(self._workspace_id, cap=BUFFER)
            self._all_behind()

    async def _spread(self, item: Committed | Signal) -> None:
        with shared("stream", _causes(item), workspace_id=self._workspace_id, readers=len(self.readers)):
            await self._offer(item)

    async def _offer(self, item: Committed | Signal) -> None:
        try:
            offered: Item = await (self._passing(item) if isinstance(item, Signal) else self._framed(item))
        except Exception:  # noqa: BLE001 - the log has it and the readers read on from there; the operator sees why
            _log.exception("a commit couldn't be framed", workspace_id=self._workspace_id)
            self._all_behind()
            return
        await self._tell(tuple(self.readers), offered)
        if isinstance(item, Committed):
            measured.fanout.add(max(time.time() - item.events[0].at / SECOND, 0.0))

    async def _tell(self, readers: Sequence[Reader], item: Item) -> None:
        for first in range(0, len(readers), TOLD_AT_ONCE):
            now = asyncio.get_running_loop().time()
            for reader in readers[first : first + TOLD_AT_ONCE]:
                await reader.tell(item, now)
            await asyncio.sleep(0)

    async def _framed(self, item: Committed) -> Item:
        return await self._database.read(self._workspace_id, frame_events, item.epoch, item.events)

    async def _passing(self, item: Signal) -> Item:
        about = item.body.get("conversation_id")
        carriers = None
        if about is not None:
            found = await self._database.read(self._workspace_id, carriers_of_conversations, [about])
            carriers = found.get(about, frozenset())
        return Passing(signal(item.name, **_facts(item)), carriers)

    def _all_behind(self) -> None:
        for reader in self.readers:
            reader.fall_behind()


def signal(name: str, **facts: object) -> bytes:
    """A signal as it goes over the wire: it has no number."""
    return b"event: signal\ndata: " + msgspec.json.encode({"name": name, **facts}) + b"\n\n"


def _causes(item: Committed | Signal) -> Iterator[str | None]:
    if isinstance(item, Committed):
        yield from (logged.trace for logged in item.events)


def _facts(item: Signal) -> Mapping[str, object]:
    """What a signal says to agents' screens."""
    if item.name != "presence":
        return item.body
    return {"agent_id": str(item.body["who"]).removeprefix("agent:"), "present": item.body["present"]}


def _together(items: Iterable[Committed | Signal]) -> Iterator[Committed | Signal]:
    """The same, with neighbouring commits of one epoch joined up to `MOST_AT_ONCE` events: fewer reads when much happens."""
    held: Committed | None = None
    for item in items:
        if isinstance(item, Committed) and held is not None:
            follows = item.epoch == held.epoch and item.events[0].seq == held.events[-1].seq + 1
            if follows and len(held.events) + len(item.events) <= MOST_AT_ONCE:
                held = held._replace(events=held.events + item.events)
                continue
        if held is not None:
            yield held
            held = None
        if isinstance(item, Committed):
            held = item
        else:
            yield item
    if held is not None:
        yield held
