"""What happens to hints."""

from lyhord.kit.events import Event


class ComplaintHinted(Event, frozen=True, kw_only=True, tag="complaint.hinted"):
    """A message of the ticket may be a complaint, or somebody said whether it is."""

    ticket_id: str
    message_id: str


class TicketMoodSaid(Event, frozen=True, kw_only=True, tag="ticket.mood_said"):
    """Somebody said how the writer of a message feels, or took it back."""

    ticket_id: str
    message_id: str


class ComplaintsLookedAt(Event, frozen=True, kw_only=True, tag="complaints.looked_at"):
    """There are messages to look at which may be complaints that were missed, or somebody looked at one. `message_id` is that one."""

    message_id: str | None = None


EVENTS = (ComplaintHinted, TicketMoodSaid, ComplaintsLookedAt)
