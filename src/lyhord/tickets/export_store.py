"""The statements of exports."""

from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, case, func, or_, select

from lyhord.conversations.tables import message
from lyhord.kit.database import Statement, values_in
from lyhord.tickets.tables import ticket

W: BindParameter[Any] = bindparam("workspace_id")

_next = ticket.alias()
_until = (
    select(func.min(_next.c.opened_at))
    .where(
        _next.c.workspace_id == ticket.c.workspace_id,
        _next.c.conversation_id == ticket.c.conversation_id,
        _next.c.opened_at > ticket.c.opened_at,
    )
    .scalar_subquery()
)
_bounds = (
    select(ticket.c.id, ticket.c.conversation_id, ticket.c.opened_at, _until.label("until"))
    .where(ticket.c.workspace_id == W, values_in(ticket.c.id, "ids"))
    .subquery()
)
_during = and_(
    message.c.workspace_id == W,
    message.c.conversation_id == _bounds.c.conversation_id,
    message.c.created_at >= _bounds.c.opened_at,
    or_(_bounds.c.until.is_(None), message.c.created_at < _bounds.c.until),
    message.c.direction != "note",
    message.c.removed_at.is_(None),
)
_told = (
    select(_bounds.c.id, func.min(case((message.c.direction == "out", message.c.created_at))), func.count())
    .select_from(_bounds.join(message, _during))
    .group_by(_bounds.c.id)
)
told = {False: Statement(_told), True: Statement(_told.where(values_in(message.c.inbox_id, "reach")))}
"""For each ticket when it was answered first, and how many messages were said until the next one of its conversation; for a limited
reach those that are within it.
"""
