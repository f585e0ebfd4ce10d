"""What a language model wrote about a ticket, as it is kept and as readers see it."""

import msgspec
from msgspec import Struct

from lyhord.hearing.language_model.actions import Stored
from lyhord.kit.database import ReadTx
from lyhord.tickets.model import Ticket
from lyhord.tickets.wordings import store
from lyhord.tickets.wordings.model import AGAIN_AFTER, LOST_AFTER, Body, Order, State, Written, stamp_of

read_body = msgspec.json.Decoder(Body).decode


class Kept(Struct, frozen=True):
    """A wording as it stands in its row."""

    state: State
    stamp: str
    body: str | None
    problem: str
    changed_at: int


def find_kept(tx: ReadTx, order: Order) -> Kept | None:
    """What is kept of what was ordered."""
    row = tx.one(store.find_wording, of=order.ticket_id, for_use=order.use, spoken=order.locale, within=order.reach_key)
    return Kept(*row) if row else None


def read_written(tx: ReadTx, order: Order, stamp: str) -> Written:
    """What readers see of it: lines made of the words that they see now, and no others."""
    kept = find_kept(tx, order)
    if kept is None:
        return Written(state="none")
    age = tx.now - kept.changed_at
    if kept.state == "asked":
        return Written(state="asked" if age < LOST_AFTER else "none")
    if kept.stamp != stamp or (kept.state == "failed" and age >= AGAIN_AFTER):
        return Written(state="none")
    if kept.state == "failed" or kept.body is None:
        return Written(state="failed", problem=kept.problem)
    body = read_body(kept.body)
    return Written(state="made", lines=body.lines, model=body.model, made_at=kept.changed_at)


def stamp_of_case(stored: Stored, ticket: Ticket) -> str:
    """As far as the row of a solved ticket tells whether something was said about it since."""
    return stamp_of(stored.settings, ticket.resolved_at, ticket.last_message_id)
