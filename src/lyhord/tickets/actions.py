"""What agents do with tickets: take them, hand them over, put them off, call them done."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from lyhord.contacts.actions import block_identity
from lyhord.contacts.lineage import survivors
from lyhord.contacts.model import Attribute, retag, write_tags
from lyhord.contacts.store import know_tag
from lyhord.conversations.exchange import Address
from lyhord.kit.clock import DAY
from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid, NotFound
from lyhord.tickets import store
from lyhord.tickets.about import unanswered_since
from lyhord.tickets.changing import Changing, check_values, folded
from lyhord.tickets.events import (
    TicketAssigned,
    TicketAttributesChanged,
    TicketChanged,
    TicketKindChanged,
    TicketStageChanged,
    TicketTagged,
)
from lyhord.tickets.kinds.reading import check_kind
from lyhord.tickets.model import (
    Change,
    Status,
    Ticket,
    read_ticket,
    shelf_of,
    waits_at,
)
from lyhord.tickets.owners import check_team, check_worker

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

    Raises `Invalid` for an agent, a team, a kind or a stage that isn't there any more, for attributes that don't fit or are needed
    before one is resolved, and for a moment to wake at that makes no sense.
    """
    _check(tx, change)
    changing = Changing(tx, change)
    after = [_owed(tx, ticket, changing.after(ticket)) for ticket in tickets]
    for was, now in zip(tickets, after, strict=True):
        changing.check(was, now)
    write_changes(tx, tickets, after, notes)
    return after


def list_changeable(tx: Tx, tickets: Sequence[Ticket], change: Change) -> list[Ticket]:
    """Those that can be changed so: that have the stage, and what is needed to be resolved. Raises `Invalid` where none ever could."""
    _check(tx, change)
    changing = Changing(tx, change)
    return [ticket for ticket in tickets if changing.refusal(ticket, changing.after(ticket)) is None]


def _owed(tx: Tx, before: Ticket, after: Ticket) -> Ticket:
    """Who said the last words of a ticket that is open again waits as before."""
    if (before.status, after.status, after.preview_by) != ("resolved", "open", "in"):
        return after
    return msgspec.structs.replace(after, waiting_since=unanswered_since(tx, after))


def write_changes(
    tx: Tx, before: Sequence[Ticket], after: Sequence[Ticket], notes: Mapping[str, str] = NO_NOTES
) -> None:
    """Write tickets whose owner, status, kind, stage, attributes or clocks may be others now, and tell of those that are."""
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
        if was.stage != now.stage:
            tx.emit(TicketStageChanged(stage=now.stage, **about))
        if was.attributes != now.attributes:
            write_attributes(tx, now)
            tx.emit(TicketAttributesChanged(**about))


def write_attributes(tx: Tx, ticket: Ticket) -> None:
    """Keep the attributes of a ticket, and what filters compare."""
    tx.run(store.write_attributes, key=ticket.id, attributes=msgspec.json.encode(ticket.attributes).decode())
    tx.run(store.drop_traits, ids=[ticket.id])
    traits = [{"ticket_id": ticket.id, "key": key, "value": folded(value)} for key, value in ticket.attributes.items()]
    tx.run_many(store.insert_trait, traits)


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


def set_stage(tx: Tx, ticket_id: str, stage: str) -> Ticket:
    """Say how far the work is, which sets the status. Raises `Invalid` for a stage that the ticket's kind hasn't."""
    return change_tickets(tx, [get_ticket(tx, ticket_id)], Change(stage=stage))[0]


def set_attributes(tx: Tx, ticket_id: str, values: Mapping[str, Attribute | None]) -> Ticket:
    """Give attributes values; null takes one away. Raises `Invalid` for one that isn't defined, and a value that doesn't fit."""
    return change_tickets(tx, [get_ticket(tx, ticket_id)], Change(attributes=dict(values)))[0]


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
    check_worker(tx, change.owner_agent_id or None)
    check_team(tx, change.owner_team_id or None)
    if change.kind is not msgspec.UNSET:
        check_kind(tx, change.kind)
    if change.attributes is not msgspec.UNSET:
        check_values(tx, change.attributes)
    until = change.snoozed_until
    wakes = change.status == "snoozed" or (until is not None and change.stage is not msgspec.UNSET)
    if wakes and not (until and tx.now < until <= tx.now + LONGEST_SNOOZE):
        raise Invalid("Choose a moment in the next three years.", fields={"snoozed_until": "problem.moment"})
