"""Spreads what happens in one workspace to its readers in this process: each commit is read and encoded once, whoever listens."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import Context

import msgspec
import structlog

from lyhord.conversations.views import carriers_of_conversations
from lyhord.kit.bus import Bus, Committed, Signal
from lyhord.kit.clock import SECOND
from lyhord.kit.database import Database
from lyhord.kit.http import Gate
from lyhord.kit.measures import measured
from lyhord.kit.tracing import shared
from lyhord.web.frames import Framed, frame_events
from lyhord.web.readers import CHECK_SECONDS, HEARTBEAT, HOLD_SECONDS, Item, Passing, Reader, asked, body_of

BUFFER = 8_192
MOST_AT_ONCE = 500
TOLD_AT_ONCE = 200
"""Readers that are told before others on the event loop get their turn: about 2 ms."""
MOST_PRESENT = 500
"""With more readers than this nobody is told who comes and goes: each would be told of each other."""
_log = structlog.get_logger()


class Fanout:
    """Lives while its workspace has readers; `empty` is called when the last one has left."""

    def __init__(
        self, workspace_id: str, *, bus: Bus, database: Database, gate: Gate, empty: Callable[[str], None]
    ) -> None:
        self.readers: set[Reader] = set()
        self._workspace_id = workspace_id
        self._gate = gate
        self._came_or_went: dict[str, bytes] = {}
        self._crowded = False
        self._checked_at = asyncio.get_running_loop().time()
        self._bus = bus
        self._database = database
        self._empty = empty
        self._subscription = bus.subscribe(workspace_id, cap=BUFFER)
        self._task = asyncio.create_task(self._follow(), name=f"fanout {workspace_id}", context=Context())

    def join(self, reader: Reader) -> None:
        """From now on `reader` is offered everything."""
        self.readers.add(reader)
        if len(self.readers) > MOST_PRESENT and not self._crowded:
            self._crowded = True
            self._came_or_went = {"": signal("presence", agent_id=None, present=None)}

    def leave(self, reader: Reader) -> None:
        """`reader` is offered nothing more."""
        self.readers.discard(reader)
        if not self.readers:
            self._subscription.close()
            self._task.cancel()
            self._empty(self._workspace_id)

    async def check_grants(self) -> None:
        """Read once, for all readers, who may still read what; those who may not leave. Raises what reading raises."""
        readers, number, now = tuple(self.readers), asked(), asyncio.get_running_loop().time()
        credentials = {reader.principal.credential for reader in readers}
        found = await self._gate.list_principals(self._workspace_id, credentials)
        for reader in readers:
            reader.grant(found.get(reader.principal.credential), number)
        self._checked_at = now

    async def keep_grants(self) -> None:
        """Check grants that are due. While that fails nothing is sent that needs them, and nobody has to leave."""
        if self._age() < CHECK_SECONDS:
            return
        try:
            await self.check_grants()
        except Exception:  # noqa: BLE001 - asked again in a moment, and before anything is sent
            _log.warning("grants couldn't be read", workspace_id=self._workspace_id, exc_info=True)

    def list_present(self) -> list[str] | None:
        """The ids of the agents who are connected now; None once so many listen that this isn't told."""
        if self._crowded:
            return None
        return sorted(who.removeprefix("agent:") for who in self._bus.list_present(self._workspace_id))

    async def look_after(self) -> None:
        """Drop who is stuck, tell who came or went since the last time, greet who is idle."""
        now = asyncio.get_running_loop().time()
        for reader in tuple(self.readers):
            if reader.is_stuck(now):
                _log.info("a reader was dropped", subject=reader.principal.subject)
                reader.drop()
        news, self._came_or_went = self._came_or_went, {}
        if news:
            await self._tell(tuple(self.readers), b"".join(news.values()))
        await self._tell([reader for reader in self.readers if reader.is_idle(now)], HEARTBEAT)

    def _age(self) -> float:
        """How many seconds ago grants were asked for."""
        return asyncio.get_running_loop().time() - self._checked_at

    async def _follow(self) -> None:
        while self.readers or not self._subscription.closed:
            async for first in self._subscription:
                for item in _together([first, *self._subscription.take()]):
                    await self._spread(item)
            self._subscription = self._bus.subscribe(self._workspace_id, cap=BUFFER)
            self._all_behind()

    async def _spread(self, item: Committed | Signal) -> None:
        if isinstance(item, Signal) and item.name == "presence":
            self._note_presence(str(item.body["who"]).removeprefix("agent:"), present=bool(item.body["present"]))
            return
        with shared("stream", _causes(item), workspace_id=self._workspace_id, readers=len(self.readers)):
            await self._offer(item)

    async def _offer(self, item: Committed | Signal) -> None:
        try:
            offered: Item = await (self._passing(item) if isinstance(item, Signal) else self._framed(item))
            if self._age() > HOLD_SECONDS or (isinstance(offered, Framed) and offered.changes_grants):
                await self.check_grants()
        except Exception:  # noqa: BLE001 - the log has it and the readers read on from there; the operator sees why
            _log.exception("a commit couldn't be framed", workspace_id=self._workspace_id)
            self._all_behind()
            return
        await self._tell(tuple(self.readers), offered)
        if isinstance(item, Committed):
            measured.fanout.add(max(time.time() - item.events[0].at / SECOND, 0.0))

    async def _tell(self, readers: Sequence[Reader], item: Item) -> None:
        """Give each what it may see of `item`. Most see the same: what is handed to the server is made once for neighbours."""
        said, body = b"", body_of(b"")
        for first in range(0, len(readers), TOLD_AT_ONCE):
            now = asyncio.get_running_loop().time()
            for reader in readers[first : first + TOLD_AT_ONCE]:
                try:
                    if piece := reader.take(item, now):
                        if piece is not said:
                            said, body = piece, body_of(piece)
                        await reader.send(body)
                except Exception:  # noqa: BLE001 - what is wrong with one connection concerns no other reader; the client comes back
                    reader.drop()
            await asyncio.sleep(0)

    async def _framed(self, item: Committed) -> Item:
        return await self._database.read(self._workspace_id, frame_events, item.epoch, item.events)

    async def _passing(self, item: Signal) -> Item:
        about = item.body.get("conversation_id")
        carriers = None
        if about is not None:
            found = await self._database.read(self._workspace_id, carriers_of_conversations, [about])
            carriers = found.get(about, frozenset())
        return Passing(signal(item.name, **item.body), carriers)

    def _note_presence(self, agent_id: str, *, present: bool) -> None:
        """Told within a second, and only as it is then: whoever is back so soon was never away."""
        if not self._crowded:
            self._came_or_went.pop(agent_id, None)
            self._came_or_went[agent_id] = signal("presence", agent_id=agent_id, present=present)

    def _all_behind(self) -> None:
        for reader in self.readers:
            reader.fall_behind()


def signal(name: str, **facts: object) -> bytes:
    """A signal as it goes over the wire: it has no number."""
    return b"event: signal\ndata: " + msgspec.json.encode({"name": name, **facts}) + b"\n\n"


def _causes(item: Committed | Signal) -> Iterator[str | None]:
    if isinstance(item, Committed):
        yield from (logged.trace for logged in item.events)


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
