"""Keeping what is promised now, and noting what a customer was told."""

from collections.abc import Sequence

from lyhord.kit.database import Tx
from lyhord.tickets.model import Ticket
from lyhord.tickets.promises import store
from lyhord.tickets.promises.model import Way, hour_of_week
from lyhord.tickets.promises.views import Row, Told, told_or_now
from lyhord.workspaces.views import settings_of


def keep_promises(tx: Tx, rows: Sequence[Row]) -> None:
    """Let these be what is promised now."""
    tx.run(store.drop_promises)
    tx.run_many(store.write_promise, rows)


def tell(tx: Tx, ticket: Ticket, way: Way) -> Told | None:
    """What the customer who waits on a ticket is told now, noted so that it can be measured; None where there is nothing to tell.

    What they were told before holds until its time is up: it isn't changed under their eyes, and not counted twice.
    """
    told = told_or_now(tx, ticket)
    if told is not None:
        note_told(tx, ticket, told, way)
    return told


def note_told(tx: Tx, ticket: Ticket, told: Told, way: Way) -> None:
    """Note what a customer was told, if nobody told it them before and they wait still."""
    if told.fresh and ticket.waiting_since is not None:
        tx.run(
            store.insert_told,
            id=tx.new_id(),
            ticket_id=ticket.id,
            inbox_id=ticket.inbox_id,
            way=way,
            hour=hour_of_week(tx.now, settings_of(tx).time_zone),
            waits=ticket.waiting_since,
            due_at=told.promise.due_at,
            ended_at=None,
            ended_by=None,
            kept=None,
        )
