"""Who is connected: here, counted by connection, and in other processes, as long as they say so."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from typing import NamedTuple

Changed = Callable[[str, str, bool], None]
"""Called with workspace, who, and whether they are there now."""


class _Elsewhere(NamedTuple):
    until: float
    who: frozenset[str]


class Presence:
    """Tells `changed` of the first connection of somebody anywhere and of the last."""

    def __init__(self, changed: Changed) -> None:
        self._changed = changed
        self._here: dict[str, Counter[str]] = {}
        self._elsewhere: dict[str, dict[str, _Elsewhere]] = defaultdict(dict)

    def enter(self, workspace_id: str, who: str) -> Callable[[], None]:
        """One more connection here; the returned function ends it."""
        was = self._is_present(workspace_id, who)
        self._here.setdefault(workspace_id, Counter())[who] += 1
        self._compare(workspace_id, {who: was})
        gone = False

        def leave() -> None:
            nonlocal gone
            if not gone:
                gone = True
                self._leave(workspace_id, who)

        return leave

    def hear(self, workspace_id: str, process: str, who: Collection[str], until: float) -> None:
        """Another process has these people connected, which holds until then (time of the event loop)."""
        known = self._elsewhere[workspace_id].get(process)
        concerned = frozenset(who) ^ (known.who if known else frozenset())
        before = {one: self._is_present(workspace_id, one) for one in concerned}
        if who:
            self._elsewhere[workspace_id][process] = _Elsewhere(until, frozenset(who))
        else:
            self._elsewhere[workspace_id].pop(process, None)
        if not self._elsewhere[workspace_id]:
            del self._elsewhere[workspace_id]
        self._compare(workspace_id, before)

    def expire(self, now: float) -> None:
        """Forget what processes said that haven't said it again."""
        silent = [
            (workspace_id, process)
            for workspace_id, processes in self._elsewhere.items()
            for process, elsewhere in processes.items()
            if elsewhere.until <= now
        ]
        for workspace_id, process in silent:
            self.hear(workspace_id, process, (), now)

    def list_here(self, workspace_id: str) -> frozenset[str]:
        """Who is connected to this process."""
        return frozenset(self._here.get(workspace_id, ()))

    def list_present(self, workspace_id: str) -> frozenset[str]:
        """Who is connected anywhere."""
        elsewhere = self._elsewhere.get(workspace_id, {}).values()
        return self.list_here(workspace_id).union(*(one.who for one in elsewhere))

    @property
    def workspaces(self) -> tuple[str, ...]:
        """Those with somebody connected to this process."""
        return tuple(self._here)

    def _leave(self, workspace_id: str, who: str) -> None:
        connections = self._here[workspace_id]
        connections[who] -= 1
        if connections[who]:
            return
        del connections[who]
        if not connections:
            del self._here[workspace_id]
        self._compare(workspace_id, {who: True})

    def _is_present(self, workspace_id: str, who: str) -> bool:
        return who in self._here.get(workspace_id, ()) or any(
            who in one.who for one in self._elsewhere.get(workspace_id, {}).values()
        )

    def _compare(self, workspace_id: str, before: dict[str, bool]) -> None:
        for who, was in before.items():
            present = self._is_present(workspace_id, who)
            if present != was:
                self._changed(workspace_id, who, present)
