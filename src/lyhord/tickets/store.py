"""The statements of tickets. Each list is one range of one index."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, insert, select, tuple_, update

from lyhord.contacts.tables import contact
from lyhord.conversations.tables import conversation, mention, message, read_position
from lyhord.conversations.visibility import conversation_within
from lyhord.kit.database import Statement, values_in
from lyhord.tickets.model import FAR, Ticket
from lyhord.tickets.tables import ticket
from lyhord.workspaces.tables import agent, inbox, team

W: BindParameter[Any] = bindparam("workspace_id")

ticket_columns = tuple(ticket.c[name] for name in Ticket.__struct_fields__)
_tickets = select(*ticket_columns).where(ticket.c.workspace_id == W)

ticket_by_id = Statement(_tickets.where(ticket.c.id == bindparam("id")))
tickets_by_ids = Statement(_tickets.where(values_in(ticket.c.id, "ids")))
newest_of = Statement(_tickets.where(values_in(ticket.c.conversation_id, "ids"), ticket.c.newest == 1))
all_of = Statement(_tickets.where(values_in(ticket.c.conversation_id, "ids")))
insert_ticket = Statement(insert(ticket))
age_tickets = Statement(
    update(ticket)
    .where(ticket.c.workspace_id == W, ticket.c.conversation_id == bindparam("of"), ticket.c.newest == 1)
    .values(newest=None)
)
CHANGING = tuple(name for name in Ticket.__struct_fields__ if name not in ("id", "conversation_id", "opened_at"))
write_ticket = Statement(
    update(ticket)
    .where(ticket.c.workspace_id == W, ticket.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in (*CHANGING, "shelf", "waits_at")})
)
TOUCHING = (
    "preview",
    "preview_by",
    "subject",
    "channel",
    "inbox_id",
    "last_message_id",
    "last_inbound_id",
    "last_activity_at",
)
"""What may change without the ticket's place in any list: none of these is in an index."""
touch_ticket = Statement(
    update(ticket)
    .where(ticket.c.workspace_id == W, ticket.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in TOUCHING})
)
due_snoozed = Statement(
    _tickets.where(ticket.c.snoozed_until <= bindparam("now")).order_by(ticket.c.snoozed_until).limit(200)
)
workspaces_to_wake = Statement(
    select(ticket.c.workspace_id)
    .where(ticket.c.snoozed_until.isnot(None), ticket.c.snoozed_until <= bindparam("now"))
    .order_by(ticket.c.snoozed_until)
    .limit(1000)
)
next_wake = Statement(select(func.min(ticket.c.snoozed_until)))
_theirs = select(conversation.c.id).where(
    conversation.c.workspace_id == W, conversation.c.contact_id == bindparam("of")
)
rename_tickets = Statement(
    update(ticket)
    .where(ticket.c.workspace_id == W, ticket.c.conversation_id.in_(_theirs))
    .values(title=bindparam("title"))
)

contact_name = Statement(select(contact.c.name).where(contact.c.workspace_id == W, contact.c.id == bindparam("of")))
words_of = Statement(
    select(
        message.c.id,
        message.c.conversation_id,
        message.c.text,
        message.c.subject,
        message.c.inbox_id,
        inbox.c.channel,
        message.c.value,
        conversation.c.contact_id,
        contact.c.name,
        conversation.c.title,
        message.c.more,
    )
    .select_from(
        message.join(
            conversation,
            (conversation.c.workspace_id == message.c.workspace_id) & (conversation.c.id == message.c.conversation_id),
        )
        .outerjoin(inbox, (inbox.c.workspace_id == message.c.workspace_id) & (inbox.c.id == message.c.inbox_id))
        .outerjoin(
            contact, (contact.c.workspace_id == message.c.workspace_id) & (contact.c.id == conversation.c.contact_id)
        )
    )
    .where(message.c.workspace_id == W, values_in(message.c.id, "ids"))
)
last_words = Statement(
    select(message.c.id, message.c.direction, message.c.inbox_id, message.c.text)
    .where(
        message.c.workspace_id == W,
        message.c.conversation_id == bindparam("of"),
        message.c.direction != "note",
        message.c.removed_at.is_(None),
    )
    .order_by(message.c.id.desc())
    .limit(1)
)
find_agent = Statement(
    select(agent.c.id).where(agent.c.workspace_id == W, agent.c.id == bindparam("id"), agent.c.disabled_at.is_(None))
)
find_team = Statement(
    select(team.c.id).where(team.c.workspace_id == W, team.c.id == bindparam("id"), team.c.removed_at.is_(None))
)

_rows = (
    select(*ticket_columns, read_position.c.message_id, ticket.c.waits_at)
    .select_from(
        ticket.outerjoin(
            read_position,
            (read_position.c.workspace_id == ticket.c.workspace_id)
            & (read_position.c.agent_id == bindparam("viewer"))
            & (read_position.c.conversation_id == ticket.c.conversation_id),
        )
    )
    .where(ticket.c.workspace_id == W)
)
_places = select(ticket.c.waits_at, ticket.c.id).where(ticket.c.workspace_id == W)
_place = tuple_(ticket.c.waits_at, ticket.c.id)


def _mine(query: Select[Any]) -> Select[Any]:
    return query.where(ticket.c.owner_agent_id == bindparam("viewer"), ticket.c.shelf == "active")


def _unassigned(query: Select[Any]) -> Select[Any]:
    return query.where(ticket.c.owner_agent_id.is_(None), ticket.c.shelf == "active")


def _waiting(query: Select[Any]) -> Select[Any]:
    return query.where(ticket.c.shelf == "active", ticket.c.waits_at < FAR // 2)


def _all(query: Select[Any]) -> Select[Any]:
    return query.where(ticket.c.shelf == "active")


def _snoozed(query: Select[Any]) -> Select[Any]:
    return query.where(ticket.c.shelf == "snoozed")


def _resolved(query: Select[Any]) -> Select[Any]:
    return query.where(ticket.c.shelf == "resolved")


def _team(query: Select[Any]) -> Select[Any]:
    return query.where(ticket.c.owner_team_id == bindparam("of"), ticket.c.shelf == "active")


def _agent(query: Select[Any]) -> Select[Any]:
    return query.where(ticket.c.owner_agent_id == bindparam("of"), ticket.c.shelf == "active")


def _agent_waiting(query: Select[Any]) -> Select[Any]:
    return _agent(query).where(ticket.c.waits_at < FAR // 2)


def _mentioned(query: Select[Any]) -> Select[Any]:
    latest = (
        select(mention.c.conversation_id)
        .where(mention.c.workspace_id == W, mention.c.agent_id == bindparam("viewer"))
        .order_by(mention.c.message_id.desc())
        .limit(bindparam("mentions"))
        .subquery()
    )
    return query.where(ticket.c.newest == 1, ticket.c.conversation_id.in_(select(latest.c.conversation_id)))


_lists = {
    "mine": _mine,
    "unassigned": _unassigned,
    "all": _all,
    "waiting": _waiting,
    "snoozed": _snoozed,
    "resolved": _resolved,
    "mentioned": _mentioned,
    "team": _team,
    "agent": _agent,
    "agent_waiting": _agent_waiting,
}
LISTS = tuple(_lists)
"""The lists of an inbox."""
OF_SOMEBODY = ("team", "agent", "agent_waiting")
"""Those that need to be told whose: a team's or a colleague's."""

_within = conversation_within(ticket.c.workspace_id, ticket.c.conversation_id)
_after = _place > tuple_(bindparam("after_waits"), bindparam("after_id"))
_until = _place <= tuple_(bindparam("until_waits"), bindparam("until_id"))
_in_order = (ticket.c.waits_at, ticket.c.id)
ends = {
    name: Statement(narrow(_places).where(_after).order_by(*_in_order).limit(1).offset(bindparam("looked")))
    for name, narrow in _lists.items()
}
"""The place up to which one answer looks through a list for somebody who may see few of its tickets."""
pages = {
    (name, limited): Statement(
        narrow(_rows)
        .where(_after, *((_until, _within) if limited else ()))
        .order_by(*_in_order)
        .limit(bindparam("most"))
    )
    for name, narrow in _lists.items()
    for limited in (False, True)
}


def _count(narrow: Callable[[Select[Any]], Select[Any]], *, limited: bool) -> Statement:
    """Counts up to `most`, among the first `looked` for somebody with a limited reach."""
    rows = narrow(_places)
    if limited:
        looked = rows.add_columns(ticket.c.conversation_id).order_by(*_in_order).limit(bindparam("looked")).subquery()
        within = conversation_within(W, looked.c.conversation_id)
        rows = select(looked.c.id).where(within)
    return Statement(select(func.count()).select_from(rows.limit(bindparam("most")).subquery()))


counts = {
    (name, limited): _count(narrow, limited=limited) for name, narrow in _lists.items() for limited in (False, True)
}
row_by_id = {
    False: Statement(_rows.where(ticket.c.id == bindparam("id"))),
    True: Statement(_rows.where(ticket.c.id == bindparam("id"), _within)),
}
