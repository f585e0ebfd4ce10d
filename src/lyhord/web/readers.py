"""One reader of a live stream: a bounded buffer, a place in the log, and today's grants."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from itertools import count
from typing import NamedTuple

from lyhord.conversations.visibility import Viewer
from lyhord.kit.http import Principal
from lyhord.kit.measures import measured
from lyhord.web.asgi import Message, Send, cut, flow_of
from lyhord.web.frames import Framed, Place, Stretch
from lyhord.workspaces.reach import Reach

MOST_ITEMS = 256
MOST_EVENTS = 4_096
PAGE = 500
MOST_REPLAYED = 5_000
"""Events that a returning reader gets one by one; with more it is cheaper to read the screens afresh."""
SILENT_SECONDS = 20.0
"""After this long without a word a comment is sent, so that both sides notice a dead connection."""
STUCK_SECONDS = 10.0
CHECK_SECONDS = 3.0
"""How often it is read who may still read what: the stream of whoever may no longer ends within 5 s."""
HOLD_SECONDS = 4.5
"""How old grants may be when something is sent; older ones are read again first."""
HEARTBEAT = b": still here\n\n"

POWER = "conversations.read"
"""Without it nobody reads a stream."""
asked = count(1).__next__
"""Numbers the questions for grants, so that an answer never gives way to that of an earlier question."""

Renew = Callable[[Principal], Awaitable[Principal | None]]
Fetch = Callable[[int, int], Awaitable[Stretch]]
"""Reads (after, most) events of the reader's workspace."""


class Passing(NamedTuple):
    """A signal. `carriers` are the inboxes of the conversation that it is about; None when it is about none."""

    body: bytes
    carriers: Collection[str] | None


Item = Framed | Passing | bytes


def read_place(text: str) -> Place | None:
    """The place that a client names in Last-Event-ID, or None for anything that we never wrote."""
    epoch, _, seq = text.partition(":")
    digits = epoch.isascii() and epoch.isdigit() and seq.isascii() and seq.isdigit() and len(text) < 40
    return Place(int(epoch), int(seq)) if digits else None


def body_of(piece: bytes) -> Message:
    """A part of the answer, as servers take it."""
    return {"type": "http.response.body", "body": piece, "more_body": True}


class Reader:
    """Sends one connection what its caller may see, by the server's own `send`.

    Everything but `serve` is called by others and waits for nobody who reads. While there is nothing to do for its task, what comes is
    sent from the caller's: a thousand tasks woken for one event cost more than sending it to all of them.
    """

    __slots__ = (
        *(
            "principal",
            "viewer",
            "send",
            "dropped",
            "_sending_since",
            "_heard_at",
            "_flow",
            "_fetch",
            "_renew",
            "_items",
        ),
        *("_weight", "_wake", "_granted", "_unsure", "_behind", "_gone", "_place", "_task"),
    )

    def __init__(self, principal: Principal, *, send: Send, fetch: Fetch, renew: Renew) -> None:
        self.principal = principal
        self.viewer = _viewer(principal)
        self._sending_since: float | None = None
        self._heard_at = 0.0
        self.dropped = False
        self.send = send
        self._flow = flow_of(send)
        self._fetch = fetch
        self._renew = renew
        self._items: deque[Item] = deque()
        self._weight = 0
        self._wake = asyncio.Event()
        self._wake.set()
        self._granted = 0
        self._unsure = False
        self._behind = False
        self._gone = False
        self._place = Place(0, 0)
        self._task: asyncio.Task[None] | None = None

    def take(self, item: Item, now: float) -> bytes:
        """What the caller is to `send` of it at once (`now` on the loop's clock); queued while the task is busy or the connection full.

        This runs for each reader of each commit: what is usual comes first, in as few calls as it can be.
        """
        if self._wake.is_set() or self._flow.write_paused:
            self.offer(item)
            return b""
        place = self._place
        if type(item) is Framed and item.first == place.seq + 1 and item.epoch == place.epoch and not self._behind:
            self._place = item.place
            piece = item.for_viewer(self.viewer, place.seq)
        else:
            piece = self._piece(item)
            if self._behind:
                self._wake.set()
        if piece:
            self._heard_at = now
        return piece

    def offer(self, item: Item) -> None:
        """Queue something. A reader that doesn't take what it is sent is dropped; one that is only busy reads on from the log."""
        if self._behind and isinstance(item, Framed):
            return
        self._weight += item.last - item.first + 1 if isinstance(item, Framed) else 1
        if len(self._items) >= MOST_ITEMS or self._weight > MOST_EVENTS:
            if self._sending_since is not None:
                self.drop()
            else:
                self.fall_behind()
            return
        self._items.append(item)
        self._wake.set()

    def fall_behind(self) -> None:
        """What is queued is forgotten; the log has it."""
        self._items.clear()
        self._weight = 0
        self._behind = self._unsure = True
        self._wake.set()

    def is_stuck(self, now: float) -> bool:
        """Whether the client takes nothing of what it is being sent."""
        return self._sending_since is not None and now - self._sending_since > STUCK_SECONDS

    def is_idle(self, now: float) -> bool:
        """Whether nothing was sent for long."""
        return self._sending_since is None and now - self._heard_at >= SILENT_SECONDS

    def grant(self, principal: Principal | None, number: int) -> None:
        """Today's grants, in answer to the question `number`. Without any, nothing more is sent and the stream ends."""
        if number < self._granted:
            return
        self._granted = number
        self._unsure = False
        if principal is None or not principal.may(POWER):
            self.leave()
        elif principal != self.principal:
            self.principal = principal
            self.viewer = _viewer(principal)

    def leave(self) -> None:
        """The client went away, may read no longer, or the server stops. What is queued isn't sent."""
        self._gone = True
        self._wake.set()

    def drop(self) -> None:
        """Cut the connection without waiting for anything; the client comes back with its place."""
        if not self.dropped:
            self.dropped = True
            measured.streams_dropped += 1
            cut(self.send)
            if self._task is not None:
                self._task.cancel()

    async def serve(self, place: Place | None, hello: Callable[[Place], bytes]) -> None:
        """Send `hello`, what happened since `place`, and then what happens, until the reader leaves or may read no longer."""
        self._task = asyncio.current_task()
        try:
            await self._begin(place, hello)
            while await self._woken():
                if self._behind:
                    await self._catch_up()
                await self._pass_on()
        except asyncio.CancelledError:
            if not self.dropped:
                raise

    async def _begin(self, place: Place | None, hello: Callable[[Place], bytes]) -> None:
        stretch = await (self._fetch(0, 0) if place is None else self._fetch(place.seq, PAGE))
        head = Place(stretch.epoch, stretch.head)
        follows = place is not None and place.epoch == head.epoch and head.seq - MOST_REPLAYED <= place.seq <= head.seq
        self._place = place if place is not None and follows else head
        greeting = hello(self._place)
        if follows:
            self._behind = await self._read_on(stretch, greeting) or self._behind
        else:
            await self._write(greeting if place is None else greeting + self._reset(head))

    async def _woken(self) -> bool:
        """Wait for something to do; False when there is nothing more."""
        while not (self._items or self._behind or self._gone):
            self._wake.clear()
            await self._wake.wait()
        return not self._gone

    async def _refresh(self) -> None:
        number = asked()
        self.grant(await self._renew(self.principal), number)

    async def _catch_up(self) -> None:
        """Read on from the log until nothing follows. What is queued meanwhile is sorted out by its numbers."""
        self._behind = False
        while not self._gone and await self._read_on(await self._fetch(self._place.seq, PAGE)):
            pass

    async def _read_on(self, stretch: Stretch, greeting: bytes = b"") -> bool:
        """Send what the log has after our place; whether more follows."""
        framed = stretch.framed
        if stretch.broken or stretch.epoch != self._place.epoch:
            measured.gaps["log"] += stretch.broken
            await self._write(greeting + self._reset(Place(stretch.epoch, stretch.head)))
            return False
        if framed is not None and (framed.changes_grants or self._unsure):
            await self._refresh()
        if self._gone:
            return False
        if piece := greeting + (self._take(framed) if framed else b""):
            await self._write(piece)
        return self._place.seq < stretch.head

    async def _pass_on(self) -> None:
        """Send what is queued, as one piece."""
        items, self._items, self._weight = self._items, deque(), 0
        if not self._gone and (piece := b"".join([self._piece(item) for item in items])):
            await self._write(piece)

    def _piece(self, item: Item) -> bytes:
        """What of it goes to this reader; nothing once the log must be read for what is missing."""
        if isinstance(item, Framed):
            if self._behind or item.last <= self._place.seq:
                return b""
            if item.epoch != self._place.epoch or item.first > self._place.seq + 1:
                measured.gaps["bus"] += item.epoch == self._place.epoch
                self._behind = True
                return b""
            return self._take(item)
        if isinstance(item, Passing):
            return item.body if item.carriers is None or self.viewer.reach.covers_any(item.carriers) else b""
        return item

    def _take(self, framed: Framed) -> bytes:
        after = self._place.seq
        self._place = framed.place
        return framed.for_viewer(self.viewer, after)

    def _reset(self, head: Place) -> bytes:
        """Too much happened, or the log isn't the one that the client knew: it must read its screens afresh."""
        self._place = head
        return b'id: %s\nevent: reset\ndata: {"epoch":%d,"seq":%d}\n\n' % (head.wire(), *head)

    async def _write(self, data: bytes) -> None:
        loop = asyncio.get_running_loop()
        self._sending_since = self._heard_at = loop.time()
        await self.send(body_of(data))
        self._sending_since = None


def _viewer(principal: Principal) -> Viewer:
    return Viewer(principal.agent_id, Reach(principal.inbox_ids))
