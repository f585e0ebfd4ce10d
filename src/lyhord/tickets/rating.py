"""What customers say of the work on their tickets: which survey asked for it is known above."""

from msgspec import Struct

from lyhord.kit.database import Tx
from lyhord.tickets import store
from lyhord.tickets.actions import get_ticket
from lyhord.tickets.events import TicketRated


class Rated(Struct, frozen=True):
    """A rating by its id: which kind of survey asked (csat, nps or effort), the score and what it means; None where it was taken back."""

    id: str
    survey: str
    score: int | None
    mark: str | None


def rate_ticket(tx: Tx, ticket_id: str, rated: Rated) -> None:
    """Let a ticket show what its customer said. Raises `NotFound`."""
    ticket = get_ticket(tx, ticket_id)
    survey = None if rated.score is None else rated.survey
    tx.run(store.write_rating, key=ticket_id, rating=rated.mark, score=rated.score, survey=survey)
    tx.emit(
        TicketRated(
            conversation_id=ticket.conversation_id,
            ticket_id=ticket_id,
            rating_id=rated.id,
            survey=rated.survey,
            score=rated.score,
            mark=rated.mark,
        )
    )
