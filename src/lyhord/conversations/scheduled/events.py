"""What happens to scheduled replies."""

from lyhord.kit.events import Event


class ScheduledChanged(Event, frozen=True, kw_only=True, tag="scheduled.changed"):
    """A reply was scheduled, put off, held or taken back, or couldn't be sent; or it became a message."""

    scheduled_id: str


EVENTS = (ScheduledChanged,)
