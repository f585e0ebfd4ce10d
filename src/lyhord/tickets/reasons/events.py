"""What happens to the reasons of tickets."""

from lyhord.kit.events import Event


class TicketReasonsChanged(Event, frozen=True, kw_only=True, tag="ticket.reasons_changed"):
    """More, or something else, is known of why a ticket is there, or its customer's mood is another one. `reason_id` is the first
    reason; None where nobody is sure.
    """

    ticket_id: str
    reason_id: str | None = None


class TicketSignsChanged(Event, frozen=True, kw_only=True, tag="ticket.signs_changed"):
    """Something else stands out in the customer's words about the ticket. `rose` is 1 where anger rises from now on."""

    ticket_id: str
    rose: int = 0


EVENTS = (TicketReasonsChanged, TicketSignsChanged)
