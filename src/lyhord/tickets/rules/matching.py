"""Which rules are meant by what happened. What is asked of tickets is asked of the database, as by a list: there is no second truth."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from lyhord.conversations.events import ConversationStarted, MessageReceived, MessageReplied
from lyhord.conversations.model import QUIET, Message
from lyhord.conversations.views import messages_by_id
from lyhord.kit.database import ReadTx
from lyhord.kit.events import Event, Logged
from lyhord.kit.ids import id_time
from lyhord.tickets.about import ticket_ids_of
from lyhord.tickets.events import (
    TicketAssigned,
    TicketChanged,
    TicketKindChanged,
    TicketOpened,
    TicketRated,
    TicketReopened,
    TicketTagged,
)
from lyhord.tickets.model import Ticket
from lyhord.tickets.reasons.events import TicketReasonsChanged, TicketSignsChanged
from lyhord.tickets.rules import store
from lyhord.tickets.rules.conditions import Scene, besides_in, filter_in, holds
from lyhord.tickets.rules.model import Rule, RuleWords, When
from lyhord.tickets.views import current_of_conversations, open_list, rows_by_id
from lyhord.workspaces.hours import Schedule
from lyhord.workspaces.reach import EVERYTHING, Reach

KINDS: tuple[type[Event], ...] = (
    ConversationStarted,
    MessageReceived,
    MessageReplied,
    TicketOpened,
    TicketReopened,
    TicketChanged,
    TicketAssigned,
    TicketTagged,
    TicketKindChanged,
    TicketReasonsChanged,
    TicketSignsChanged,
    TicketRated,
)
"""The events that may set a rule off."""

_BY_MACHINES = frozenset({"automatic", "bulk"})
"""What nobody acknowledges, though people may want to answer it."""
_words = msgspec.json.Decoder(RuleWords)
_BY_TICKET: Mapping[type[Event], When] = {
    TicketOpened: "ticket_opened",
    TicketReopened: "ticket_reopened",
    TicketAssigned: "ticket_assigned",
    TicketTagged: "ticket_tagged",
    TicketKindChanged: "kind_changed",
    TicketReasonsChanged: "reasons_changed",
}


class Occurrence(Struct, frozen=True):
    """Something that may set rules off, on a ticket. `message` is what was said then, else what the customer said last there.

    `seq` is None where time had passed; `actor` is who did it.
    """

    when: When
    seq: int | None
    at: int
    actor: str
    ticket: Ticket
    message: Message | None


def read_rule(row: tuple[Any, ...]) -> Rule:
    """A row of `store.columns`."""
    words = _words.decode(row[1])
    given = {name: getattr(words, name) for name in RuleWords.__struct_fields__}
    return Rule(
        id=row[0], **given, on_at=row[2], paused_at=row[3], paused_why=row[4], changed_at=row[5], rests_for=row[8]
    )


def list_working(tx: ReadTx) -> list[Rule]:
    """The rules that are switched on and not paused, in the order in which they are asked."""
    return [read_rule(row) for row in tx.all(store.list_working)]


def whens_of(event: Event) -> Sequence[When]:
    """What an event may be to rules. History that was taken in, and words that a machine said, are nothing to them."""
    match event:
        case MessageReceived():
            return () if event.imported else ("customer_wrote", "customer_waits")
        case MessageReplied():
            return () if event.imported or event.automatic or not event.agent_id else ("agent_answered",)
        case ConversationStarted():
            return ("new_customer",) if event.contact_id else ()
        case TicketChanged():
            return ("ticket_resolved",) if event.status == "resolved" else ()
        case TicketSignsChanged():
            return ("signs_changed", "anger_rises") if event.rose else ("signs_changed",)
        case TicketRated():
            return () if event.score is None else ("rating_given",)
        case _:
            found = _BY_TICKET.get(type(event))
            return (found,) if found else ()


def occurrences_of(tx: ReadTx, events: Sequence[Logged], wanted: Iterable[When]) -> list[Occurrence]:
    """What of these events may set off rules that wait for `wanted`, with tickets and messages as they are now."""
    asked = set(wanted)
    named = [(when, logged) for logged in events for when in whens_of(logged.event) if when in asked]
    if not named:
        return []
    tickets = _tickets_of(tx, [logged for _, logged in named])
    said = [_message_id(logged, tickets.get(logged.seq)) for _, logged in named]
    messages = {one.id: one for one in messages_by_id(tx, sorted(set(filter(None, said))))}
    found = []
    for (when, logged), message_id in zip(named, said, strict=True):
        ticket, message = tickets.get(logged.seq), messages.get(message_id or "")
        if ticket is not None and _counts(when, ticket, message):
            found.append(Occurrence(when, logged.seq, logged.at, logged.actor, ticket, message))
    return found


def waiting(tx: ReadTx, ticket_ids: Sequence[str]) -> list[Occurrence]:
    """That somebody has waited long enough on these tickets, in their order."""
    tickets = {one.id: one for one in rows_by_id(tx, ticket_ids)}
    there = [tickets[one] for one in ticket_ids if one in tickets]
    said = {one.last_inbound_id for one in there if one.last_inbound_id}
    messages = {one.id: one for one in messages_by_id(tx, sorted(said))}
    return [
        Occurrence("nobody_answered", None, tx.now, "system", one, messages.get(one.last_inbound_id or ""))
        for one in there
    ]


def _counts(when: When, ticket: Ticket, message: Message | None) -> bool:
    """Nobody answers a machine, and whoever never wrote is no new customer yet. Who was answered meanwhile doesn't wait."""
    if when == "new_customer":
        return ticket.last_inbound_id is not None
    if when == "customer_waits":
        begins = message is not None and ticket.waiting_since == id_time(message.id)
        return begins and message is not None and (QUIET | _BY_MACHINES).isdisjoint(message.flags)
    return when != "customer_wrote" or (message is not None and QUIET.isdisjoint(message.flags))


def _tickets_of(tx: ReadTx, events: Sequence[Logged]) -> dict[int, Ticket]:
    """By the number of the event the ticket that it is about."""
    said = {one.seq: one.event.message_id for one in events if isinstance(one.event, MessageReceived | MessageReplied)}
    about = ticket_ids_of(tx, said.values()) if said else {}
    ids = {one.seq: getattr(one.event, "ticket_id", None) or about.get(said.get(one.seq, "")) for one in events}
    found = {one.id: one for one in rows_by_id(tx, sorted(set(filter(None, ids.values()))))}
    begun = {one.seq: one.event.conversation_id for one in events if isinstance(one.event, ConversationStarted)}
    talks = sorted(set(filter(None, begun.values())))
    current = {one.conversation_id: one for one in current_of_conversations(tx, talks)} if talks else {}
    tickets = {seq: found.get(ticket_id or "") or current.get(begun.get(seq) or "") for seq, ticket_id in ids.items()}
    return {seq: ticket for seq, ticket in tickets.items() if ticket is not None}


def _message_id(logged: Logged, ticket: Ticket | None) -> str | None:
    if isinstance(logged.event, MessageReceived | MessageReplied):
        return logged.event.message_id
    return ticket.last_inbound_id if ticket else None


def tickets_meant(
    tx: ReadTx, words: Rule | RuleWords, ticket_ids: Sequence[str], reach: Reach = EVERYTHING
) -> set[str]:
    """Those of the tickets for which holds what the rule asks of tickets; all within reach where it asks nothing of them."""
    asked = filter_in(words.conditions, words.match)
    return (
        {one.id for one in open_list(tx, reach, None, asked).named(tx, sorted(set(ticket_ids)))}
        if ticket_ids
        else set()
    )


def means(words: Rule | RuleWords, found: Occurrence, on_ticket: bool, schedule: Schedule) -> bool:
    """Whether all, or any, of a rule's conditions hold. `on_ticket`: those on the ticket do, as `tickets_meant` says."""
    besides = besides_in(words.conditions)
    if not besides:
        return on_ticket
    scene = Scene(found.message, found.at, schedule)
    held = [holds(one, scene) for one in besides]
    if words.match == "all":
        return on_ticket and all(held)
    return any(held) or (on_ticket and len(besides) < len(words.conditions))
