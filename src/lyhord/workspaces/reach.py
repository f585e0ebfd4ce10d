"""Reach: which inboxes somebody may read. The one rule that lists, search, counts, streams and exports ask."""

from collections.abc import Iterable

from msgspec import Struct


class Reach(Struct, frozen=True):
    """The inboxes within reach; None means all of the workspace, those to come included."""

    inbox_ids: frozenset[str] | None = None

    def covers(self, inbox_id: str) -> bool:
        """Whether messages of this inbox may be read."""
        return self.inbox_ids is None or inbox_id in self.inbox_ids

    def covers_any(self, inbox_ids: Iterable[str]) -> bool:
        """Whether a conversation that went through these inboxes may be seen. One without any inbox may be seen by everyone."""
        if self.inbox_ids is None:
            return True
        inboxes = set(inbox_ids)
        return not inboxes or not inboxes.isdisjoint(self.inbox_ids)


EVERYTHING = Reach()
