"""What happens to what a language model writes about tickets."""

from lyhord.kit.events import Event


class TicketWorded(Event, frozen=True, kw_only=True, tag="ticket.worded"):
    """A language model wrote about the ticket, or couldn't: its summary (`summaries`), or how it was solved (`cases`)."""

    ticket_id: str
    use: str


EVENTS = (TicketWorded,)
