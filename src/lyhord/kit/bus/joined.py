"""The bus of several processes on one database. A link tells at once; the log, looked at every two seconds, tells what it lost."""

import asyncio
import math
from bisect import insort
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec
import structlog

from lyhord.kit.bus import wire
from lyhord.kit.bus.local import LocalBus
from lyhord.kit.bus.subscriptions import CAP, Committed, Subscription
from lyhord.kit.bus.wire import Ask, Here, Link, Passed, Told
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.database.database import NOWHERE
from lyhord.kit.database.log import read_events, read_head, read_heads, read_heads_of
from lyhord.kit.events import Catalogue, Logged
from lyhord.kit.pacing import Pulse

POLL_SECONDS = 2.0
HOLE_SECONDS = 0.05
"""How long a missing number may still be on its way before the log is read."""
BEAT_SECONDS = 4.0
SAY_SECONDS = 0.1
"""How long after somebody came or went it is said who is connected here."""
SILENT_SECONDS = 13.0
"""A process that hasn't said for so long who is connected to it has died."""
OVERLAP = 64
"""Events before the head with which a new listener's workspace begins: what was committed while it came is nearly always among them."""
PAGE = 500
MOST_READ = 2_000
"""With more than this missing, listeners read on from the log by themselves."""
MOST_HELD = 64
EMPTY = (1, 0)
"""Epoch and last number of a log that hasn't begun: listeners are told of its first event."""
UNREACHED = "ready.bus"
"""Message key: other processes are heard of with a delay."""

_log = structlog.get_logger()


class _Place:
    """How far the listeners of one workspace have been told. `seq` is None until that is known."""

    def __init__(self, epoch: int = 0, seq: int | None = None) -> None:
        self.epoch = epoch
        self.seq = seq
        self.held: list[Committed] = []
        self.due = math.inf
        """When the log is to be read (time of the event loop)."""


class _Found(NamedTuple):
    """What the log has past a number: with None as that number, its last few events."""

    epoch: int
    head: int
    after: int
    events: Sequence[Logged]


class SharedBus:
    """Tells those who listen in this process what any process committed; see `Bus` for what each function promises."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        link: Link | None = None,
        *,
        poll_seconds: float = POLL_SECONDS,
        beat_seconds: float = BEAT_SECONDS,
    ) -> None:
        """Without a link only the log joins the processes, and signals stay in this one."""
        self._database = database
        self._catalogue = catalogue
        self._link = link
        self._poll_seconds = poll_seconds
        self._beat_seconds = beat_seconds
        self._process = uuid4().hex
        self._local = LocalBus()
        self._places: dict[str, _Place] = {}
        self._knows_all = False
        """Whether every log there was at the last look has its place: one without began after it."""
        self._to_say: set[str] = set()
        self._pulse = Pulse()
        self._poll_at = 0.0
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to follow the others; returns at once."""
        parts: list[Coroutine[Any, Any, None]] = [self._follow()]
        if self._link is not None:
            self._link.start(self)
            parts.append(self._beat())
        self._tasks = [asyncio.ensure_future(part) for part in parts]

    async def stop(self) -> None:
        """Hear and tell nothing more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._link is not None:
            for workspace_id in tuple(self._to_say):
                self._say_here(workspace_id)
            await self._link.stop()

    def publish(self, workspace_id: str, epoch: int, events: Sequence[Logged]) -> None:
        """See `Bus.publish`."""
        if not events:
            return
        committed = Committed(workspace_id, epoch, tuple(events))
        if self._link is not None and self._link.up:
            self._link.send(workspace_id, wire.encode_events(committed))
        self._take(committed)

    def signal(self, workspace_id: str, name: str, body: Mapping[str, Any]) -> None:
        """See `Bus.signal`."""
        self._send(workspace_id, wire.encode_signal(name, body))
        self._local.signal(workspace_id, name, body)

    def subscribe(
        self, workspace_id: str | None, *, cap: int = CAP, on_drop: Callable[[], None] | None = None
    ) -> Subscription:
        """See `Bus.subscribe`."""
        fresh = workspace_id not in self._local.listened
        subscription = self._local.subscribe(workspace_id, cap=cap, on_drop=on_drop)
        if fresh:
            self._follow_others()
            if workspace_id is not None:
                self._places.setdefault(workspace_id, _Place())
                self._send(workspace_id, wire.encode(Ask()))
            self.catch_up()
        return subscription

    def enter(self, workspace_id: str, who: str) -> Callable[[], None]:
        """See `Bus.enter`."""
        leave_here = self._local.enter(workspace_id, who)
        self._say_here_soon(workspace_id)

        def leave() -> None:
            leave_here()
            self._say_here_soon(workspace_id)

        return leave

    def list_present(self, workspace_id: str) -> frozenset[str]:
        """See `Bus.list_present`."""
        return self._local.list_present(workspace_id)

    def list_troubles(self) -> list[str]:
        """See `Bus.list_troubles`."""
        return [] if self._link is None or self._link.up else [UNREACHED]

    def hear(self, workspace_id: str, data: bytes) -> None:
        """See `Listener.hear`. What can't be read is left to the next look at the log."""
        try:
            message = wire.decode(data)
        except msgspec.MsgspecError:
            _log.warning("another process said something that can't be read", workspace_id=workspace_id)
            return
        if isinstance(message, Told):
            self._hear_events(workspace_id, message)
        elif isinstance(message, Passed):
            self._local.signal(workspace_id, message.name, message.body)
        elif isinstance(message, Here):
            until = asyncio.get_running_loop().time() + SILENT_SECONDS
            self._local.presence.hear(workspace_id, message.process, message.who, until)
        elif self._local.presence.list_here(workspace_id):
            self._say_here(workspace_id)

    def come_up(self) -> None:
        """See `Listener.come_up`."""
        self._follow_others()
        for workspace_id in self._local.listened:
            if workspace_id is not None:
                self._send(workspace_id, wire.encode(Ask()))
        self._say_all_here()
        self.catch_up()

    def catch_up(self) -> None:
        """See `Listener.catch_up`."""
        self._poll_at = 0.0
        self._pulse.poke()

    def _send(self, workspace_id: str, data: bytes) -> None:
        if self._link is not None:
            self._link.send(workspace_id, data)

    def _follow_others(self) -> None:
        if self._link is not None:
            self._link.follow(self._local.listened)

    def _say_here_soon(self, workspace_id: str) -> None:
        """Once for all who come or go at about the same time."""
        if self._link is not None and workspace_id not in self._to_say:
            self._to_say.add(workspace_id)
            asyncio.get_running_loop().call_later(SAY_SECONDS, self._say_here, workspace_id)

    def _say_here(self, workspace_id: str) -> None:
        self._to_say.discard(workspace_id)
        who = sorted(self._local.presence.list_here(workspace_id))
        self._send(workspace_id, wire.encode(Here(self._process, who)))

    def _say_all_here(self) -> None:
        for workspace_id in self._local.presence.workspaces:
            self._say_here(workspace_id)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._beat_seconds)
            self._say_all_here()
            self._local.presence.expire(asyncio.get_running_loop().time())

    def _hear_events(self, workspace_id: str, told: Told) -> None:
        try:
            events = wire.decode_events(told, self._catalogue)
        except msgspec.MsgspecError:
            events = ()
        if events:
            self._take(Committed(workspace_id, told.epoch, tuple(events)))
        elif self._local.hears(workspace_id):
            self._read_soon(self._place_of(workspace_id), 0)

    def _place_of(self, workspace_id: str) -> _Place:
        return self._places.setdefault(workspace_id, _Place(*EMPTY) if self._knows_all else _Place())

    def _take(self, item: Committed) -> None:
        """Deliver what follows, hold what comes too early, forget what was told."""
        if not self._local.hears(item.workspace_id):
            return
        place = self._place_of(item.workspace_id)
        if place.seq is not None and item.epoch < place.epoch:
            return
        if place.seq is None or item.epoch > place.epoch or item.events[0].seq > place.seq + 1:
            if len(place.held) < MOST_HELD:
                insort(place.held, item, key=lambda one: one.events[0].seq)
            self._read_soon(place, 0 if place.seq is None else HOLE_SECONDS)
            return
        self._deliver(place, item)
        self._release(place)

    def _deliver(self, place: _Place, item: Committed) -> None:
        assert place.seq is not None
        told = place.seq - item.events[0].seq + 1
        if told >= len(item.events):
            return
        place.seq = item.events[-1].seq
        self._local.deliver(item._replace(events=item.events[told:]) if told > 0 else item)

    def _release(self, place: _Place) -> None:
        """Deliver of what is held whatever follows now."""
        while place.held and place.seq is not None and place.held[0].events[0].seq <= place.seq + 1:
            item = place.held.pop(0)
            if item.epoch == place.epoch:
                self._deliver(place, item)
        if not place.held:
            place.due = math.inf

    def _read_soon(self, place: _Place, seconds: float) -> None:
        due = asyncio.get_running_loop().time() + seconds
        if due < place.due:
            place.due = due
            self._pulse.poke()

    async def _follow(self) -> None:
        """Look at the log when it is time, and where something is missing."""
        loop = asyncio.get_running_loop()
        while True:
            next_at = min([self._poll_at, *(place.due for place in self._places.values())])
            await self._pulse.wait(next_at - loop.time())
            try:
                if self._poll_at <= loop.time():
                    self._poll_at = loop.time() + self._poll_seconds
                    await self._poll()
                for workspace_id, place in list(self._places.items()):
                    if place.due <= loop.time():
                        await self._fill(workspace_id, place)
            except Exception as error:  # noqa: BLE001 - the log is still there at the next look; the operator hears of it
                _log.warning("the log couldn't be followed", error=repr(error))
                await asyncio.sleep(self._poll_seconds / 4)

    async def _poll(self) -> None:
        """Compare how far all workspaces with listeners have come with what those were told: one query for all of them."""
        listened = self._local.listened
        self._follow_others()
        everything = None in listened
        if not everything:
            self._knows_all = False
            self._places = {key: place for key, place in self._places.items() if key in listened}
            if not listened:
                return
        wanted = None if everything else sorted(key for key in listened if key)
        found = await self._database.read_reachable(_read_heads, wanted)
        heads = list(chain.from_iterable(found))
        for workspace_id, head, epoch in heads:
            fresh = everything and not self._knows_all and workspace_id not in self._places
            place = self._places[workspace_id] = _Place(epoch, head) if fresh else self._place_of(workspace_id)
            if place.seq is None or epoch != place.epoch or head > place.seq:
                place.due = 0
        if len(found) < len(self._database.shards):
            return  # what isn't seen now may be in a database that is away
        self._knows_all = everything
        begun = {head[0] for head in heads}
        for place in [self._place_of(key) for key in listened if key is not None and key not in begun]:
            if place.seq is None:
                place.epoch, place.seq = EMPTY

    async def _fill(self, workspace_id: str, place: _Place) -> None:
        """Read what is missing, and deliver it."""
        while True:
            place.due = math.inf
            early = list(place.held)
            first = early[0].events[0].seq if early else math.inf
            found = await self._database.read(workspace_id, _read_on, self._catalogue, place.seq, first)
            if place.seq is None or found.epoch != place.epoch or found.head - place.seq > MOST_READ:
                self._start_at(workspace_id, place, found)
            if found.events:
                self._deliver(place, Committed(workspace_id, found.epoch, tuple(found.events)))
            elif place.seq is not None and place.seq < found.head:
                self._start_at(workspace_id, place, found)
            if place.seq is None or place.seq >= found.head:
                break
        for item in early:  # the log didn't have it though it was said to be committed
            with suppress(ValueError):
                place.held.remove(item)
        self._release(place)
        if place.held:
            self._read_soon(place, HOLE_SECONDS)

    def _start_at(self, workspace_id: str, place: _Place, found: _Found) -> None:
        """Begin at another place. Those who were told up to an earlier one read on by themselves."""
        if place.seq is not None:
            self._local.drop(workspace_id)
        place.epoch, place.seq = found.epoch, found.after if place.seq is None else found.head


def _read_heads(tx: ReadTx, workspace_ids: list[str] | None) -> list[tuple[str, int, int]]:
    rows = tx.all(read_heads) if workspace_ids is None else tx.all(read_heads_of, ids=workspace_ids)
    return [(row[0], row[1], row[2]) for row in rows if row[0] != NOWHERE]


def _read_on(tx: ReadTx, catalogue: Catalogue, after: int | None, first: float) -> _Found:
    """What follows `after`; where that isn't known, the last few events and those from `first` on."""
    head, epoch = tx.one(read_head) or (0, 1)
    after = int(max(min(head - OVERLAP, first - 1), 0)) if after is None else after
    rows = tx.all(read_events, after=after, most=PAGE) if 0 < head - after <= MOST_READ else []
    return _Found(epoch, head, after, catalogue.decode(rows))
