"""What goes over a bus, who hears it, and what the product asks of any bus."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, Self, runtime_checkable

from lyhord.kit.events import Logged

CAP = 256


class Committed(NamedTuple):
    """Events of one commit, in order, numbers without gaps. The same objects go to every subscription."""

    workspace_id: str
    epoch: int
    events: tuple[Logged, ...]


class Signal(NamedTuple):
    """Something passing, without a number: `typing`, `looking`, `left` or `presence`."""

    workspace_id: str
    name: str
    body: Mapping[str, Any]


class Subscription:
    """News of one workspace, or of all, in the order of publishing: `async for item in subscription`.

    The buffer takes a batch while fewer than `cap` events stand in it. A reader slower than that is dropped: the buffer is
    emptied, `dropped` is True, `on_drop` is called and the iteration ends; the reader goes on from its cursor in the log.
    """

    def __init__(
        self, leave: Callable[["Subscription"], None], cap: int, on_drop: Callable[[], None] | None = None
    ) -> None:
        self._leave = leave
        self._cap = cap
        self._on_drop = on_drop
        self._items: deque[Committed | Signal] = deque()
        self._size = 0
        self._wake = asyncio.Event()
        self.dropped = False
        self.closed = False

    def offer(self, item: Committed | Signal) -> None:
        """Called by the bus: keep `item`, or drop the reader. Never waits, never raises."""
        if self.closed:
            return
        if self._size >= self._cap:
            self.drop()
            return
        self._items.append(item)
        self._size += _weight(item)
        self._wake.set()

    def drop(self) -> None:
        """Called by the bus: the reader missed something, and must go on from its cursor."""
        if self.closed:
            return
        self.dropped = True
        self.close()
        self._items.clear()
        if self._on_drop is not None:
            asyncio.get_running_loop().call_soon(self._on_drop)

    def take(self) -> list[Committed | Signal]:
        """All that stands in the buffer now, maybe nothing."""
        taken = list(self._items)
        self._items.clear()
        self._size = 0
        return taken

    def close(self) -> None:
        """Hear nothing more; what stands in the buffer can still be read. More than once is fine."""
        if not self.closed:
            self.closed = True
            self._leave(self)
            self._wake.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Committed | Signal:
        while not self._items:
            if self.closed:
                raise StopAsyncIteration
            self._wake.clear()
            await self._wake.wait()
        item = self._items.popleft()
        self._size -= _weight(item)
        return item


@runtime_checkable
class Bus(Protocol):
    """What the product asks of a bus."""

    def publish(self, workspace_id: str, epoch: int, events: Sequence[Logged]) -> None:
        """Tell of committed events; fits `Database.listen`."""

    def signal(self, workspace_id: str, name: str, body: Mapping[str, Any]) -> None:
        """Tell of something passing."""

    def subscribe(
        self, workspace_id: str | None, *, cap: int = CAP, on_drop: Callable[[], None] | None = None
    ) -> Subscription:
        """Hear of one workspace, or of all with None, from now on until the subscription is closed.

        Each event comes once and in the order of the log. The first subscription of a process may begin with a few older ones, or, when
        much was committed while it came, after some of that: who has read the log compares numbers, or looks again at the first.
        """

    def enter(self, workspace_id: str, who: str) -> Callable[[], None]:
        """Note that `who` (`agent:<id>`) is connected; the returned function notes that this connection is gone.

        A signal `presence` {who, present} tells of the first connection and of the last.
        """

    def list_present(self, workspace_id: str) -> frozenset[str]:
        """Who is connected now."""

    def list_troubles(self) -> list[str]:
        """What is amiss, as message keys; the product goes on working, only slower to tell."""


def _weight(item: Committed | Signal) -> int:
    return len(item.events) if isinstance(item, Committed) else 1
