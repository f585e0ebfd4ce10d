"""What happens to surges. What was said to members is told by `message.replied`, who has a ticket by `ticket.assigned`."""

from lyhord.kit.events import Event


class SurgeBegun(Event, frozen=True, kw_only=True, tag="surge.begun"):
    """Many write about one matter, and somebody leads it."""

    surge_id: str


class SurgeChanged(Event, frozen=True, kw_only=True, tag="surge.changed"):
    """What it is about, says or simplifies is another thing; `version` is that of the public update now."""

    surge_id: str
    version: int = 0


class SurgeEnded(Event, frozen=True, kw_only=True, tag="surge.ended"):
    """It is over: all that it changed is given back."""

    surge_id: str


class SurgeMembersChanged(Event, frozen=True, kw_only=True, tag="surge.members_changed"):
    """Conversations joined it, or were taken out."""

    surge_id: str


class SurgeSaid(Event, frozen=True, kw_only=True, tag="surge.said"):
    """Something began to be said to its members, was stopped, went on, or got further."""

    surge_id: str
    text_id: str


class SurgeCalled(Event, frozen=True, kw_only=True, tag="surge.called"):
    """These agents were called in, or answered that they come or don't; `asked` is 1 where they are asked now."""

    surge_id: str
    agent_ids: tuple[str, ...]
    asked: int = 0


EVENTS = (SurgeBegun, SurgeChanged, SurgeEnded, SurgeMembersChanged, SurgeSaid, SurgeCalled)
