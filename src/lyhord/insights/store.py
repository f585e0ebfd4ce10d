"""Statements of roll-ups."""

from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.sql.elements import ClauseElement

from lyhord.conversations.tables import message
from lyhord.insights.model import COUNTS
from lyhord.insights.tables import tally, writer
from lyhord.kit.database import Statement, upsert, values_in
from lyhord.kit.database.statement import Insert
from lyhord.tickets.tables import ticket

W: BindParameter[Any] = bindparam("workspace_id")


def _add(insert: Insert) -> ClauseElement:
    values = insert(tally).values({column.name: bindparam(column.name) for column in tally.columns})
    sums = {name: tally.c[name] + values.excluded[name] for name in COUNTS}
    key = ["workspace_id", "hour", "inbox_id"]
    return values.on_conflict_do_update(index_elements=key, set_=sums)  # type: ignore[no-any-return]


add_tally = Statement(_add)
add_writer = upsert(writer, key=["workspace_id", "hour", "inbox_id", "contact_id"])

inboxes_of_tickets = Statement(
    select(ticket.c.id, ticket.c.inbox_id).where(ticket.c.workspace_id == W, values_in(ticket.c.id, "ids"))
)
directions = Statement(
    select(message.c.id, message.c.direction, message.c.conversation_id, message.c.inbox_id).where(
        message.c.workspace_id == W, values_in(message.c.id, "ids")
    )
)
_before = (
    select(message.c.id)
    .where(
        message.c.workspace_id == W,
        message.c.conversation_id == bindparam("of"),
        message.c.id < bindparam("before"),
        message.c.removed_at.is_(None),
    )
    .limit(1)
)
last_answer = Statement(_before.where(message.c.direction == "out").order_by(message.c.id.desc()))
first_asked = Statement(
    _before.where(message.c.direction == "in", message.c.id > bindparam("after")).order_by(message.c.id)
)


def _within(query: Select[Any], *, limited: bool) -> Statement:
    table = query.get_final_froms()[0]
    hours = query.where(table.c.workspace_id == W, table.c.hour >= bindparam("start"), table.c.hour < bindparam("end"))
    return Statement(hours.where(values_in(table.c.inbox_id, "reach")) if limited else hours)


_sums = select(tally.c.hour, *(func.sum(tally.c[name]) for name in COUNTS)).group_by(tally.c.hour)
hours = {limited: _within(_sums, limited=limited) for limited in (False, True)}
writers = {
    limited: _within(select(writer.c.hour, writer.c.contact_id).distinct(), limited=limited)
    for limited in (False, True)
}
