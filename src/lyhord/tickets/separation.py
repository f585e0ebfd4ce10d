"""Tickets after contacts were separated: work goes with the words that it is about, and whoever waits has a ticket."""

from collections.abc import Sequence

from msgspec.structs import replace

from lyhord.conversations.events import MessagesMoved
from lyhord.conversations.model import gist, read_more
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.ids import HIGHEST_ID, LOWEST_ID, first_id_at, id_time
from lyhord.kit.text import preview
from lyhord.tickets import store
from lyhord.tickets.actions import write
from lyhord.tickets.events import TicketChanged, TicketOpened
from lyhord.tickets.model import Ticket, read_ticket
from lyhord.tickets.reactions import PREVIEW_LENGTH, insert_tickets, opened_ticket, place_in, said_of


def follow_moved_words(tx: Tx, logged: Sequence[Logged]) -> None:
    """Settle the tickets of both timelines between which messages moved."""
    for event in (one.event for one in logged):
        if isinstance(event, MessagesMoved) and event.into_id and event.conversation_id:
            _settle(tx, event.conversation_id, event.into_id)


def _settle(tx: Tx, source: str, target: str) -> None:
    before = _newest(tx, source)
    moved = {ticket.id: ticket for ticket in _move(tx, source, target)}
    for ticket in (_newest(tx, source), _newest(tx, target)):
        after = _tell_again(tx, ticket) if ticket else None
        if after is not None:
            tx.run_many(store.write_ticket, [write(after)])
            moved[after.id] = after
    for ticket in moved.values():
        _emit(tx, ticket)
    if before is not None and before.status != "resolved":
        _let_wait(tx, target, before)


def _move(tx: Tx, source: str, target: str) -> list[Ticket]:
    """Give the target the tickets during which nothing is left that was said in the source."""
    tickets = sorted(
        (read_ticket(row) for row in tx.all(store.all_of, ids=[source])), key=lambda one: one.id, reverse=True
    )
    moved, end = [], HIGHEST_ID
    for ticket in tickets:
        time = {"since": first_id_at(ticket.opened_at), "until": end}
        end = time["since"]
        if not tx.all(store.words_during, of=source, **time) and tx.all(store.words_during, of=target, **time):
            moved.append(ticket)
    if not moved:
        return []
    contact_id, name = tx.one(store.whose_conversation, of=target) or (None, "")
    moved = [replace(one, conversation_id=target, contact_id=contact_id, title=name or "") for one in moved]
    for conversation_id in (source, target):
        tx.run(store.age_tickets, of=conversation_id)
    for ticket in moved:
        tx.run(store.move_ticket, key=ticket.id, target=target, contact_id=contact_id, title=ticket.title)
    for conversation_id in (source, target):
        last = max((row[0] for row in tx.all(store.all_of, ids=[conversation_id])), default=None)
        if last is not None:
            tx.run(store.mark_newest, key=last)
    return moved


def _tell_again(tx: Tx, ticket: Ticket) -> Ticket | None:
    """The ticket as the words that are there now make it; None where nothing changes."""
    last = tx.one(store.last_words, of=ticket.conversation_id)
    if last is None:
        return None
    message_id, direction, inbox_id, text, more = last
    since = _waits_since(tx, ticket.conversation_id, ticket.waiting_since)
    after = replace(
        ticket,
        preview=preview(gist(direction, text, None, read_more(more).call), PREVIEW_LENGTH),
        preview_by=direction,
        place=place_in(more),
        inbox_id=inbox_id,
        last_message_id=message_id,
        last_inbound_id=tx.value(store.last_heard, of=ticket.conversation_id),
        last_activity_at=id_time(message_id),
        waiting_since=since,
        status="pending" if ticket.status == "open" and since is None else ticket.status,
    )
    return after if after != ticket else None


def _let_wait(tx: Tx, target: str, before: Ticket) -> None:
    """Who waited in a ticket that stays with the other one, waits in a ticket of their own."""
    since = _waits_since(tx, target, before.waiting_since)
    own, last = _newest(tx, target), tx.one(store.last_words, of=target)
    if since is None or last is None:
        return
    if own is not None and own.status != "resolved":
        if own.waiting_since is None:
            after = replace(own, status="open", snoozed_until=None, waiting_since=since)
            tx.run_many(store.write_ticket, [write(after)])
            _emit(tx, after)
        return
    [words] = tx.all(store.words_of, ids=[last[0]])
    fresh = replace(opened_ticket(tx, said_of(words), waiting=True), waiting_since=since)
    insert_tickets(tx, {target: fresh}, {target: own} if own else {})
    tx.emit(TicketOpened(conversation_id=target, inbox_id=fresh.inbox_id, ticket_id=fresh.id))


def _waits_since(tx: Tx, conversation_id: str, since: int | None) -> int | None:
    """Since when the customer of a conversation waits, where one of two waited since `since`; what was said before was answered."""
    heard = tx.value(store.last_heard, of=conversation_id)
    if since is None or heard is None or id_time(heard) < since:
        return None
    return max(since, id_time(tx.value(store.first_unanswered, of=conversation_id, since=LOWEST_ID) or heard))


def _emit(tx: Tx, ticket: Ticket) -> None:
    tx.emit(
        TicketChanged(
            conversation_id=ticket.conversation_id,
            ticket_id=ticket.id,
            status=ticket.status,
            snoozed_until=ticket.snoozed_until,
        )
    )


def _newest(tx: Tx, conversation_id: str) -> Ticket | None:
    row = tx.one(store.newest_of, ids=[conversation_id])
    return read_ticket(row) if row else None
