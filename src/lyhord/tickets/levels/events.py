"""What happens to service levels and their clocks."""

from lyhord.kit.events import Event


class LevelChanged(Event, frozen=True, kw_only=True, tag="level.changed"):
    """A service level was made, changed, moved or removed."""

    level_id: str


class DueChanged(Event, frozen=True, kw_only=True, tag="ticket.due_changed"):
    """The next promise of the ticket is due at another time, or none is any more; or it is certain by now if one was kept."""

    ticket_id: str


class ClockWarned(Event, frozen=True, kw_only=True, tag="clock.warned"):
    """Something promised is nearly due. `clock` is its kind, `agent_ids` are those to be told."""

    ticket_id: str
    clock: str
    due_at: int
    agent_ids: tuple[str, ...] = ()


class ClockBroken(Event, frozen=True, kw_only=True, tag="clock.broken"):
    """Something promised is late."""

    ticket_id: str
    clock: str
    due_at: int
    agent_ids: tuple[str, ...] = ()


EVENTS = (LevelChanged, DueChanged, ClockWarned, ClockBroken)
