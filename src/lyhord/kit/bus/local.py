"""The bus of a single process."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lyhord.kit.bus.presence import Presence
from lyhord.kit.bus.subscriptions import CAP, Committed, Signal, Subscription
from lyhord.kit.events import Logged


class LocalBus:
    """Tells those who listen in this process; see `Bus` for what each function promises."""

    def __init__(self) -> None:
        self._of_workspace: dict[str | None, dict[Subscription, None]] = defaultdict(dict)
        self.presence = Presence(self._tell_presence)

    def publish(self, workspace_id: str, epoch: int, events: Sequence[Logged]) -> None:
        """See `Bus.publish`."""
        if events:
            self.deliver(Committed(workspace_id, epoch, tuple(events)))

    def signal(self, workspace_id: str, name: str, body: Mapping[str, Any]) -> None:
        """See `Bus.signal`."""
        self.deliver(Signal(workspace_id, name, body))

    def subscribe(
        self, workspace_id: str | None, *, cap: int = CAP, on_drop: Callable[[], None] | None = None
    ) -> Subscription:
        """See `Bus.subscribe`."""
        subscription = Subscription(lambda gone: self._forget(workspace_id, gone), cap, on_drop)
        self._of_workspace[workspace_id][subscription] = None
        return subscription

    def enter(self, workspace_id: str, who: str) -> Callable[[], None]:
        """See `Bus.enter`."""
        return self.presence.enter(workspace_id, who)

    def list_present(self, workspace_id: str) -> frozenset[str]:
        """See `Bus.list_present`."""
        return self.presence.list_present(workspace_id)

    def list_troubles(self) -> list[str]:
        """See `Bus.list_troubles`."""
        return []

    @property
    def listened(self) -> frozenset[str | None]:
        """The workspaces that somebody listens to; None is all of them."""
        return frozenset(self._of_workspace)

    def hears(self, workspace_id: str) -> bool:
        """Whether somebody listens to the workspace."""
        return workspace_id in self._of_workspace or None in self._of_workspace

    def deliver(self, item: Committed | Signal) -> None:
        """Offer `item` to everybody who listens to its workspace."""
        for listeners in self._listeners(item.workspace_id):
            for subscription in tuple(listeners):
                subscription.offer(item)

    def drop(self, workspace_id: str) -> None:
        """Let everybody who listens to the workspace read on from the log."""
        for listeners in tuple(self._listeners(workspace_id)):
            for subscription in tuple(listeners):
                subscription.drop()

    def _tell_presence(self, workspace_id: str, who: str, present: bool) -> None:
        self.signal(workspace_id, "presence", {"who": who, "present": present})

    def _listeners(self, workspace_id: str) -> Iterable[dict[Subscription, None]]:
        for key in (workspace_id, None):
            if key in self._of_workspace:
                yield self._of_workspace[key]

    def _forget(self, workspace_id: str | None, subscription: Subscription) -> None:
        listeners = self._of_workspace[workspace_id]
        listeners.pop(subscription, None)
        if not listeners:
            del self._of_workspace[workspace_id]
