"""What agents do with tickets: take them, hand them over, put them off, call them done."""

from collections.abc import Sequence
from typing import Any

from lyhord.kit.clock import DAY
from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid, NotFound
from lyhord.tickets import store
from lyhord.tickets.events import TicketAssigned, TicketChanged
from lyhord.tickets.model import Change, Status, Ticket, changed, shelf_of, waits_at

LONGEST_SNOOZE = 3 * 365 * DAY


def get_ticket(tx: Tx, ticket_id: str) -> Ticket:
    """The ticket; raises `NotFound`."""
    row = tx.one(store.ticket_by_id, id=ticket_id)
    if row is None:
        raise NotFound("There is no such ticket.")
    return Ticket(*row)


def change_tickets(tx: Tx, tickets: Sequence[Ticket], change: Change) -> list[Ticket]:
    """Change several tickets alike; as they are then, in the same order.

    Raises `Invalid` for an agent or team that isn't there any more, and for a moment to wake at that makes no sense.
    """
    _check(tx, change)
    after = [changed(ticket, change, tx.now) for ticket in tickets]
    write_changes(tx, tickets, after)
    return after


def write_changes(tx: Tx, before: Sequence[Ticket], after: Sequence[Ticket]) -> None:
    """Write tickets whose owner, status or clocks may be others now, and tell of those that are."""
    pairs = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    tx.run_many(store.write_ticket, [write(now) for _, now in pairs])
    for was, now in pairs:
        about = {"conversation_id": now.conversation_id, "ticket_id": now.id}
        if (was.owner_agent_id, was.owner_team_id) != (now.owner_agent_id, now.owner_team_id):
            tx.emit(TicketAssigned(agent_id=now.owner_agent_id, team_id=now.owner_team_id, **about))
        if (was.status, was.snoozed_until) != (now.status, now.snoozed_until):
            tx.emit(TicketChanged(status=now.status, snoozed_until=now.snoozed_until, **about))


def assign_ticket(tx: Tx, ticket_id: str, *, agent_id: str | None, team_id: str | None) -> Ticket:
    """Make an agent, a team, both or nobody the owner. Raises `Invalid` for an agent or team that isn't there any more."""
    change = Change(owner_agent_id=agent_id, owner_team_id=team_id)
    return change_tickets(tx, [get_ticket(tx, ticket_id)], change)[0]


def set_status(tx: Tx, ticket_id: str, status: Status, *, snoozed_until: int | None = None) -> Ticket:
    """Open, put off until a moment (Unix milliseconds), mark as pending, or resolve a ticket."""
    return change_tickets(tx, [get_ticket(tx, ticket_id)], Change(status=status, snoozed_until=snoozed_until))[0]


def wake_tickets(tx: Tx) -> int:
    """Open the snoozed tickets of a workspace whose moment has come, at most 200 of them; how many."""
    due = [Ticket(*row) for row in tx.all(store.due_snoozed, now=tx.now)]
    change_tickets(tx, due, Change(status="open"))
    return len(due)


def write(ticket: Ticket) -> dict[str, Any]:
    """The parameters of `store.write_ticket`."""
    return {
        "key": ticket.id,
        **{name: getattr(ticket, name) for name in store.CHANGING},
        "shelf": shelf_of(ticket.status),
        "waits_at": waits_at(ticket),
    }


def _check(tx: Tx, change: Change) -> None:
    if change.owner_agent_id and tx.one(store.find_agent, id=change.owner_agent_id) is None:
        raise Invalid("That agent is not here any more.", fields={"owner_agent_id": "problem.no_such_agent"})
    if change.owner_team_id and tx.one(store.find_team, id=change.owner_team_id) is None:
        raise Invalid("That team is not here any more.", fields={"owner_team_id": "problem.no_such_team"})
    until = change.snoozed_until
    if change.status == "snoozed" and not (until and tx.now < until <= tx.now + LONGEST_SNOOZE):
        raise Invalid("Choose a moment in the next three years.", fields={"snoozed_until": "problem.moment"})
