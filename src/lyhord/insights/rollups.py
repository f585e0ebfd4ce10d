"""Keeping the roll-ups: a follower that counts what happened, by hour and inbox, once for each event."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from lyhord.conversations.events import MessageChanged, MessageReceived, MessageRemoved, MessageReplied
from lyhord.insights import store
from lyhord.insights.model import COUNTS, hour_of, wait_class
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower
from lyhord.kit.ids import LOWEST_ID, id_time
from lyhord.tickets.events import TicketChanged, TicketReopened

Place = tuple[int, str]
"""An hour and an inbox."""


def count_events(tx: Tx, logged: Sequence[Logged]) -> None:
    """Add a batch to the roll-ups. History that was imported counts nowhere."""
    tallies: dict[Place, Counter[str]] = {}
    _count_inbound(tx, logged, tallies)
    _count_answers(tx, logged, tallies)
    _count_tickets(tx, logged, tallies)
    rows = [
        {"hour": hour, "inbox_id": inbox_id, **{name: counts[name] for name in COUNTS}}
        for (hour, inbox_id), counts in tallies.items()
    ]
    tx.run_many(store.add_tally, rows)


def _count_inbound(tx: Tx, logged: Sequence[Logged], tallies: dict[Place, Counter[str]]) -> None:
    writers: set[tuple[int, str, str]] = set()
    for one in logged:
        event = one.event
        if isinstance(event, MessageReceived) and not event.imported and event.inbox_id:
            place = hour_of(one.at), event.inbox_id
            _at(tallies, place)["messages_in"] += 1
            if event.contact_id:
                writers.add((*place, event.contact_id))
    rows = [dict(zip(("hour", "inbox_id", "contact_id"), one, strict=True)) for one in sorted(writers)]
    tx.run_many(store.add_writer, rows)


def _count_answers(tx: Tx, logged: Sequence[Logged], tallies: dict[Place, Counter[str]]) -> None:
    """An answer that was taken back is taken off again, and with it the waiting that it ended."""
    changes: Counter[str] = Counter()
    for one in logged:
        if isinstance(one.event, MessageReplied) and not one.event.imported:
            changes[one.event.message_id] += 1
        elif isinstance(one.event, MessageRemoved):
            changes[one.event.message_id] -= 1
        elif isinstance(one.event, MessageChanged) and one.event.change == "restored":
            changes[one.event.message_id] += 1
    for message_id, direction, conversation_id, inbox_id in _rows(tx, store.directions, changes):
        change = changes[message_id]
        if direction != "out" or inbox_id is None or not change:
            continue
        counts = _at(tallies, (hour_of(id_time(message_id)), inbox_id))
        counts["messages_out"] += change
        waited = _waited(tx, conversation_id, message_id)
        if waited is not None:
            counts[f"waited_{wait_class(waited)}"] += change


def _waited(tx: Tx, conversation_id: str, message_id: str) -> int | None:
    """How long the customer had waited for this answer, in milliseconds; None where nobody did."""
    last = tx.value(store.last_answer, of=conversation_id, before=message_id)
    asked = tx.value(store.first_asked, of=conversation_id, before=message_id, after=last or LOWEST_ID)
    return id_time(message_id) - id_time(asked) if asked else None


def _count_tickets(tx: Tx, logged: Sequence[Logged], tallies: dict[Place, Counter[str]]) -> None:
    found = [
        (one.event.ticket_id, "reopened" if isinstance(one.event, TicketReopened) else "resolved", hour_of(one.at))
        for one in logged
        if isinstance(one.event, TicketReopened)
        or (isinstance(one.event, TicketChanged) and one.event.status == "resolved")
    ]
    inboxes = dict(_rows(tx, store.inboxes_of_tickets, {ticket_id for ticket_id, _, _ in found}))
    for ticket_id, what, hour in found:
        if inboxes.get(ticket_id):
            _at(tallies, (hour, inboxes[ticket_id]))[what] += 1


def _rows(tx: Tx, statement: Any, ids: Iterable[str]) -> list[tuple[Any, ...]]:
    wanted = sorted(ids)
    return tx.all(statement, ids=wanted) if wanted else []


def _at(tallies: dict[Place, Counter[str]], place: Place) -> Counter[str]:
    return tallies.setdefault(place, Counter())


FOLLOWER = Follower(
    name="numbers",
    kinds=(MessageReceived, MessageReplied, MessageRemoved, MessageChanged, TicketChanged, TicketReopened),
    handle=count_events,
)
