"""What happens to tickets."""

from lyhord.kit.events import Event
from lyhord.tickets.coaching import events as coaching
from lyhord.tickets.complaints import events as complaints
from lyhord.tickets.hints import events as hints
from lyhord.tickets.kinds import events as kinds
from lyhord.tickets.levels import events as levels
from lyhord.tickets.macros import events as macros
from lyhord.tickets.reasons import events as reasons
from lyhord.tickets.reviews import events as reviews
from lyhord.tickets.routing import events as routing
from lyhord.tickets.rules import events as rules
from lyhord.tickets.surges import events as surges
from lyhord.tickets.tasks import events as tasks
from lyhord.tickets.wordings import events as wordings


class TicketOpened(Event, frozen=True, kw_only=True, tag="ticket.opened"):
    """There is work to be done on a conversation. `beside` is 1 where its next words are about another ticket."""

    ticket_id: str
    beside: int = 0


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
    """The status changed, or when the ticket wakes. `waiting_since`: since when the customer is owed an answer, then."""

    ticket_id: str
    status: str
    snoozed_until: int | None = None
    waiting_since: int | None = None


class TicketTagged(Event, frozen=True, kw_only=True, tag="ticket.tagged"):
    """The tags of the ticket are other ones."""

    ticket_id: str


class TicketKindChanged(Event, frozen=True, kw_only=True, tag="ticket.kind_changed"):
    """The ticket is work of another kind than was thought."""

    ticket_id: str
    ticket_kind: str
    before: str


class TicketStageChanged(Event, frozen=True, kw_only=True, tag="ticket.stage_changed"):
    """Somebody said how far the work is: a stage of the ticket's kind, None for none."""

    ticket_id: str
    stage: str | None = None


class TicketAttributesChanged(Event, frozen=True, kw_only=True, tag="ticket.attributes_changed"):
    """Attributes of the ticket have other values."""

    ticket_id: str


class TicketTakenUp(Event, frozen=True, kw_only=True, tag="ticket.taken_up"):
    """From this message on the conversation's words are about the ticket, which was there already."""

    ticket_id: str
    from_id: str


class TicketMessagesMoved(Event, frozen=True, kw_only=True, tag="ticket.messages_moved"):
    """These messages are about the ticket, whosever turn it was."""

    ticket_id: str
    message_ids: tuple[str, ...]


class TicketRetold(Event, frozen=True, kw_only=True, tag="ticket.retold"):
    """The ticket shows other last words, and may wait otherwise, since messages went to another one, or were taken back.

    `status`: its status then, None where messages were taken back. With it comes since when its customer is owed an answer, the last answer
    about it, and those that went to another ticket.
    """

    ticket_id: str
    status: str | None = None
    waiting_since: int | None = None
    answered_id: str | None = None
    lost_ids: tuple[str, ...] = ()


class TicketDropped(Event, frozen=True, kw_only=True, tag="ticket.dropped"):
    """A ticket about which nothing was said was taken away again. `current_id`: the conversation's current ticket since then."""

    ticket_id: str
    current_id: str | None = None


class TicketMatterChanged(Event, frozen=True, kw_only=True, tag="ticket.matter_changed"):
    """Somebody put otherwise what the ticket is about."""

    ticket_id: str


class TicketRated(Event, frozen=True, kw_only=True, tag="ticket.rated"):
    """Its customer said how it was, or otherwise than before. `survey`: csat, nps or effort; `mark`: good, middle or bad.

    `score` is None where a rating was taken back.
    """

    ticket_id: str
    rating_id: str
    survey: str
    score: int | None = None
    mark: str | None = None


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
    TicketStageChanged,
    TicketAttributesChanged,
    TicketTakenUp,
    TicketMessagesMoved,
    TicketRetold,
    TicketDropped,
    TicketMatterChanged,
    TicketRated,
    SavedViewChanged,
    *levels.EVENTS,
    *kinds.EVENTS,
    *macros.EVENTS,
    *reasons.EVENTS,
    *rules.EVENTS,
    *tasks.EVENTS,
    *routing.EVENTS,
    *reviews.EVENTS,
    *coaching.EVENTS,
    *complaints.EVENTS,
    *surges.EVENTS,
    *hints.EVENTS,
    *wordings.EVENTS,
)
