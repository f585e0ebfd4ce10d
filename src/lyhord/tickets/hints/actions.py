"""Hint that messages may be complaints, and keep what people say of it."""

from collections.abc import Collection

from lyhord.hearing.findings.actions import correct, findings_of
from lyhord.hearing.findings.model import COMPLAINT, MOOD
from lyhord.hearing.reasons.actions import learn_soon
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.problems import NotFound
from lyhord.tickets.about import tickets_of_messages
from lyhord.tickets.actions import get_ticket, set_kind
from lyhord.tickets.complaints.reading import read_settings
from lyhord.tickets.hints import store
from lyhord.tickets.hints.events import ComplaintHinted, ComplaintsLookedAt, TicketMoodSaid
from lyhord.tickets.hints.model import week_before
from lyhord.tickets.model import Ticket
from lyhord.tickets.reasons.actions import conclude_tickets
from lyhord.tickets.reasons.signs import LIKELY
from lyhord.workspaces.reach import Reach

JOB = "complaints.draw"


def hint_messages(tx: Tx, message_ids: Collection[str]) -> None:
    """Hint at the tickets that are about messages which are likely complaints, or open them as such, as the workspace has it.

    Once a ticket: of what somebody has answered, or sorted otherwise since, nobody is asked again.
    """
    how = read_settings(tx).heard
    if how == "nothing":
        return
    found = findings_of(tx, message_ids)
    loud = sorted(
        one for one, rows in found.items() if any(row.kind == COMPLAINT and row.confidence >= LIKELY for row in rows)
    )
    about = tickets_of_messages(tx, loud) if loud else {}
    known = (
        {row[0] for row in tx.all(store.hints_of, ids=sorted({one.id for one in about.values()}))} if about else set()
    )
    for message_id in loud:
        ticket = about.get(message_id)
        if ticket is not None and ticket.id not in known and _may_be(ticket):
            known.add(ticket.id)
            _hint(tx, ticket, message_id, opens=how == "open")


def answer_hint(tx: Tx, ticket_id: str, *, is_complaint: bool, agent_id: str) -> None:
    """Keep whether a ticket is a complaint, and make it one. What was heard in its message is right or wrong from now on.

    Raises `NotFound` where nothing was hinted, and `Invalid` where it can't become one.
    """
    ticket = get_ticket(tx, ticket_id)
    row = tx.one(store.hints_of, ids=[ticket_id])
    if row is None:
        raise NotFound("Nothing was heard of a complaint in this ticket.")
    said = "yes" if is_complaint else "no"
    tx.run(store.answer_hint, key=ticket_id, at=tx.now, who=agent_id, said=said)
    correct(tx, [row[1]], COMPLAINT, [COMPLAINT] if is_complaint else [], agent_id)
    learn_soon(tx, COMPLAINT)
    if is_complaint and ticket.kind != COMPLAINT:
        set_kind(tx, ticket_id, COMPLAINT)
    tx.emit(ComplaintHinted(conversation_id=ticket.conversation_id, ticket_id=ticket_id, message_id=row[1]))


def say_mood(tx: Tx, reach: Reach, ticket_id: str, message_id: str, mood: str | None, agent_id: str) -> None:
    """Keep how the writer of a message of the ticket's conversation feels; None takes it back. Raises `NotFound`."""
    ticket = get_ticket(tx, ticket_id)
    row = tx.one(store.talk_of, id=message_id)
    if (
        row is None
        or row[0] != ticket.conversation_id
        or row[2] != "in"
        or not (row[1] is None or reach.covers(row[1]))
    ):
        raise NotFound("There is no such message of the customer.")
    correct(tx, [message_id], MOOD, None if mood is None else [mood], agent_id)
    conclude_tickets(tx, {ticket_id}, {ticket_id})
    tx.emit(TicketMoodSaid(conversation_id=ticket.conversation_id, ticket_id=ticket_id, message_id=message_id))


def look_at(tx: Tx, reach: Reach, message_id: str, *, missed: bool, agent_id: str) -> None:
    """Keep whether a message that wasn't heard as a complaint is one; then its ticket becomes one, unless it is resolved.

    Raises `NotFound` where nobody is to look at it, or somebody has.
    """
    limited = reach.inbox_ids is not None
    row = tx.one(store.find_look[limited], id=message_id, reach=reach.inbox_ids or ())
    if row is None:
        raise NotFound("Nobody is to look at this message.")
    tx.run(store.write_look, key=message_id, at=tx.now, who=agent_id, missed=tx.now if missed else None)
    correct(tx, [message_id], COMPLAINT, [COMPLAINT] if missed else [], agent_id, chance=True)
    learn_soon(tx, COMPLAINT)
    ticket = tickets_of_messages(tx, [message_id]).get(message_id)
    if missed and ticket is not None and _may_be(ticket):
        set_kind(tx, ticket.id, COMPLAINT)
    tx.emit(ComplaintsLookedAt(conversation_id=row[1], message_id=message_id))


def draw_weekly(tx: Tx) -> int:
    """Queue the drawing of last week's messages, once; 0, since nothing more is to be done at once."""
    since = week_before(tx.now)
    if tx.one(store.find_week, at=since) is None:
        tx.run(store.write_week, since=since, said=0, heard=0, drawn_at=None)
        enqueue(tx, JOB, {"since": since})
    return 0


def _may_be(ticket: Ticket) -> bool:
    return ticket.kind != COMPLAINT and ticket.status != "resolved"


def _hint(tx: Tx, ticket: Ticket, message_id: str, *, opens: bool) -> None:
    row = {"ticket_id": ticket.id, "conversation_id": ticket.conversation_id, "message_id": message_id}
    unanswered = dict.fromkeys(("answered_at", "answered_by", "answer"))
    tx.run(store.insert_hint, **row, **unanswered, hinted_at=tx.now, opened_at=tx.now if opens else None)
    if opens:
        set_kind(tx, ticket.id, COMPLAINT)
    tx.emit(ComplaintHinted(conversation_id=ticket.conversation_id, ticket_id=ticket.id, message_id=message_id))
