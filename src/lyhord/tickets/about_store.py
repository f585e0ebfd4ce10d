"""The statements by which it is told which ticket a message is about, and what was said about one.

A message is about the ticket that it was moved to or answered into (`ticket_message`), else about the one whose turn it was: of its
conversation's turns, those that begin with a ticket and those in `ticket_turn`, the last that began with it or before.
"""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, or_, select, union_all, update

from lyhord.conversations.tables import message
from lyhord.kit.database import Statement, upsert, values_in
from lyhord.tickets.store import ticket_columns
from lyhord.tickets.tables import ticket, ticket_message, ticket_turn

W: BindParameter[Any] = bindparam("workspace_id")

_begun = ticket.alias("begun")
_turns = union_all(
    select(_begun.c.id.label("ticket_id"), _begun.c.begins_id.label("from_id"))
    .where(
        _begun.c.workspace_id == message.c.workspace_id,
        _begun.c.conversation_id == message.c.conversation_id,
        _begun.c.begins_id <= message.c.id,
    )
    .correlate(message),
    select(ticket_turn.c.ticket_id, ticket_turn.c.from_id)
    .where(
        ticket_turn.c.workspace_id == message.c.workspace_id,
        ticket_turn.c.conversation_id == message.c.conversation_id,
        ticket_turn.c.from_id <= message.c.id,
    )
    .correlate(message),
).subquery()
_whose_turn = select(_turns.c.ticket_id).order_by(_turns.c.from_id.desc()).limit(1).scalar_subquery()
_moved_to = (
    select(ticket_message.c.ticket_id)
    .where(ticket_message.c.workspace_id == message.c.workspace_id, ticket_message.c.message_id == message.c.id)
    .correlate(message)
    .scalar_subquery()
)
about = func.coalesce(_moved_to, _whose_turn)
"""The ticket that a message is about, in statements that read messages; null where it is about none."""

about_of = Statement(
    select(message.c.id, about, message.c.conversation_id, message.c.direction, message.c.more).where(
        message.c.workspace_id == W, values_in(message.c.id, "ids")
    )
)
going_on = Statement(
    select(*ticket_columns).where(
        ticket.c.workspace_id == W,
        values_in(ticket.c.conversation_id, "ids"),
        ticket.c.current.is_(None),
        or_(ticket.c.resolved_at.is_(None), ticket.c.resolved_at >= bindparam("since")),
    )
)
"""Tickets beside the current one of each conversation that aren't resolved, or were so only since then."""

_turns_of = select(ticket_turn.c.conversation_id, ticket_turn.c.from_id, ticket_turn.c.ticket_id).where(
    ticket_turn.c.workspace_id == W
)
turns_of_tickets = Statement(_turns_of.where(values_in(ticket_turn.c.ticket_id, "ids")))
turns_in = Statement(
    _turns_of.where(ticket_turn.c.conversation_id == bindparam("of")).order_by(ticket_turn.c.from_id.desc())
)
moved_of_tickets = Statement(
    select(ticket_message.c.ticket_id, ticket_message.c.message_id)
    .where(ticket_message.c.workspace_id == W, values_in(ticket_message.c.ticket_id, "ids"))
    .order_by(ticket_message.c.ticket_id, ticket_message.c.message_id.desc())
    .limit(bindparam("most"))
)
_begins_in = select(ticket.c.id.label("ticket_id"), ticket.c.begins_id.label("from_id")).where(
    ticket.c.workspace_id == W, ticket.c.conversation_id == bindparam("of"), ticket.c.begins_id.isnot(None)
)
_again_in = select(ticket_turn.c.ticket_id, ticket_turn.c.from_id).where(
    ticket_turn.c.workspace_id == W, ticket_turn.c.conversation_id == bindparam("of")
)
_all_turns = union_all(_begins_in, _again_in).subquery("anon_turns")
last_turn = Statement(
    select(_all_turns.c.ticket_id)
    .select_from(_all_turns.join(ticket, (ticket.c.workspace_id == W) & (ticket.c.id == _all_turns.c.ticket_id)))
    .where(ticket.c.conversation_id == bindparam("of"))
    .order_by(_all_turns.c.from_id.desc())
    .limit(1)
)
take_turn = upsert(ticket_turn, key=("workspace_id", "conversation_id", "from_id"), update=("ticket_id",))
move_message = upsert(ticket_message, key=("workspace_id", "message_id"), update=("ticket_id",))
mark_current = Statement(
    update(ticket).where(ticket.c.workspace_id == W, ticket.c.id == bindparam("key")).values(current=1)
)
drop_begin = Statement(
    update(ticket).where(ticket.c.workspace_id == W, ticket.c.id == bindparam("key")).values(begins_id=None)
)
end_begin = Statement(
    update(ticket)
    .where(
        ticket.c.workspace_id == W,
        ticket.c.conversation_id == bindparam("of"),
        ticket.c.begins_id == bindparam("from_one"),
    )
    .values(begins_id=None)
)
"""No two turns begin with one message: who began with it has its words no more."""
drop_ticket = Statement(delete(ticket).where(ticket.c.workspace_id == W, ticket.c.id == bindparam("id")))
drop_turns = Statement(
    delete(ticket_turn).where(ticket_turn.c.workspace_id == W, ticket_turn.c.ticket_id == bindparam("id"))
)
drop_turn = Statement(
    delete(ticket_turn).where(
        ticket_turn.c.workspace_id == W,
        ticket_turn.c.conversation_id == bindparam("of"),
        ticket_turn.c.from_id == bindparam("from_one"),
    )
)
move_turn = Statement(
    update(ticket_turn)
    .where(
        ticket_turn.c.workspace_id == W,
        ticket_turn.c.conversation_id == bindparam("of"),
        ticket_turn.c.from_id == bindparam("from_one"),
    )
    .values(conversation_id=bindparam("target"))
)
unmove_message = Statement(
    delete(ticket_message).where(ticket_message.c.workspace_id == W, ticket_message.c.message_id == bindparam("id"))
)
moved_in = Statement(
    select(ticket_message.c.message_id)
    .select_from(
        ticket_message.join(
            message,
            (message.c.workspace_id == ticket_message.c.workspace_id) & (message.c.id == ticket_message.c.message_id),
        )
    )
    .where(
        ticket_message.c.workspace_id == W,
        ticket_message.c.ticket_id == bindparam("ticket"),
        message.c.conversation_id == bindparam("of"),
    )
    .limit(1)
)
moved_between = Statement(
    select(ticket_message.c.message_id)
    .select_from(
        ticket_message.join(
            ticket,
            (ticket.c.workspace_id == ticket_message.c.workspace_id) & (ticket.c.id == ticket_message.c.ticket_id),
        ).join(
            message,
            (message.c.workspace_id == ticket_message.c.workspace_id) & (message.c.id == ticket_message.c.message_id),
        )
    )
    .where(
        ticket.c.workspace_id == W,
        ticket.c.conversation_id == bindparam("of"),
        message.c.conversation_id == bindparam("there"),
    )
)
"""Messages of one conversation that are about a ticket of another."""

places_of = Statement(
    union_all(
        select(ticket.c.conversation_id, ticket.c.begins_id.label("first")).where(
            ticket.c.workspace_id == W, ticket.c.id == bindparam("id"), ticket.c.begins_id.isnot(None)
        ),
        select(ticket_turn.c.conversation_id, ticket_turn.c.from_id).where(
            ticket_turn.c.workspace_id == W, ticket_turn.c.ticket_id == bindparam("id")
        ),
        select(message.c.conversation_id, message.c.id)
        .select_from(
            ticket_message.join(
                message,
                (message.c.workspace_id == ticket_message.c.workspace_id)
                & (message.c.id == ticket_message.c.message_id),
            )
        )
        .where(ticket_message.c.workspace_id == W, ticket_message.c.ticket_id == bindparam("id")),
    )
)
"""The conversations in which something was said about a ticket, more than one where contacts were merged, each with messages from which on
that is so, or of which it is.
"""

_told = (
    select(message.c.id)
    .where(
        message.c.workspace_id == W,
        message.c.conversation_id == bindparam("of"),
        message.c.id >= bindparam("first"),
        message.c.direction != "note",
        message.c.removed_at.is_(None),
        about == bindparam("ticket"),
    )
    .limit(1)
)
_latest = _told.order_by(message.c.id.desc())
last_said = Statement(_latest)
last_heard = Statement(_latest.where(message.c.direction == "in"))
last_answer = Statement(_latest.where(message.c.direction == "out", ~message.c.more.contains('"automatic"')))
"""What a machine said is no answer."""
heard_after = Statement(
    select(message.c.id, message.c.more)
    .where(
        message.c.workspace_id == W,
        message.c.conversation_id == bindparam("of"),
        message.c.direction == "in",
        message.c.removed_at.is_(None),
        message.c.id >= bindparam("first"),
        message.c.id > bindparam("after"),
        about == bindparam("ticket"),
    )
    .order_by(message.c.id)
    .limit(bindparam("most"))
)
any_about = Statement(
    select(message.c.id)
    .where(
        message.c.workspace_id == W,
        message.c.conversation_id == bindparam("of"),
        message.c.id >= bindparam("first"),
        about == bindparam("ticket"),
    )
    .limit(1)
)
last_of_conversation = Statement(
    select(message.c.id)
    .where(message.c.workspace_id == W, message.c.conversation_id == bindparam("of"), message.c.direction != "note")
    .order_by(message.c.id.desc())
    .limit(1)
)
