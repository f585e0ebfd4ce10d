"""Tickets after contacts were separated: work goes with the words that it is about, and whoever waits has a ticket."""

from collections.abc import Sequence

from msgspec.structs import replace

from lyhord.conversations.events import MessagesMoved
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.ids import HIGHEST_ID, LOWEST_ID, first_id_at, id_time
from lyhord.tickets import about_store, store
from lyhord.tickets.about import last_heard, last_said, unanswered_since
from lyhord.tickets.actions import ticket_changed, write
from lyhord.tickets.events import TicketOpened
from lyhord.tickets.model import FAR, Ticket, read_ticket
from lyhord.tickets.moving import hand_on, retold, tell_retold
from lyhord.tickets.reactions import insert_tickets, opened_ticket, said_of


def follow_moved_words(tx: Tx, logged: Sequence[Logged]) -> None:
    """Settle the tickets of both timelines between which messages moved."""
    for event in (one.event for one in logged):
        if isinstance(event, MessagesMoved) and event.into_id and event.conversation_id:
            _settle(tx, event.conversation_id, event.into_id)


def _settle(tx: Tx, source: str, target: str) -> None:
    before = _longest_waiting(tx, source)
    moved = {ticket.id: ticket for ticket in _move(tx, source, target)}
    _part(tx, source, target)
    for ticket in _at_work(tx, source, target):
        after = _tell_again(tx, ticket)
        if after is not None:
            tx.run_many(store.write_ticket, [write(after)])
            moved[after.id] = after
    for ticket in moved.values():
        tell_retold(tx, ticket)
        tx.emit(ticket_changed(ticket))
    if before is not None:
        _let_wait(tx, target, before)


def _move(tx: Tx, source: str, target: str) -> list[Ticket]:
    """Give the target the tickets about which nothing is left in the source, and something was said that is in the target now."""
    tickets = [read_ticket(row) for row in tx.all(store.all_of, ids=[source])]
    spans = _spans(tx, source, tickets)
    theirs = {row[2] for row in tx.all(about_store.turns_in, of=target)}
    moved = [
        one
        for one in tickets
        if not _said_during(tx, source, one, spans) and (one.id in theirs or _said_during(tx, target, one, spans))
    ]
    if not moved:
        return []
    contact_id, name = tx.one(store.whose_conversation, of=target) or (None, "")
    moved = [replace(one, conversation_id=target, contact_id=contact_id, title=name or "") for one in moved]
    for conversation_id in (source, target):
        tx.run(store.age_tickets, of=conversation_id)
    for ticket in moved:
        tx.run(store.move_ticket, key=ticket.id, target=target, contact_id=contact_id, title=ticket.title)
    for _, from_id, ticket_id in tx.all(about_store.turns_in, of=source):
        if ticket_id in {one.id for one in moved}:
            tx.run(about_store.move_turn, of=source, from_one=from_id, target=target)
    return moved


def _spans(tx: Tx, source: str, tickets: Sequence[Ticket]) -> dict[str, list[tuple[str, str]]]:
    """By ticket the turns that it had in a conversation: from a message until that of the next turn."""
    turns = [(one.begins_id, 0, one.id) for one in tickets if one.begins_id]
    turns += [(from_id, 1, ticket_id) for _, from_id, ticket_id in tx.all(about_store.turns_in, of=source)]
    spans: dict[str, list[tuple[str, str]]] = {}
    end = HIGHEST_ID
    for from_id, _, ticket_id in sorted(turns, reverse=True):
        spans.setdefault(ticket_id, []).append((from_id, end))
        end = from_id
    return spans


def _said_during(tx: Tx, conversation_id: str, ticket: Ticket, spans: dict[str, list[tuple[str, str]]]) -> bool:
    """Whether anything that was said during a ticket's turns, or moved to it, is in a conversation now."""
    return any(
        tx.all(store.words_during, of=conversation_id, since=since, until=until)
        for since, until in spans.get(ticket.id, ())
    ) or bool(tx.all(about_store.moved_in, of=conversation_id, ticket=ticket.id))


def _part(tx: Tx, source: str, target: str) -> None:
    """No message of either is about a ticket of the other, and each has a current ticket if it has any."""
    for of, there in ((source, target), (target, source)):
        theirs = {row[0] for row in tx.all(store.all_of, ids=[of])}
        for (message_id,) in tx.all(about_store.moved_between, of=of, there=there):
            tx.run(about_store.unmove_message, id=message_id)
        for _, from_id, ticket_id in tx.all(about_store.turns_in, of=there):
            if ticket_id in theirs:
                tx.run(about_store.drop_turn, of=there, from_one=from_id)
    for conversation_id in (source, target):
        hand_on(tx, conversation_id)


def _longest_waiting(tx: Tx, conversation_id: str) -> Ticket | None:
    waiting = [one for one in _at_work(tx, conversation_id) if one.waiting_since is not None]
    return min(waiting, key=lambda one: one.waiting_since or FAR, default=None)


def _at_work(tx: Tx, *conversation_ids: str) -> list[Ticket]:
    """What isn't resolved, and the current tickets."""
    rows = tx.all(store.current_of, ids=conversation_ids)
    rows += tx.all(about_store.going_on, ids=conversation_ids, since=FAR)
    return [read_ticket(row) for row in rows]


def _tell_again(tx: Tx, ticket: Ticket) -> Ticket | None:
    """The ticket as the words that are there now make it; None where nothing changes."""
    if last_said(tx, ticket) is None:
        return None
    after = retold(tx, ticket, since=_still_waits(tx, ticket))
    return after if after != ticket else None


def _still_waits(tx: Tx, ticket: Ticket) -> int | None:
    """Since when the customer waits who waited; what was said before was answered."""
    since, heard = ticket.waiting_since, last_heard(tx, ticket)
    if since is None or heard is None or id_time(heard) < since:
        return None
    return max(since, unanswered_since(tx, ticket) or id_time(heard))


def _let_wait(tx: Tx, target: str, before: Ticket) -> None:
    """Who waited in a ticket that stays with the other one, waits in a ticket of their own."""
    since = _waits_since(tx, target, before.waiting_since)
    own, last = _current(tx, target), tx.one(store.last_words, of=target)
    if since is None or last is None:
        return
    if own is not None and own.status != "resolved":
        if own.waiting_since is None:
            after = replace(own, status="open", snoozed_until=None, waiting_since=since)
            tx.run_many(store.write_ticket, [write(after)])
            tx.emit(ticket_changed(after))
        return
    [words] = tx.all(store.words_of, ids=[last[0]])
    begins = tx.value(store.first_unanswered, of=target, since=first_id_at(since)) or last[0]
    fresh = replace(opened_ticket(tx, said_of(words), waiting=True), waiting_since=since, begins_id=begins)
    insert_tickets(tx, {target: fresh}, {target: own} if own else {})
    tx.emit(TicketOpened(conversation_id=target, inbox_id=fresh.inbox_id, ticket_id=fresh.id))


def _waits_since(tx: Tx, conversation_id: str, since: int | None) -> int | None:
    """Since when the customer of a conversation waits, where one of two waited since `since`; what was said before was answered."""
    heard = tx.value(store.last_heard, of=conversation_id)
    if since is None or heard is None or id_time(heard) < since:
        return None
    return max(since, id_time(tx.value(store.first_unanswered, of=conversation_id, since=LOWEST_ID) or heard))


def _current(tx: Tx, conversation_id: str) -> Ticket | None:
    row = tx.one(store.current_of, ids=[conversation_id])
    return read_ticket(row) if row else None
