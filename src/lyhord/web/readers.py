"""One reader of a live stream: a bounded buffer, a place in the log, and today's grants."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from typing import NamedTuple

from lyhord.conversations.visibility import Viewer
from lyhord.kit.http import Principal
from lyhord.kit.measures import measured
from lyhord.web.asgi import Send, cut, flow_of
from lyhord.web.frames import Framed, Place, Stretch
from lyhord.workspaces.reach import Reach

MOST_ITEMS = 256
MOST_EVENTS = 4_096
PAGE = 500
MOST_REPLAYED = 5_000
"""Events that a returning reader gets one by one; with more it is cheaper to read the screens afresh."""
HEARTBEAT = b": still here\n\n"

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


class Reader:
    """Sends one connection what its caller may see, by the server's own `send`.

    Everything but `serve` is called by others and waits for nobody who reads. While there is nothing to do for its task, what comes is
    sent from the caller's: a thousand tasks woken for one event cost more than sending it to all of them.
    """

    def __init__(self, principal: Principal, *, send: Send, fetch: Fetch, renew: Renew) -> None:
        self.principal = principal
        self.viewer = _viewer(principal)
        self.sending_since: float | None = None
        self.heard_at = 0.0
        self.dropped = False
        self._send = send
        self._flow = flow_of(send)
        self._fetch = fetch
        self._renew = renew
        self._items: deque[Item] = deque()
        self._weight = 0
        self._wake = asyncio.Event()
        self._wake.set()
        self._check = False
        self._behind = False
        self._gone = False
        self._place = Place(0, 0)
        self._task: asyncio.Task[None] | None = None

    async def tell(self, item: Item, now: float) -> None:
        """Send something now (`now` on the loop's clock) if the task has nothing to do and the connection takes it; else queue it."""
        if self._wake.is_set() or self._flow.write_paused or (isinstance(item, Framed) and item.changes_grants):
            self.offer(item)
            return
        try:
            piece = self._piece(item)
            if piece:
                self.heard_at = now
                await self._send({"type": "http.response.body", "body": piece, "more_body": True})
            elif self._behind:
                self._wake.set()
        except Exception:  # noqa: BLE001 - what is wrong with one connection concerns no other reader; the client comes back
            self.drop()

    def offer(self, item: Item) -> None:
        """Queue something. A reader that doesn't take what it is sent is dropped; one that is only busy reads on from the log."""
        if self._behind and isinstance(item, Framed):
            return
        self._weight += item.last - item.first + 1 if isinstance(item, Framed) else 1
        if len(self._items) >= MOST_ITEMS or self._weight > MOST_EVENTS:
            if self.sending_since is not None:
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
        self._behind = True
        self._wake.set()

    def check_grants(self) -> None:
        """Ask again, before anything more is sent, whether the caller may still read."""
        self._check = True
        self._wake.set()

    def leave(self) -> None:
        """The client went away, or the server stops."""
        self._gone = True
        self._wake.set()

    def drop(self) -> None:
        """Cut the connection without waiting for anything; the client comes back with its place."""
        if not self.dropped:
            self.dropped = True
            measured.streams_dropped += 1
            cut(self._send)
            if self._task is not None:
                self._task.cancel()

    async def serve(self, place: Place | None, hello: Callable[[Place], bytes]) -> None:
        """Send `hello`, what happened since `place`, and then what happens, until the reader leaves or may read no longer."""
        self._task = asyncio.current_task()
        try:
            await self._begin(place, hello)
            while not self._gone:
                await self._wake_up()
                if self._check and not await self._refresh():
                    return
                if self._behind:
                    await self._catch_up()
                await self._pass_on()
        except asyncio.CancelledError:
            if not self.dropped:
                raise

    async def _begin(self, place: Place | None, hello: Callable[[Place], bytes]) -> None:
        now = await self._fetch(0, 0)
        head = Place(now.epoch, now.head)
        follows = place is not None and place.epoch == head.epoch and head.seq - MOST_REPLAYED <= place.seq <= head.seq
        self._place = place if place is not None and follows else head
        await self._write(hello(self._place))
        if place is not None and not follows:
            await self._reset(head)
        self._behind = follows and self._place.seq < head.seq
        if self._behind:
            self._wake.set()

    async def _wake_up(self) -> None:
        while not (self._items or self._behind or self._check or self._gone):
            self._wake.clear()
            await self._wake.wait()

    async def _refresh(self) -> bool:
        self._check = False
        renewed = await self._renew(self.principal)
        if renewed is None or not renewed.may("conversations.read"):
            return False
        self.principal = renewed
        self.viewer = _viewer(renewed)
        return True

    async def _catch_up(self) -> None:
        """Read on from the log until nothing follows. What is queued meanwhile is sorted out by its numbers."""
        self._behind = False
        while not self._gone:
            stretch = await self._fetch(self._place.seq, PAGE)
            if stretch.broken or stretch.epoch != self._place.epoch:
                measured.gaps["log"] += stretch.broken
                await self._reset(Place(stretch.epoch, stretch.head))
                return
            if stretch.framed is None:
                return
            if stretch.framed.changes_grants and not await self._refresh():
                self._gone = True
                return
            await self._write(self._take(stretch.framed))

    async def _pass_on(self) -> None:
        """Send what is queued, as one piece."""
        items, self._items, self._weight = self._items, deque(), 0
        if any(isinstance(item, Framed) and item.changes_grants for item in items) and not await self._refresh():
            self._gone = True
            return
        if piece := b"".join([self._piece(item) for item in items]):
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

    async def _reset(self, head: Place) -> None:
        """Too much happened, or the log isn't the one that the client knew: it must read its screens afresh."""
        self._place = head
        await self._write(b'id: %s\nevent: reset\ndata: {"epoch":%d,"seq":%d}\n\n' % (head.wire(), *head))

    async def _write(self, data: bytes) -> None:
        loop = asyncio.get_running_loop()
        self.sending_since = self.heard_at = loop.time()
        await self._send({"type": "http.response.body", "body": data, "more_body": True})
        self.sending_since = None


def _viewer(principal: Principal) -> Viewer:
    return Viewer(principal.agent_id, Reach(principal.inbox_ids))
