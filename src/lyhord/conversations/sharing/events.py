"""What happens to shared drafts. None of it carries their words."""

from lyhord.kit.events import Event


class DraftShared(Event, frozen=True, kw_only=True, tag="draft.shared"):
    """A draft is shared, has other words or another writer, or is shared no more."""

    draft_id: str


class DraftTaken(Event, frozen=True, kw_only=True, tag="draft.taken"):
    """An agent went on with the shared draft of another."""

    draft_id: str
    agent_id: str
    from_id: str


EVENTS = (DraftShared, DraftTaken)
