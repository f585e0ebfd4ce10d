"""What agents do with tickets: take them, hand them over, put them off, call them done."""

from collections.abc import Iterable
from typing import Any

import msgspec

from lyhord.contacts.actions import block_identity
from lyhord.contacts.lineage import survivors
from lyhord.conversations.exchange import Address
from lyhord.kit.clock import DAY
from lyhord.kit.database import Tx
from lyhord.kit.ids import id_time
from lyhord.kit.problems import Invalid, NotFound
from lyhord.tickets import store
from lyhord.tickets.events import TicketAssigned, TicketChanged, TicketTagged
from lyhord.tickets.model import MOST_TAGS, Status, Ticket, clean_tag, read_ticket, shelf_of, waits_at, write_tags

LONGEST_SNOOZE = 3 * 365 * DAY


def get_ticket(tx: Tx, ticket_id: str) -> Ticket:
    """The ticket; raises `NotFound`."""
    row = tx.one(store.ticket_by_id, id=ticket_id)
    if row is None:
        raise NotFound("There is no such ticket.")
    return read_ticket(row)


def assign_ticket(tx: Tx, ticket_id: str, *, agent_id: str | None, team_id: str | None) -> Ticket:
    """Make an agent, a team, both or nobody the owner. Raises `Invalid` for an agent or team that isn't there any more."""
    ticket = get_ticket(tx, ticket_id)
    if agent_id is not None and tx.one(store.find_agent, id=agent_id) is None:
        raise Invalid("That agent is not here any more.", fields={"owner_agent_id": "problem.no_such_agent"})
    if team_id is not None and tx.one(store.find_team, id=team_id) is None:
        raise Invalid("That team is not here any more.", fields={"owner_team_id": "problem.no_such_team"})
    if (ticket.owner_agent_id, ticket.owner_team_id) == (agent_id, team_id):
        return ticket
    after = msgspec.structs.replace(ticket, owner_agent_id=agent_id, owner_team_id=team_id)
    tx.run_many(store.write_ticket, [write(after)])
    tx.emit(
        TicketAssigned(conversation_id=ticket.conversation_id, ticket_id=ticket_id, agent_id=agent_id, team_id=team_id)
    )
    return after


def set_status(tx: Tx, ticket_id: str, status: Status, *, snoozed_until: int | None = None) -> Ticket:
    """Open, put off until a moment (Unix milliseconds), mark as pending, or resolve a ticket."""
    ticket = get_ticket(tx, ticket_id)
    if status == "snoozed" and not (snoozed_until and tx.now < snoozed_until <= tx.now + LONGEST_SNOOZE):
        raise Invalid("Choose a moment in the next three years.", fields={"snoozed_until": "problem.moment"})
    until = snoozed_until if status == "snoozed" else None
    if ticket.status == status and ticket.snoozed_until == until:
        return ticket
    done = status == "resolved"
    after = msgspec.structs.replace(
        ticket,
        status=status,
        snoozed_until=until,
        resolved_at=tx.now if done else None,
        spam_at=None,
        waiting_since=None if done else ticket.waiting_since,
    )
    tx.run_many(store.write_ticket, [write(after)])
    tx.emit(
        TicketChanged(conversation_id=ticket.conversation_id, ticket_id=ticket_id, status=status, snoozed_until=until)
    )
    return after


def tag_ticket(tx: Tx, ticket_id: str, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Ticket:
    """Put words on a ticket and take others off. Raises `Invalid` for what is no word, and past `MOST_TAGS`."""
    ticket = get_ticket(tx, ticket_id)
    gone, fresh = {clean_tag(word) for word in remove}, [clean_tag(word) for word in add]
    tags = tuple(dict.fromkeys([*(one for one in ticket.tags if one not in gone), *fresh]))
    if len(tags) > MOST_TAGS:
        raise Invalid(
            "A ticket has at most 20 tags.", key="problem.too_many_tags", fields={"add_tags": "problem.too_many_tags"}
        )
    if tags == ticket.tags:
        return ticket
    for name in set(fresh) - set(ticket.tags):
        tx.run(store.know_tag, name=name)
    tx.run(store.write_tags, key=ticket_id, tags=write_tags(tags))
    tx.emit(TicketTagged(conversation_id=ticket.conversation_id, ticket_id=ticket_id))
    return msgspec.structs.replace(ticket, tags=tags)


def mark_spam(tx: Tx, ticket_id: str, spam: bool = True) -> Ticket:
    """Resolve a ticket as spam and block the address that it came from; without `spam` open it and let the address in again."""
    ticket = get_ticket(tx, ticket_id)
    if spam == (ticket.spam_at is not None):
        return ticket
    unanswered = tx.value(store.first_unanswered, of=ticket.conversation_id)
    after = msgspec.structs.replace(
        ticket,
        status="resolved" if spam else "open",
        snoozed_until=None,
        resolved_at=tx.now if spam else None,
        spam_at=tx.now if spam else None,
        waiting_since=None if spam or unanswered is None else id_time(unanswered),
    )
    tx.run_many(store.write_ticket, [write(after)])
    tx.emit(TicketChanged(conversation_id=ticket.conversation_id, ticket_id=ticket_id, status=after.status))
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
    for ticket in due:
        set_status(tx, ticket.id, "open")
    return len(due)


def write(ticket: Ticket) -> dict[str, Any]:
    """The parameters of `store.write_ticket`."""
    return {
        "key": ticket.id,
        **{name: getattr(ticket, name) for name in store.CHANGING},
        "shelf": shelf_of(ticket.status),
        "waits_at": waits_at(ticket),
    }
