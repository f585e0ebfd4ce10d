"""The follower that concludes anew why tickets are there, when messages go from one to another, or another model tells."""

from collections.abc import Sequence
from typing import Any

from lyhord.hearing.findings.model import REASON
from lyhord.hearing.reasons.events import ModelTrained
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower
from lyhord.tickets.events import TicketMessagesMoved, TicketRetold, TicketTakenUp
from lyhord.tickets.reasons.actions import conclude_tickets
from lyhord.tickets.reasons.telling import tell_again


def follow_tickets(tx: Tx, events: Sequence[Logged]) -> None:
    """Look at each ticket once, whatever happened to it."""
    ids: set[str] = set()
    for logged in events:
        event: Any = logged.event
        if not isinstance(event, ModelTrained):
            ids.add(event.ticket_id)
        elif event.version == event.current and event.of == REASON:
            tell_again(tx)
    conclude_tickets(tx, ids, ids)


FOLLOWER = Follower(
    name="reasons of tickets",
    kinds=(TicketMessagesMoved, TicketRetold, TicketTakenUp, ModelTrained),
    handle=follow_tickets,
    batch=100,
    start="head",
)
