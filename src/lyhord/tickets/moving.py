"""Open a further ticket on a conversation, let messages be about another ticket than they were, take a ticket away that has none."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from lyhord.conversations.timeline import get_conversation, timeline_ids
from lyhord.kit.database import Tx
from lyhord.kit.ids import id_time
from lyhord.kit.problems import Invalid, Taken
from lyhord.kit.text import clean_name
from lyhord.tickets import about_store, store
from lyhord.tickets.about import (
    has_words,
    last_answer,
    last_heard,
    last_said,
    move_words,
    take_up,
    unanswered,
)
from lyhord.tickets.actions import get_ticket, ticket_changed, write
from lyhord.tickets.events import TicketDropped, TicketMatterChanged, TicketOpened, TicketRetold
from lyhord.tickets.kinds.model import QUESTION
from lyhord.tickets.kinds.reading import check_kind
from lyhord.tickets.model import Ticket
from lyhord.tickets.reactions import insert_row, said_of, shown_words

MATTER_LENGTH = 200
MOST_MOVED_AT_ONCE = 200

MessageIds = Annotated[
    tuple[Annotated[str, Meta(min_length=36, max_length=36)], ...], Meta(max_length=MOST_MOVED_AT_ONCE)
]


class NewTicket(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A further ticket: of which kind, what it is about in a few words, and the messages that are about it and not about another."""

    kind: Annotated[str, Meta(min_length=1, max_length=20)] = QUESTION
    matter: Annotated[str, Meta(max_length=MATTER_LENGTH)] = ""
    message_ids: MessageIds = ()


class Moved(Struct, frozen=True):
    """Messages that are about a ticket now, by the id of the ticket that each was about before; "" stands for none."""

    ticket_id: str
    before: dict[str, list[str]]


def open_ticket(tx: Tx, conversation_id: str, asked: NewTicket) -> Moved:
    """Open a ticket beside those that there are. It has no owner, and no words but those that are moved to it.

    Where the conversation's last words are among these, the next ones are about it, too. Raises `Invalid`, `NotFound`.
    """
    conversation = get_conversation(tx, conversation_id)
    if conversation.parent_id is not None:
        raise Invalid("Tickets are opened on the customer's conversation.", key="problem.ticket_aside")
    check_kind(tx, asked.kind)
    last = tx.value(about_store.last_of_conversation, of=conversation.id)
    words = tx.all(store.words_of, ids=[last]) if last else []
    contact_id, name = tx.one(store.whose_conversation, of=conversation.id) or (None, conversation.title)
    ticket_id = tx.new_id()
    ticket = Ticket(
        id=ticket_id,
        conversation_id=conversation.id,
        contact_id=contact_id,
        kind=asked.kind,
        status="open",
        owner_agent_id=None,
        owner_team_id=None,
        title=name or conversation.value or "",
        preview="",
        preview_by="in",
        place=None,
        subject=None,
        channel=(said_of(words[0]).channel if words else None) or "",
        inbox_id=conversation.inbox_id,
        last_message_id=last or ticket_id,
        last_inbound_id=None,
        waiting_since=None,
        last_activity_at=tx.now,
        snoozed_until=None,
        opened_at=tx.now,
        resolved_at=None,
        spam_at=None,
        matter=clean_name(asked.matter, MATTER_LENGTH) or None,
    )
    insert_row(tx, ticket)
    tx.emit(TicketOpened(conversation_id=conversation.id, inbox_id=ticket.inbox_id, ticket_id=ticket_id, beside=1))
    if asked.message_ids:
        return move_messages(tx, ticket_id, asked.message_ids)
    return Moved(ticket_id, {})


def move_messages(tx: Tx, ticket_id: str, message_ids: Sequence[str]) -> Moved:
    """Let messages of a ticket's timeline be about it. Who is owed an answer to them waits there from then on.

    Where the last words of the conversation are among them, the next ones are about this ticket, too. Raises `Invalid` for a message that
    isn't in that timeline.
    """
    ticket = get_ticket(tx, ticket_id)
    rows = {row[0]: row for row in tx.all(about_store.about_of, ids=sorted(set(message_ids)))}
    timeline = timeline_ids(tx, get_conversation(tx, ticket.conversation_id))
    if len(rows) < len(set(message_ids)) or any(row[2] not in timeline for row in rows.values()):
        raise Invalid("A message isn't in this conversation.", fields={"message_ids": "problem.not_found"})
    moving = sorted(one for one, row in rows.items() if row[1] != ticket_id)
    if not moving:
        return Moved(ticket_id, {})
    before: dict[str, list[str]] = {}
    for one in moving:
        before.setdefault(rows[one][1] or "", []).append(one)
    sources = [get_ticket(tx, one) for one in before if one]
    owed = {one for source in (ticket, *sources) for one in _owed(tx, source)}
    lost: dict[str, list[str]] = {}
    for one in moving:
        if rows[one][3] == "out":
            lost.setdefault(rows[one][1], []).append(one)
    last = tx.value(about_store.last_of_conversation, of=rows[moving[-1]][2])
    move_words(tx, ticket, moving)
    if last in moving:
        ticket = take_up(tx, ticket, rows[moving[-1]][2], last)
    for one in (ticket, *sources):
        _retell(tx, one, owed=None if one.id in lost else owed, lost_ids=lost.get(one.id, ()))
    return Moved(ticket_id, before)


def drop_ticket(tx: Tx, ticket_id: str) -> None:
    """Take a ticket away about which nothing was said. Raises `Taken` where something was."""
    ticket = get_ticket(tx, ticket_id)
    if has_words(tx, ticket):
        raise Taken("Move what was said about it to another ticket first.", key="problem.ticket_has_words")
    was_current = any(row[0] == ticket_id for row in tx.all(store.current_of, ids=[ticket.conversation_id]))
    tx.run(about_store.drop_turns, id=ticket_id)
    tx.run(store.drop_traits, ids=[ticket_id])
    tx.run(about_store.drop_ticket, id=ticket_id)
    if was_current:
        hand_on(tx, ticket.conversation_id)
    current = tx.all(store.current_of, ids=[ticket.conversation_id])
    current_id = current[0][0] if current else None
    tx.emit(TicketDropped(conversation_id=ticket.conversation_id, ticket_id=ticket_id, current_id=current_id))


def hand_on(tx: Tx, conversation_id: str) -> None:
    """Let the ticket be current that had its turn last, where none is."""
    last = tx.one(about_store.last_turn, of=conversation_id)
    if last is not None and not tx.all(store.current_of, ids=[conversation_id]):
        tx.run(about_store.mark_current, key=last[0])


def put_matter(tx: Tx, ticket_id: str, matter: str | None) -> None:
    """Say in a few words what a ticket is about; without any its subject says it."""
    ticket = get_ticket(tx, ticket_id)
    matter = clean_name(matter or "", MATTER_LENGTH) or None
    if matter != ticket.matter:
        tx.run(store.write_matter, key=ticket_id, matter=matter)
        tx.emit(TicketMatterChanged(conversation_id=ticket.conversation_id, ticket_id=ticket_id))


def _owed(tx: Tx, ticket: Ticket) -> list[str]:
    """The messages of a ticket because of which its customer waits."""
    since = ticket.waiting_since
    return [one for one in unanswered(tx, ticket) if id_time(one) >= since] if since is not None else []


def _retell(tx: Tx, ticket: Ticket, *, owed: set[str] | None, lost_ids: Sequence[str]) -> None:
    """Write what the messages that are about a ticket now make of it. `owed`: to which somebody was owed an answer; None: to every one that
    has none, since answers went away, which are `lost_ids`.
    """
    waiting = [one for one in unanswered(tx, ticket) if owed is None or one in owed]
    after = retold(tx, ticket, since=id_time(waiting[0]) if waiting else None)
    tx.run_many(store.write_ticket, [write(after)])
    tell_retold(tx, after, lost_ids)
    if after.status != ticket.status:
        tx.emit(ticket_changed(after))


def tell_retold(tx: Tx, ticket: Ticket, lost_ids: Sequence[str] = ()) -> None:
    """Tell how a ticket stands after messages were moved; `lost_ids` are the answers that aren't about it any more."""
    tx.emit(
        TicketRetold(
            conversation_id=ticket.conversation_id,
            ticket_id=ticket.id,
            status=ticket.status,
            waiting_since=ticket.waiting_since,
            answered_id=last_answer(tx, ticket),
            lost_ids=tuple(lost_ids),
        )
    )


def retold(tx: Tx, ticket: Ticket, *, since: int | None) -> Ticket:
    """A ticket as its words make it, whose customer is owed an answer `since` then."""
    last = last_said(tx, ticket)
    words = tx.all(store.words_of, ids=[last]) if last else []
    told = _with_words(ticket, words[0]) if words else replace(ticket, preview="", subject=None, place=None)
    told = replace(told, last_inbound_id=last_heard(tx, ticket), waiting_since=since)
    if since is not None and ticket.waiting_since is None:
        return replace(told, status="open", snoozed_until=None, resolved_at=None, spam_at=None)
    return replace(told, status="pending") if since is None and ticket.status == "open" and words else told


def _with_words(ticket: Ticket, row: tuple[object, ...]) -> Ticket:
    said = said_of(row)
    return replace(
        ticket,
        preview=shown_words(said),
        preview_by=row[10],
        place=said.place,
        subject=said.subject or ticket.subject,
        channel=said.channel or ticket.channel,
        inbox_id=said.inbox_id,
        last_message_id=said.id,
        last_activity_at=id_time(said.id),
    )
