"""Statements of roll-ups."""

from typing import Any

from sqlalchemy import BindParameter, Select, Table, bindparam, func, literal, or_, select, update
from sqlalchemy.sql.elements import ClauseElement

from lyhord.conversations.tables import conversation, message
from lyhord.insights.model import COUNTS, NOBODY
from lyhord.insights.tables import share, tally
from lyhord.kit.database import Id, Statement, values_in
from lyhord.kit.database.statement import Insert
from lyhord.tickets.about_store import about
from lyhord.tickets.tables import ticket
from lyhord.workspaces.tables import inbox, team_agent

W: BindParameter[Any] = bindparam("workspace_id")


def _adding(table: Table, *replaced: str) -> Statement:
    """Add a row's counts to what is there under its key; the columns in `replaced` become the row's."""

    def add(insert: Insert) -> ClauseElement:
        values = insert(table).values({column.name: bindparam(column.name) for column in table.columns})
        changes = {name: table.c[name] + values.excluded[name] for name in COUNTS}
        changes |= {name: values.excluded[name] for name in replaced}
        key = [column.name for column in table.primary_key]
        return values.on_conflict_do_update(index_elements=key, set_=changes)  # type: ignore[no-any-return]

    return Statement(add)


add_tally = _adding(tally)
add_share = _adding(share, "kind")
set_kind = Statement(
    update(share).where(share.c.workspace_id == W, share.c.ticket_id == bindparam("key")).values(kind=bindparam("to"))
)

_owned = select(
    ticket.c.id,
    ticket.c.conversation_id,
    ticket.c.contact_id,
    ticket.c.kind,
    ticket.c.inbox_id,
    ticket.c.owner_team_id,
    ticket.c.owner_agent_id,
).where(ticket.c.workspace_id == W)
tickets = Statement(_owned.where(values_in(ticket.c.id, "ids")))
teams_of_agents = Statement(
    select(team_agent.c.agent_id, team_agent.c.team_id).where(
        team_agent.c.workspace_id == W, values_in(team_agent.c.agent_id, "ids")
    )
)
inboxes_of_channel = Statement(select(inbox.c.id).where(inbox.c.workspace_id == W, inbox.c.channel == bindparam("of")))
_taken = (message.c.direction == "in") & message.c.more.contains('"call":{') & message.c.more.contains('"answered"')
"""Somebody called and was spoken with."""
directions = Statement(
    select(message.c.id, message.c.direction, message.c.conversation_id, message.c.inbox_id, _taken)
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
        or_(about.is_(None), about == bindparam("ticket")),
    )
    .limit(1)
)
_by_itself = message.c.more.contains('"automatic"') | message.c.more.contains('"missed"')
last_answer = Statement(
    _before.where(((message.c.direction == "out") & ~_by_itself) | _taken).order_by(message.c.id.desc())
)
first_asked = Statement(
    _before.where(message.c.direction == "in", ~_taken, message.c.id > bindparam("after")).order_by(message.c.id)
)


def _within(query: Select[Any]) -> dict[tuple[bool, bool], Statement]:
    """By whether only some inboxes count, and whether only one team does."""
    table = query.get_final_froms()[0]
    hours = query.where(table.c.workspace_id == W, table.c.hour >= bindparam("start"), table.c.hour < bindparam("end"))
    some = hours.where(values_in(table.c.inbox_id, "inboxes"))
    chosen = {(False, False): hours, (True, False): some}
    teams = {(limited, True): one.where(table.c.team_id == bindparam("team")) for (limited, _), one in chosen.items()}
    return {which: Statement(one) for which, one in (chosen | teams).items()}


def _sums(table: Table) -> Select[Any]:
    return select(table.c.hour, *(func.sum(table.c[name]) for name in COUNTS)).group_by(table.c.hour)


_somebody = share.c.contact_id != literal(NOBODY, Id())
_writers = select(share.c.hour, share.c.contact_id).where(share.c.messages_in > 0, _somebody).distinct()
_of_kind = share.c.kind == bindparam("kind")
hours = {False: _within(_sums(tally)), True: _within(_sums(share).where(_of_kind))}
writers = {False: _within(_writers), True: _within(_writers.where(_of_kind))}
"""By whether only tickets of one kind count."""

traffic = _within(
    select(tally.c.hour, func.sum(tally.c.messages_in), func.sum(tally.c.messages_out)).group_by(tally.c.hour)
)
first_hour = Statement(select(func.min(tally.c.hour)).where(tally.c.workspace_id == W))
latest_said = Statement(
    select(message.c.id, about, message.c.direction, message.c.agent_id)
    .where(message.c.workspace_id == W, message.c.id >= bindparam("first"), message.c.removed_at.is_(None), ~_by_itself)
    .order_by(message.c.id.desc())
    .limit(bindparam("most"))
)
"""What people said last and about which ticket, the latest first: one range of the key."""
