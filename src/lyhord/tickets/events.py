"""What happens to tickets."""

from lyhord.kit.events import Event
from lyhord.tickets.levels import events as levels
from lyhord.tickets.macros import events as macros


class TicketOpened(Event, frozen=True, kw_only=True, tag="ticket.opened"):
    """There is work to be done on a conversation."""

    ticket_id: str


class TicketReopened(Event, frozen=True, kw_only=True, tag="ticket.reopened"):
    """The customer answered after the work was called done."""

    ticket_id: str


class TicketAssigned(Event, frozen=True, kw_only=True, tag="ticket.assigned"):
    """Who answers for the ticket changed; None where it is nobody. `message_id` is the note with which it was handed over."""

    ticket_id: str
    agent_id: str | None = None
    team_id: str | None = None
    message_id: str | None = None


class TicketChanged(Event, frozen=True, kw_only=True, tag="ticket.changed"):
    """The status changed, or when the ticket wakes."""

    ticket_id: str
    status: str
    snoozed_until: int | None = None


class TicketTagged(Event, frozen=True, kw_only=True, tag="ticket.tagged"):
    """The tags of the ticket are other ones."""

    ticket_id: str


class TicketKindChanged(Event, frozen=True, kw_only=True, tag="ticket.kind_changed"):
    """The ticket is work of another kind than was thought."""

    ticket_id: str
    ticket_kind: str
    before: str


class SavedViewChanged(Event, frozen=True, kw_only=True, tag="saved_view.changed"):
    """A saved view was made, changed or removed, or others may see it now."""

    view_id: str


EVENTS = (
    TicketOpened,
    TicketReopened,
    TicketAssigned,
    TicketChanged,
    TicketTagged,
    TicketKindChanged,
    SavedViewChanged,
    *levels.EVENTS,
    *macros.EVENTS,
)
