"""The statements of the reasons of tickets."""

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from lyhord.conversations.tables import message
from lyhord.hearing.findings.tables import heard, heard_correction
from lyhord.kit.database import Id, Statement, values_in
from lyhord.kit.ids import LOWEST_ID
from lyhord.tickets.about_store import about
from lyhord.tickets.reasons.model import FIRST_WORDS
from lyhord.tickets.reasons.signs import LATEST
from lyhord.tickets.reasons.tables import ticket_reason
from lyhord.tickets.tables import ticket

W: BindParameter[Any] = bindparam("workspace_id")


def _said(place: int, *, back: bool = False) -> ColumnElement[Any]:
    """The customer's message about the ticket at this place from its beginning on, or `back` from the last one, from 0."""
    begins = func.coalesce(ticket.c.begins_id, literal(LOWEST_ID, Id()))
    return (
        select(message.c.id)
        .where(
            message.c.workspace_id == ticket.c.workspace_id,
            message.c.conversation_id == ticket.c.conversation_id,
            message.c.id >= begins,
            message.c.direction == "in",
            message.c.removed_at.is_(None),
            about == ticket.c.id,
        )
        .order_by(message.c.id.desc() if back else message.c.id)
        .limit(1)
        .offset(place)
        .correlate(ticket)
        .scalar_subquery()
    )


first_words = Statement(
    select(
        ticket.c.id,
        ticket.c.conversation_id,
        ticket.c.reason_id,
        ticket.c.mood,
        ticket.c.last_inbound_id,
        *(_said(place) for place in range(FIRST_WORDS)),
    ).where(ticket.c.workspace_id == W, values_in(ticket.c.id, "ids"))
)
"""Tickets with the first messages of their customers, and their last one."""
signs_of = Statement(
    select(
        ticket.c.id, ticket.c.conversation_id, ticket.c.signs, *(_said(place, back=True) for place in range(LATEST))
    ).where(ticket.c.workspace_id == W, values_in(ticket.c.id, "ids"))
)
"""Tickets with what stood out in them, and the latest messages of their customers, the last one first."""
write_signs = Statement(
    update(ticket).where(ticket.c.workspace_id == W, ticket.c.id == bindparam("key")).values(signs=bindparam("signs"))
)
_said_so = exists(
    select(ticket_reason.c.place).where(
        ticket_reason.c.workspace_id == ticket.c.workspace_id,
        ticket_reason.c.ticket_id == ticket.c.id,
        ticket_reason.c.by.like(bindparam("said")),
    )
)
_waits = or_(ticket.c.shelf == literal_column("'active'"), ticket.c.shelf == literal_column("'snoozed'"))
unsure = Statement(
    select(ticket.c.id)
    .where(ticket.c.workspace_id == W, _waits, ticket.c.reason_id.is_(None), ~_said_so)
    .order_by(ticket.c.shelf, ticket.c.waits_at, ticket.c.id)
    .limit(bindparam("most"))
)
reasons_of = Statement(
    select(ticket_reason.c.ticket_id, ticket_reason.c.reason_id, ticket_reason.c.confidence, ticket_reason.c.by)
    .where(ticket_reason.c.workspace_id == W, values_in(ticket_reason.c.ticket_id, "ids"))
    .order_by(ticket_reason.c.ticket_id, ticket_reason.c.place)
)
insert_reason = Statement(insert(ticket_reason))
drop_reasons = Statement(
    delete(ticket_reason).where(ticket_reason.c.workspace_id == W, values_in(ticket_reason.c.ticket_id, "ids"))
)
write_ticket = Statement(
    update(ticket)
    .where(ticket.c.workspace_id == W, ticket.c.id == bindparam("key"))
    .values(reason_id=bindparam("reason"), mood=bindparam("felt"))
)
reasons_in = Statement(
    select(heard.c.message_id, heard.c.value, heard.c.confidence)
    .select_from(
        message.join(heard, (heard.c.workspace_id == message.c.workspace_id) & (heard.c.message_id == message.c.id))
    )
    .where(
        message.c.workspace_id == W,
        message.c.conversation_id == bindparam("of"),
        heard.c.kind == bindparam("kind"),
    )
    .order_by(message.c.id.desc(), heard.c.confidence)
    .limit(bindparam("most"))
)
"""What was heard in the latest messages of a conversation, of each the surest last."""
said_alike = Statement(
    select(message.c.conversation_id, message.c.id, message.c.text)
    .join(
        heard_correction,
        (heard_correction.c.workspace_id == message.c.workspace_id) & (heard_correction.c.message_id == message.c.id),
    )
    .where(
        message.c.workspace_id == W,
        heard_correction.c.kind == bindparam("kind"),
        values_in(heard_correction.c.value, "reasons"),
        message.c.conversation_id != bindparam("besides"),
        message.c.removed_at.is_(None),
    )
    .order_by(heard_correction.c.at.desc())
    .limit(bindparam("most"))
)
texts_of = Statement(
    select(message.c.id, message.c.subject, message.c.text).where(
        message.c.workspace_id == W, values_in(message.c.id, "ids")
    )
)
