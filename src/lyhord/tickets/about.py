"""Which ticket a message is about, and what stands on a ticket because of the messages that are about it."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from lyhord.conversations.model import QUIET, Said, read_more
from lyhord.conversations.timeline import find_conversation, timeline_ids
from lyhord.kit.database import ReadTx, Statement, Tx
from lyhord.kit.ids import LOWEST_ID, id_time
from lyhord.tickets import about_store, store
from lyhord.tickets.events import TicketMessagesMoved, TicketTakenUp
from lyhord.tickets.model import Ticket, read_ticket

MOST_HEARD = 500
"""Messages without an answer that are looked at, oldest first, for one that somebody waits for."""
MOST_MOVED = 1_000
"""Messages of tickets that were moved to them, the latest: so many are told."""


class Turn(Struct, frozen=True):
    """From this message on the words of a conversation are about a ticket, until another one's turn begins."""

    conversation_id: str
    from_id: str


class TicketInTalk(Ticket, frozen=True):
    """A ticket as its timeline shows it: when it had its turns, and the messages besides that are about it, the latest 1,000."""

    turns: tuple[Turn, ...] = ()
    moved: tuple[str, ...] = ()


def in_talk(tx: ReadTx, tickets: Sequence[Ticket]) -> list[TicketInTalk]:
    """Tickets with what tells which messages are about each."""
    if not tickets:
        return []
    ids = [one.id for one in tickets]
    turns = {one.id: [Turn(one.conversation_id, one.begins_id)] if one.begins_id else [] for one in tickets}
    for conversation_id, from_id, ticket_id in tx.all(about_store.turns_of_tickets, ids=ids):
        turns[ticket_id].append(Turn(conversation_id, from_id))
    moved: dict[str, list[str]] = {}
    for ticket_id, message_id in tx.all(about_store.moved_of_tickets, ids=ids, most=MOST_MOVED):
        moved.setdefault(ticket_id, []).append(message_id)
    return [
        TicketInTalk(
            **{name: getattr(one, name) for name in Ticket.__struct_fields__},
            turns=tuple(sorted(turns[one.id], key=lambda turn: turn.from_id)),
            moved=tuple(sorted(moved.get(one.id, ()))),
        )
        for one in tickets
    ]


def ticket_ids_of(tx: ReadTx, message_ids: Iterable[str]) -> dict[str, str]:
    """By message the id of the ticket that it is about; what is about none is left out."""
    wanted = sorted(set(message_ids))
    rows = tx.all(about_store.about_of, ids=wanted) if wanted else []
    return {row[0]: row[1] for row in rows if row[1] is not None}


def tickets_of_messages(tx: ReadTx, message_ids: Iterable[str]) -> dict[str, Ticket]:
    """The same with the tickets."""
    about = ticket_ids_of(tx, message_ids)
    found = _tickets(tx, set(about.values()))
    return {message_id: found[ticket_id] for message_id, ticket_id in about.items() if ticket_id in found}


def _tickets(tx: ReadTx, ids: Collection[str]) -> dict[str, Ticket]:
    return {row[0]: read_ticket(row) for row in tx.all(store.tickets_by_ids, ids=sorted(ids))} if ids else {}


def take_up(tx: Tx, ticket: Ticket, conversation_id: str, from_id: str) -> Ticket:
    """From this message on the conversation's words are about the ticket; as it is then.

    One of a contact who was merged goes over into the conversation that goes on.
    """
    if ticket.conversation_id != conversation_id:
        ticket = _bring(tx, ticket, conversation_id)
    tx.run(about_store.end_begin, of=conversation_id, from_one=from_id)
    tx.run(store.age_tickets, of=conversation_id)
    tx.run(about_store.mark_current, key=ticket.id)
    tx.run_many(
        about_store.take_turn, [{"conversation_id": conversation_id, "from_id": from_id, "ticket_id": ticket.id}]
    )
    tx.emit(TicketTakenUp(conversation_id=conversation_id, ticket_id=ticket.id, from_id=from_id))
    return ticket


def _bring(tx: Tx, ticket: Ticket, conversation_id: str) -> Ticket:
    """What was said about it where it was stays about it."""
    if ticket.begins_id is not None:
        turn = {"conversation_id": ticket.conversation_id, "from_id": ticket.begins_id, "ticket_id": ticket.id}
        tx.run_many(about_store.take_turn, [turn])
        tx.run(about_store.drop_begin, key=ticket.id)
    tx.run(store.age_ticket, key=ticket.id)
    contact_id, name = tx.one(store.whose_conversation, of=conversation_id) or (None, ticket.title)
    tx.run(store.move_ticket, key=ticket.id, target=conversation_id, contact_id=contact_id, title=name)
    return replace(ticket, conversation_id=conversation_id, contact_id=contact_id, title=name, begins_id=None)


def find_meant(tx: ReadTx, conversation_id: str, ticket_id: str | None, answers: str | None) -> Ticket | None:
    """The ticket that somebody means by its id, if it is one of the conversation's timeline; without one that of what they answer."""
    if ticket_id is None:
        return tickets_of_messages(tx, [answers]).get(answers) if answers else None
    row = tx.one(store.ticket_by_id, id=ticket_id)
    ticket = read_ticket(row) if row else None
    if ticket is None or ticket.conversation_id == conversation_id:
        return ticket
    conversation = find_conversation(tx, conversation_id)
    within = conversation is not None and ticket.conversation_id in timeline_ids(tx, conversation)
    return ticket if within else None


def find_worked(tx: ReadTx, conversation_id: str, ticket_id: str | None) -> Ticket | None:
    """The ticket that somebody works in: the one that they say, else the current one."""
    meant = find_meant(tx, conversation_id, ticket_id, None)
    row = tx.one(store.current_of, ids=[conversation_id]) if meant is None else None
    return read_ticket(row) if row else meant


def move_words(tx: Tx, ticket: Ticket, message_ids: Sequence[str]) -> None:
    """Let messages be about a ticket, whosever turn it was. What its row shows is up to the caller."""
    tx.run_many(about_store.move_message, [{"message_id": one, "ticket_id": ticket.id} for one in message_ids])
    tx.emit(
        TicketMessagesMoved(conversation_id=ticket.conversation_id, ticket_id=ticket.id, message_ids=tuple(message_ids))
    )


def find_answered(tx: ReadTx, words: Sequence[Said], current: Mapping[str, Ticket], since: int) -> dict[str, Ticket]:
    """By message the ticket that it answers, where that isn't the current one and isn't resolved, or was so only `since` then."""
    talks = {one.conversation_id for one in words if one.answers and one.conversation_id in current}
    rows = tx.all(about_store.going_on, ids=sorted(talks), since=since) if talks else []
    if not rows:
        return {}
    others = {row[0]: read_ticket(row) for row in rows}
    answering = {one.id: one.answers for one in words if one.answers}
    about = ticket_ids_of(tx, filter(None, answering.values()))
    found = {message_id: others.get(about.get(answered or "", "")) for message_id, answered in answering.items()}
    return {message_id: ticket for message_id, ticket in found.items() if ticket is not None}


def last_said(tx: ReadTx, ticket: Ticket) -> str | None:
    """The last message about a ticket, notes and what was taken back aside."""
    return _last(tx, about_store.last_said, ticket)


def has_words(tx: ReadTx, ticket: Ticket) -> bool:
    """Whether anything is about it, notes and what was taken back included."""
    return any(tx.one(about_store.any_about, ticket=ticket.id, **place) for place in places(tx, ticket.id))


def last_heard(tx: ReadTx, ticket: Ticket) -> str | None:
    """The customer's last message about it."""
    return _last(tx, about_store.last_heard, ticket)


def last_answer(tx: ReadTx, ticket: Ticket) -> str | None:
    """The last answer about it; what a machine said is none."""
    return _last(tx, about_store.last_answer, ticket)


def unanswered(tx: ReadTx, ticket: Ticket) -> list[str]:
    """What customers said about a ticket after the last answer to it, oldest first; what nobody waits for is left out."""
    after = last_answer(tx, ticket) or LOWEST_ID
    rows = [
        row
        for place in places(tx, ticket.id)
        for row in tx.all(about_store.heard_after, ticket=ticket.id, after=after, most=MOST_HEARD, **place)
    ]
    return sorted(row[0] for row in rows if QUIET.isdisjoint(read_more(row[1]).flags))


def unanswered_since(tx: ReadTx, ticket: Ticket) -> int | None:
    """Since when the customer is owed an answer by what was said about it (Unix milliseconds)."""
    return next(map(id_time, unanswered(tx, ticket)), None)


def places(tx: ReadTx, ticket_id: str) -> list[dict[str, str]]:
    """Where something may have been said about it, as the statements ask for it."""
    first: dict[str, str] = {}
    for conversation_id, message_id in tx.all(about_store.places_of, id=ticket_id):
        first[conversation_id] = min(message_id, first.get(conversation_id, message_id))
    return [{"of": conversation_id, "first": message_id} for conversation_id, message_id in first.items()]


def _last(tx: ReadTx, statement: Statement, ticket: Ticket) -> str | None:
    rows = [tx.one(statement, ticket=ticket.id, **place) for place in places(tx, ticket.id)]
    return max((row[0] for row in rows if row), default=None)
