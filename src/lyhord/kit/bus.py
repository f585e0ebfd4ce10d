"""What was committed, told to whoever listens in this moment. Losing all of it loses nothing: the log is the truth.

Publishing is for the event loop's thread, never waits and never raises because of a listener. One process has `LocalBus`;
several would put a network bus behind the same protocol.
"""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
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
            self.dropped = True
            self.close()
            self._items.clear()
            if self._on_drop is not None:
                asyncio.get_running_loop().call_soon(self._on_drop)
            return
        self._items.append(item)
        self._size += _weight(item)
        self._wake.set()

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
        """Hear of one workspace, or of all with None, from now on until the subscription is closed."""

    def enter(self, workspace_id: str, who: str) -> Callable[[], None]:
        """Note that `who` (`agent:<id>`) is connected; the returned function notes that this connection is gone.

        A signal `presence` {who, present} tells of the first connection and of the last.
        """

    def list_present(self, workspace_id: str) -> frozenset[str]:
        """Who is connected now."""


class LocalBus:
    """The bus of a single process; see `Bus` for what each function promises."""

    def __init__(self) -> None:
        self._of_workspace: dict[str | None, dict[Subscription, None]] = defaultdict(dict)
        self._present: dict[str, Counter[str]] = defaultdict(Counter)

    def publish(self, workspace_id: str, epoch: int, events: Sequence[Logged]) -> None:
        """See `Bus.publish`."""
        if events:
            self._offer(Committed(workspace_id, epoch, tuple(events)))

    def signal(self, workspace_id: str, name: str, body: Mapping[str, Any]) -> None:
        """See `Bus.signal`."""
        self._offer(Signal(workspace_id, name, body))

    def subscribe(
        self, workspace_id: str | None, *, cap: int = CAP, on_drop: Callable[[], None] | None = None
    ) -> Subscription:
        """See `Bus.subscribe`."""
        subscription = Subscription(lambda gone: self._forget(workspace_id, gone), cap, on_drop)
        self._of_workspace[workspace_id][subscription] = None
        return subscription

    def enter(self, workspace_id: str, who: str) -> Callable[[], None]:
        """See `Bus.enter`."""
        connections = self._present[workspace_id]
        connections[who] += 1
        if connections[who] == 1:
            self.signal(workspace_id, "presence", {"who": who, "present": True})
        gone = False

        def leave() -> None:
            nonlocal gone
            if gone:
                return
            gone = True
            connections[who] -= 1
            if not connections[who]:
                del connections[who]
                self.signal(workspace_id, "presence", {"who": who, "present": False})

        return leave

    def list_present(self, workspace_id: str) -> frozenset[str]:
        """See `Bus.list_present`."""
        return frozenset(self._present.get(workspace_id, ()))

    def _offer(self, item: Committed | Signal) -> None:
        for listeners in self._listeners(item.workspace_id):
            for subscription in tuple(listeners):
                subscription.offer(item)

    def _listeners(self, workspace_id: str) -> Iterable[dict[Subscription, None]]:
        for key in (workspace_id, None):
            if key in self._of_workspace:
                yield self._of_workspace[key]

    def _forget(self, workspace_id: str | None, subscription: Subscription) -> None:
        listeners = self._of_workspace[workspace_id]
        listeners.pop(subscription, None)
        if not listeners:
            del self._of_workspace[workspace_id]


def _weight(item: Committed | Signal) -> int:
    return len(item.events) if isinstance(item, Committed) else 1
