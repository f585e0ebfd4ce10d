"""What happens to routing. What it did is told by `ticket.assigned`."""

from lyhord.kit.events import Event


class RoutingChanged(Event, frozen=True, kw_only=True, tag="routing.changed"):
    """A route was made, changed, moved or removed, or how an agent or an inbox takes part."""


class RoutingReplayed(Event, frozen=True, kw_only=True, tag="routing.replayed"):
    """A day has been replayed under other rules, or it turned out that it can't be."""

    replay_id: str


EVENTS = (RoutingChanged, RoutingReplayed)
