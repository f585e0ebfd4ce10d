"""The statements of reply promises."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, insert, or_, select, update

from lyhord.kit.database import Statement, upsert, values_in
from lyhord.tickets.levels.tables import clock
from lyhord.tickets.model import FAR
from lyhord.tickets.promises.tables import reply_promise, told_promise
from lyhord.tickets.tables import ticket

W: BindParameter[Any] = bindparam("workspace_id")

answers_between = Statement(
    select(clock.c.inbox_id, clock.c.started_at, clock.c.ended_at, clock.c.agent_id)
    .where(
        clock.c.workspace_id == W,
        clock.c.kind == "first_answer",
        clock.c.started_at >= bindparam("start"),
        clock.c.started_at < bindparam("end"),
        clock.c.ended_at.isnot(None),
        clock.c.dropped == 0,
    )
    .order_by(clock.c.started_at.desc())
    .limit(bindparam("most"))
)
_waiting = (
    select(ticket.c.inbox_id)
    .where(ticket.c.workspace_id == W, ticket.c.shelf == "active", ticket.c.waits_at < FAR // 2)
    .limit(bindparam("most"))
    .subquery()
)
count_waiting = Statement(select(_waiting.c.inbox_id, func.count()).group_by(_waiting.c.inbox_id))
"""How many customers wait, by inbox."""

PROMISE = ("inbox_id", "length", "answers", "waiting", "people", "free", "reckoned_at")
_promises = select(*(reply_promise.c[name] for name in PROMISE)).where(reply_promise.c.workspace_id == W)
list_promises = Statement(_promises)
find_promise = Statement(_promises.where(reply_promise.c.inbox_id == bindparam("inbox")))
write_promise = upsert(reply_promise, key=("workspace_id", "inbox_id"), update=PROMISE[1:])
drop_promises = Statement(delete(reply_promise).where(reply_promise.c.workspace_id == W))

insert_told = Statement(insert(told_promise))
TOLD = ("id", "ticket_id", "waits", "due_at", "ended_at", "ended_by", "kept")
_told = select(*(told_promise.c[name] for name in TOLD)).where(told_promise.c.workspace_id == W)
told_of = Statement(_told.where(told_promise.c.ticket_id == bindparam("ticket")).order_by(told_promise.c.id))
told_on = Statement(
    _told.where(
        values_in(told_promise.c.ticket_id, "tickets"),
        or_(told_promise.c.ended_at.is_(None), values_in(told_promise.c.ticket_id, "whole")),
    )
)
"""What was told on these tickets and hasn't ended, and all that was told on the `whole` ones among them."""
answered_by = Statement(_told.where(told_promise.c.ended_by.isnot(None), values_in(told_promise.c.ended_by, "answers")))
write_told = Statement(
    update(told_promise)
    .where(told_promise.c.workspace_id == W, told_promise.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in ("ticket_id", "ended_at", "ended_by", "kept")})
)
