"""The statements of exports."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, case, exists, func, literal, select

from lyhord.conversations.tables import message
from lyhord.hearing.findings.model import ENTITY
from lyhord.hearing.findings.tables import heard
from lyhord.kit.database import Statement, values_in
from lyhord.tickets.about_store import about
from lyhord.tickets.tables import ticket_message, ticket_turn

W: BindParameter[Any] = bindparam("workspace_id")

turns_of_conversations = Statement(
    select(ticket_turn.c.conversation_id, ticket_turn.c.from_id, ticket_turn.c.ticket_id).where(
        ticket_turn.c.workspace_id == W, values_in(ticket_turn.c.conversation_id, "ids")
    )
)
_elsewhere = exists().where(
    ticket_message.c.workspace_id == message.c.workspace_id, ticket_message.c.message_id == message.c.id
)
_counts: tuple[ColumnElement[Any], ...] = (
    func.min(case((message.c.direction == "out", message.c.created_at))),
    func.count(),
)
_said = (message.c.workspace_id == W, message.c.direction != "note", message.c.removed_at.is_(None))
_during = select(*_counts).where(
    *_said,
    message.c.conversation_id == bindparam("of"),
    message.c.id >= bindparam("since"),
    message.c.id < bindparam("until"),
    ~_elsewhere,
)
told_during = {False: Statement(_during), True: Statement(_during.where(values_in(message.c.inbox_id, "reach")))}
"""When a ticket was answered first in one of its turns, and how many messages are about it; for a limited reach those within it."""
_moved = (
    select(ticket_message.c.ticket_id, *_counts)
    .select_from(
        ticket_message.join(
            message,
            (message.c.workspace_id == ticket_message.c.workspace_id) & (message.c.id == ticket_message.c.message_id),
        )
    )
    .where(*_said, ticket_message.c.workspace_id == W, values_in(ticket_message.c.ticket_id, "ids"))
    .group_by(ticket_message.c.ticket_id)
)
told_moved = {False: Statement(_moved), True: Statement(_moved.where(values_in(message.c.inbox_id, "reach")))}
"""The same of what was moved to tickets, or answered into them."""
_named = (
    select(about, heard.c.value)
    .select_from(
        message.join(
            heard,
            (heard.c.workspace_id == message.c.workspace_id)
            & (heard.c.message_id == message.c.id)
            & (heard.c.kind == literal(ENTITY)),
        )
    )
    .where(*_said, message.c.conversation_id == bindparam("of"))
    .order_by(message.c.id.desc(), heard.c.start)
)
named_in = {False: Statement(_named), True: Statement(_named.where(values_in(message.c.inbox_id, "reach")))}
"""What messages of a conversation name, with the ticket that each is about."""
