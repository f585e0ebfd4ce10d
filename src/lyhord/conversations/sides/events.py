"""What happens in side conversations. Kinds of their own, so that nothing that follows a customer's words takes these for them."""

from lyhord.kit.events import Event


class SideAsked(Event, frozen=True, kw_only=True, tag="side.asked"):
    """The company wrote to a third party; the delivery is queued."""

    message_id: str
    agent_id: str | None = None


class SideAnswered(Event, frozen=True, kw_only=True, tag="side.answered"):
    """A third party said something. `quiet` is 1 where a machine did, or somebody who is blocked: then nobody need look."""

    message_id: str
    quiet: int = 0


class SideClosed(Event, frozen=True, kw_only=True, tag="side.closed"):
    """Nothing more is expected in a side conversation."""


class SideReopened(Event, frozen=True, kw_only=True, tag="side.reopened"):
    """A closed side conversation goes on."""


EVENTS = (SideAsked, SideAnswered, SideClosed, SideReopened)
