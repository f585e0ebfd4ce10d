"""Statements of roll-ups."""

from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.sql.elements import ClauseElement

from lyhord.conversations.tables import conversation, message
from lyhord.insights.model import COUNTS
from lyhord.insights.tables import tally, writer
from lyhord.kit.database import Statement, upsert, values_in
from lyhord.kit.database.statement import Insert
from lyhord.tickets.tables import ticket
from lyhord.workspaces.tables import inbox, team_agent

W: BindParameter[Any] = bindparam("workspace_id")


def _add(insert: Insert) -> ClauseElement:
    values = insert(tally).values({column.name: bindparam(column.name) for column in tally.columns})
    sums = {name: tally.c[name] + values.excluded[name] for name in COUNTS}
    key = ["workspace_id", "hour", "inbox_id", "team_id"]
    return values.on_conflict_do_update(index_elements=key, set_=sums)  # type: ignore[no-any-return]


add_tally = Statement(_add)
add_writer = upsert(writer, key=["workspace_id", "hour", "inbox_id", "team_id", "contact_id"])

_owned = select(ticket.c.owner_team_id, ticket.c.owner_agent_id).where(ticket.c.workspace_id == W)
tickets = Statement(_owned.add_columns(ticket.c.id, ticket.c.inbox_id).where(values_in(ticket.c.id, "ids")))
newest_of = Statement(
    _owned.add_columns(ticket.c.conversation_id).where(values_in(ticket.c.conversation_id, "ids"), ticket.c.newest == 1)
)
teams_of_agents = Statement(
    select(team_agent.c.agent_id, team_agent.c.team_id).where(
        team_agent.c.workspace_id == W, values_in(team_agent.c.agent_id, "ids")
    )
)
inboxes_of_channel = Statement(select(inbox.c.id).where(inbox.c.workspace_id == W, inbox.c.channel == bindparam("of")))
directions = Statement(
    select(message.c.id, message.c.direction, message.c.conversation_id, message.c.inbox_id)
    .join(conversation, (conversation.c.workspace_id == W) & (conversation.c.id == message.c.conversation_id))
    .where(message.c.workspace_id == W, values_in(message.c.id, "ids"), conversation.c.parent_id.is_(None))
)
"""What customers were told: words of side conversations are no answers."""
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
_by_itself = message.c.more.contains('"automatic"')
last_answer = Statement(_before.where(message.c.direction == "out", ~_by_itself).order_by(message.c.id.desc()))
first_asked = Statement(
    _before.where(message.c.direction == "in", message.c.id > bindparam("after")).order_by(message.c.id)
)


def _within(query: Select[Any]) -> dict[tuple[bool, bool], Statement]:
    """By whether only some inboxes count, and whether only one team does."""
    table = query.get_final_froms()[0]
    hours = query.where(table.c.workspace_id == W, table.c.hour >= bindparam("start"), table.c.hour < bindparam("end"))
    some = hours.where(values_in(table.c.inbox_id, "inboxes"))
    chosen = {(False, False): hours, (True, False): some}
    teams = {(limited, True): one.where(table.c.team_id == bindparam("team")) for (limited, _), one in chosen.items()}
    return {which: Statement(one) for which, one in (chosen | teams).items()}


hours = _within(select(tally.c.hour, *(func.sum(tally.c[name]) for name in COUNTS)).group_by(tally.c.hour))
writers = _within(select(writer.c.hour, writer.c.contact_id).distinct())
