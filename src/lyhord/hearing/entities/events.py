"""What happens to what a workspace calls its own."""

from lyhord.kit.events import Event


class EntitiesChanged(Event, frozen=True, kw_only=True, tag="entities.changed"):
    """The workspace's own names or patterns are other ones: from now on they are heard in messages."""


EVENTS = (EntitiesChanged,)
