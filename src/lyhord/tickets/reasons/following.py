"""The follower that concludes anew why tickets are there, when messages go from one to another."""

from collections.abc import Sequence
from typing import Any

from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower
from lyhord.tickets.events import TicketMessagesMoved, TicketRetold, TicketTakenUp
from lyhord.tickets.reasons.actions import conclude_tickets


def follow_tickets(tx: Tx, events: Sequence[Logged]) -> None:
    """Look at each ticket once, whatever happened to it."""
    ids: set[str] = set()
    for logged in events:
        event: Any = logged.event
        ids.add(event.ticket_id)
    conclude_tickets(tx, ids, ids)


FOLLOWER = Follower(
    name="reasons of tickets",
    kinds=(TicketMessagesMoved, TicketRetold, TicketTakenUp),
    handle=follow_tickets,
    batch=100,
    start="head",
)
