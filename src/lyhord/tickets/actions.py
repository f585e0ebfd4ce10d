"""What agents do with tickets: take them, hand them over, put them off, call them done."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from lyhord.contacts.actions import block_identity
from lyhord.contacts.lineage import survivors
from lyhord.contacts.model import retag, write_tags
from lyhord.contacts.store import know_tag
from lyhord.conversations.exchange import Address
from lyhord.kit.clock import DAY
from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid, NotFound
from lyhord.tickets import store
from lyhord.tickets.about import unanswered_since
from lyhord.tickets.events import TicketAssigned, TicketChanged, TicketKindChanged, TicketTagged
from lyhord.tickets.kinds.views import check_kind
from lyhord.tickets.model import (
    Change,
    Status,
    Ticket,
    changed,
    read_ticket,
    shelf_of,
    waits_at,
)

LONGEST_SNOOZE = 3 * 365 * DAY
NO_NOTES: Mapping[str, str] = MappingProxyType({})


def get_ticket(tx: Tx, ticket_id: str) -> Ticket:
    """The ticket; raises `NotFound`."""
    row = tx.one(store.ticket_by_id, id=ticket_id)
    if row is None:
        raise NotFound("There is no such ticket.")
    return read_ticket(row)


def change_tickets(
    tx: Tx, tickets: Sequence[Ticket], change: Change, notes: Mapping[str, str] = NO_NOTES
) -> list[Ticket]:
    """Change several tickets alike; as they are then, in the same order. `notes`: by ticket the note that says why.

    Raises `Invalid` for an agent, a team or a kind that isn't there any more, and for a moment to wake at that makes no sense.
    """
    _check(tx, change)
    after = [_owed(tx, ticket, changed(ticket, change, tx.now)) for ticket in tickets]
    write_changes(tx, tickets, after, notes)
    return after


def _owed(tx: Tx, before: Ticket, after: Ticket) -> Ticket:
    """Who said the last words of a ticket that is open again waits as before."""
    if (before.status, after.status, after.preview_by) != ("resolved", "open", "in"):
        return after
    return msgspec.structs.replace(after, waiting_since=unanswered_since(tx, after))


def write_changes(
    tx: Tx, before: Sequence[Ticket], after: Sequence[Ticket], notes: Mapping[str, str] = NO_NOTES
) -> None:
    """Write tickets whose owner, status, kind or clocks may be others now, and tell of those that are."""
    pairs = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    tx.run_many(store.write_ticket, [write(now) for _, now in pairs])
    for was, now in pairs:
        about = {"conversation_id": now.conversation_id, "ticket_id": now.id}
        if (was.owner_agent_id, was.owner_team_id) != (now.owner_agent_id, now.owner_team_id):
            tx.emit(
                TicketAssigned(
                    agent_id=now.owner_agent_id, team_id=now.owner_team_id, message_id=notes.get(now.id), **about
                )
            )
        if (was.status, was.snoozed_until) != (now.status, now.snoozed_until):
            tx.emit(ticket_changed(now))
        if was.kind != now.kind:
            tx.emit(TicketKindChanged(ticket_kind=now.kind, before=was.kind, **about))


def assign_ticket(tx: Tx, ticket_id: str, *, agent_id: str | None, team_id: str | None) -> Ticket:
    """Make an agent, a team, both or nobody the owner. Raises `Invalid` for an agent or team that isn't there any more."""
    change = Change(owner_agent_id=agent_id, owner_team_id=team_id)
    return change_tickets(tx, [get_ticket(tx, ticket_id)], change)[0]


def set_status(tx: Tx, ticket_id: str, status: Status, *, snoozed_until: int | None = None) -> Ticket:
    """Open, put off until a moment (Unix milliseconds), mark as pending, or resolve a ticket."""
    return change_tickets(tx, [get_ticket(tx, ticket_id)], Change(status=status, snoozed_until=snoozed_until))[0]


def set_kind(tx: Tx, ticket_id: str, kind: str) -> Ticket:
    """Say of which kind a ticket is. Raises `Invalid` for a kind that isn't there."""
    return change_tickets(tx, [get_ticket(tx, ticket_id)], Change(kind=kind))[0]


def tag_ticket(tx: Tx, ticket_id: str, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Ticket:
    """Put words on a ticket and take others off. Raises `Invalid` for what is no word, and past `MOST_TAGS`."""
    ticket = get_ticket(tx, ticket_id)
    tags = retag(ticket.tags, add, remove)
    if tags == ticket.tags:
        return ticket
    for name in set(tags) - set(ticket.tags):
        tx.run(know_tag, name=name)
    tx.run(store.write_tags, key=ticket_id, tags=write_tags(tags))
    tx.emit(TicketTagged(conversation_id=ticket.conversation_id, ticket_id=ticket_id))
    return msgspec.structs.replace(ticket, tags=tags)


def mark_spam(tx: Tx, ticket_id: str, spam: bool = True) -> Ticket:
    """Resolve a ticket as spam and block the address that it came from; without `spam` open it and let the address in again."""
    ticket = get_ticket(tx, ticket_id)
    if spam == (ticket.spam_at is not None):
        return ticket
    after = msgspec.structs.replace(
        ticket,
        status="resolved" if spam else "open",
        snoozed_until=None,
        resolved_at=tx.now if spam else None,
        spam_at=tx.now if spam else None,
        waiting_since=None if spam else unanswered_since(tx, ticket),
    )
    tx.run_many(store.write_ticket, [write(after)])
    tx.emit(ticket_changed(after))
    _block_sender(tx, ticket.conversation_id, spam)
    return after


def _block_sender(tx: Tx, conversation_id: str, blocked: bool) -> None:
    sender = tx.one(store.last_sender, of=conversation_id)
    if sender is None:
        return
    owner = tx.value(store.owner_of_identity, scheme=sender[0], value=sender[1])
    if owner is not None:
        block_identity(tx, survivors(tx, [owner])[owner], Address(*sender), blocked)


def wake_tickets(tx: Tx) -> int:
    """Open the snoozed tickets of a workspace whose moment has come, at most 200 of them; how many."""
    due = [read_ticket(row) for row in tx.all(store.due_snoozed, now=tx.now)]
    change_tickets(tx, due, Change(status="open"))
    return len(due)


def ticket_changed(ticket: Ticket) -> TicketChanged:
    """The event that tells how a ticket stands now."""
    return TicketChanged(
        conversation_id=ticket.conversation_id,
        ticket_id=ticket.id,
        status=ticket.status,
        snoozed_until=ticket.snoozed_until,
        waiting_since=ticket.waiting_since,
    )


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
    if change.kind is not msgspec.UNSET:
        check_kind(tx, change.kind)
    until = change.snoozed_until
    if change.status == "snoozed" and not (until and tx.now < until <= tx.now + LONGEST_SNOOZE):
        raise Invalid("Choose a moment in the next three years.", fields={"snoozed_until": "problem.moment"})
