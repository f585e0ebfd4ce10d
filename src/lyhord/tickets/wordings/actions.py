"""Ask for what a language model writes about tickets, keep it, and let go of it."""

from collections.abc import Sequence
from typing import Any

import msgspec

from lyhord.conversations.events import MessageChanged
from lyhord.hearing.language_model.actions import get_language_model
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.events import Logged
from lyhord.tickets.model import Ticket
from lyhord.tickets.wordings import store
from lyhord.tickets.wordings.events import TicketWorded
from lyhord.tickets.wordings.model import LOST_AFTER, PAUSE, Body, Order
from lyhord.tickets.wordings.reading import find_kept

JOB = "write_wording"


def ask_for_wording(tx: Tx, order: Order, ticket: Ticket) -> None:
    """Have it written soon, unless it is about to be. Raises `NoLanguageModel` where none is there for this use."""
    get_language_model(tx, order.use)
    kept = find_kept(tx, order)
    if kept is not None and kept.state == "asked" and tx.now - kept.changed_at < LOST_AFTER:
        return
    due = tx.now if kept is None else max(tx.now, kept.changed_at + PAUSE)
    if kept is not None and kept.state == "failed":
        due = tx.now
    _write(tx, order, ticket, "asked", kept.stamp if kept else "", kept.body if kept else None)
    enqueue(tx, JOB, order, due_at=due)


def keep_wording(tx: Tx, order: Order, ticket: Ticket, stamp: str, body: Body | None, problem: str = "") -> None:
    """What was made of a ticket's words, or why nothing was. Once its conversation is erased nothing is kept."""
    if find_kept(tx, order) is None:
        return
    encoded = msgspec.json.encode(body).decode() if body else None
    _write(tx, order, ticket, "made" if body else "failed", stamp, encoded, problem)
    tx.emit(TicketWorded(conversation_id=ticket.conversation_id, ticket_id=ticket.id, use=order.use))


def forget_wordings(tx: Tx, conversation_ids: Sequence[str]) -> None:
    """Forget what was written about these: see `privacy.holdings.Forget`."""
    if conversation_ids:
        tx.run(store.drop_wordings, conversation_ids=list(conversation_ids))


def drop_wordings(tx: Tx, events: Sequence[Logged]) -> None:
    """The reaction to words that changed, moved or went: nothing says any more what they said."""
    said: list[Any] = [logged.event for logged in events]
    gone = {
        one.conversation_id
        for one in said
        if one.conversation_id and not (isinstance(one, MessageChanged) and one.change != "edited")
    }
    forget_wordings(tx, sorted(gone))


def _write(tx: Tx, order: Order, ticket: Ticket, state: str, stamp: str, body: str | None, problem: str = "") -> None:
    tx.run(
        store.write_wording,
        ticket_id=order.ticket_id,
        use=order.use,
        locale=order.locale,
        reach=order.reach_key,
        conversation_id=ticket.conversation_id,
        state=state,
        stamp=stamp,
        body=body,
        problem=problem,
        changed_at=tx.now,
    )
