"""The statements of routing."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, insert, select, update

from lyhord.contacts.tables import contact
from lyhord.conversations.tables import message
from lyhord.kit.database import Statement, upsert, values_in
from lyhord.tickets.about_store import about
from lyhord.tickets.levels.tables import clock
from lyhord.tickets.model import FAR
from lyhord.tickets.routing.tables import (
    queued_ticket,
    replay,
    route,
    routing_agent,
    routing_decision,
    routing_inbox,
)
from lyhord.tickets.tables import ticket
from lyhord.workspaces.tables import agent, session

W: BindParameter[Any] = bindparam("workspace_id")

list_routes = Statement(
    select(route.c.id, route.c.words).where(route.c.workspace_id == W).order_by(route.c.place, route.c.id)
)
count_routes = Statement(
    select(func.count(), func.max(route.c.place)).select_from(route).where(route.c.workspace_id == W)
)
insert_route = Statement(insert(route))
write_route = Statement(
    update(route).where(route.c.workspace_id == W, route.c.id == bindparam("key")).values(words=bindparam("words"))
)
place_route = Statement(
    update(route).where(route.c.workspace_id == W, route.c.id == bindparam("key")).values(place=bindparam("place"))
)
delete_route = Statement(delete(route).where(route.c.workspace_id == W, route.c.id == bindparam("key")))

list_working = Statement(
    select(routing_agent.c.agent_id, routing_agent.c.working, routing_agent.c.given_at).where(
        routing_agent.c.workspace_id == W
    )
)
write_working = upsert(routing_agent, key=("workspace_id", "agent_id"), update=("working",))
write_given = upsert(routing_agent, key=("workspace_id", "agent_id"), update=("given_at",))
list_intakes = Statement(
    select(routing_inbox.c.inbox_id, routing_inbox.c.team_id, routing_inbox.c.weight).where(
        routing_inbox.c.workspace_id == W
    )
)
write_intake = upsert(routing_inbox, key=("workspace_id", "inbox_id"), update=("team_id", "weight"))

list_presence = Statement(
    select(agent.c.id, agent.c.disabled_at, agent.c.away_from, agent.c.away_until, func.max(session.c.seen_at))
    .select_from(
        agent.outerjoin(session, (session.c.workspace_id == agent.c.workspace_id) & (session.c.agent_id == agent.c.id))
    )
    .where(agent.c.workspace_id == W)
    .group_by(agent.c.id, agent.c.disabled_at, agent.c.away_from, agent.c.away_until)
)
_held = (
    ticket.c.workspace_id == W,
    values_in(ticket.c.owner_agent_id, "agents"),
    ticket.c.shelf == "active",
)
_by_inbox = (ticket.c.owner_agent_id, ticket.c.inbox_id, ticket.c.channel)
list_waiting = Statement(
    select(*_by_inbox, func.count()).where(*_held, ticket.c.waits_at < FAR // 2).group_by(*_by_inbox)
)
"""How many tickets with a customer who waits each agent has, by inbox."""
list_talking = Statement(
    select(*_by_inbox, func.count())
    .where(*_held, ticket.c.waits_at > FAR // 2, ticket.c.waits_at <= bindparam("since"))
    .group_by(*_by_inbox)
)
"""How many in which nobody waits, but something was said lately. `since` is such a ticket's `waits_at` then."""
list_left = Statement(
    select(ticket.c.id)
    .where(*_held, ticket.c.waits_at < bindparam("before"))
    .order_by(ticket.c.waits_at, ticket.c.id)
    .limit(bindparam("most"))
)
"""Those of these agents whose customers have waited since before then, the longest first."""

queue_of = Statement(
    select(
        queued_ticket.c.ticket_id,
        queued_ticket.c.due_at,
        queued_ticket.c.queued_at,
        ticket.c.inbox_id,
        ticket.c.channel,
        queued_ticket.c.language,
        queued_ticket.c.known_id,
    )
    .select_from(
        queued_ticket.join(
            ticket,
            (ticket.c.workspace_id == queued_ticket.c.workspace_id) & (ticket.c.id == queued_ticket.c.ticket_id),
        )
    )
    .where(
        queued_ticket.c.workspace_id == W,
        queued_ticket.c.route_id == bindparam("route"),
        ticket.c.status == "open",
        ticket.c.owner_agent_id.is_(None),
    )
    .order_by(queued_ticket.c.due_at, queued_ticket.c.ticket_id)
    .limit(bindparam("most"))
)
_waiting = (
    select(queued_ticket.c.ticket_id, queued_ticket.c.due_at, ticket.c.waiting_since)
    .select_from(
        queued_ticket.join(
            ticket,
            (ticket.c.workspace_id == queued_ticket.c.workspace_id) & (ticket.c.id == queued_ticket.c.ticket_id),
        )
    )
    .where(
        queued_ticket.c.workspace_id == W,
        queued_ticket.c.route_id == bindparam("route"),
        ticket.c.status == "open",
        ticket.c.owner_agent_id.is_(None),
    )
    .order_by(queued_ticket.c.due_at, queued_ticket.c.ticket_id)
    .limit(bindparam("most"))
)
waiting_in = {False: Statement(_waiting), True: Statement(_waiting.where(values_in(ticket.c.inbox_id, "reach")))}
"""A queue in its order; by whether only some inboxes count."""
enter_queue = upsert(
    queued_ticket, key=("workspace_id", "ticket_id"), update=("route_id", "due_at", "language", "known_id")
)
leave_queue = Statement(
    delete(queued_ticket).where(queued_ticket.c.workspace_id == W, values_in(queued_ticket.c.ticket_id, "ids"))
)
set_queue_due = Statement(
    update(queued_ticket)
    .where(queued_ticket.c.workspace_id == W, queued_ticket.c.ticket_id == bindparam("key"))
    .values(due_at=bindparam("due_at"))
)
list_queued = Statement(
    select(
        queued_ticket.c.ticket_id, queued_ticket.c.route_id, queued_ticket.c.due_at, queued_ticket.c.queued_at
    ).where(queued_ticket.c.workspace_id == W, values_in(queued_ticket.c.ticket_id, "ids"))
)
list_free = Statement(
    select(ticket.c.id)
    .where(
        ticket.c.workspace_id == W,
        ticket.c.owner_agent_id.is_(None),
        ticket.c.shelf == "active",
        ticket.c.waits_at < FAR // 2,
    )
    .order_by(ticket.c.waits_at, ticket.c.id)
    .limit(bindparam("most"))
)
"""Those with a customer who waits that no agent has, the longest first."""
free_of_conversations = Statement(
    select(ticket.c.id).where(
        ticket.c.workspace_id == W,
        values_in(ticket.c.conversation_id, "ids"),
        ticket.c.status == "open",
        ticket.c.owner_agent_id.is_(None),
    )
)
first_words = Statement(
    select(message.c.id, message.c.subject, message.c.text).where(
        message.c.workspace_id == W, values_in(message.c.id, "ids")
    )
)
languages_of = Statement(
    select(contact.c.id, contact.c.language).where(contact.c.workspace_id == W, values_in(contact.c.id, "ids"))
)
list_known = Statement(
    select(ticket.c.id, ticket.c.conversation_id, ticket.c.owner_agent_id)
    .where(
        ticket.c.workspace_id == W,
        values_in(ticket.c.conversation_id, "ids"),
        ticket.c.owner_agent_id.isnot(None),
    )
    .order_by(ticket.c.last_activity_at.desc(), ticket.c.id.desc())
)
"""Who had a ticket of these conversations, whoever had the last one first."""

insert_decision = Statement(insert(routing_decision))
decisions_of = Statement(
    select(routing_decision.c.id, routing_decision.c.decision)
    .where(routing_decision.c.workspace_id == W, routing_decision.c.ticket_id == bindparam("of"))
    .order_by(routing_decision.c.id.desc())
    .limit(bindparam("most"))
)
list_old_decisions = Statement(
    select(routing_decision.c.id)
    .where(routing_decision.c.workspace_id == W, routing_decision.c.id < bindparam("before"))
    .order_by(routing_decision.c.id)
    .limit(bindparam("most"))
)
delete_decisions = Statement(
    delete(routing_decision).where(routing_decision.c.workspace_id == W, values_in(routing_decision.c.id, "ids"))
)

_by_itself = message.c.more.contains('"automatic"') | message.c.more.contains('"missed"')
said_between = Statement(
    select(message.c.id, about, message.c.direction, message.c.agent_id)
    .where(
        message.c.workspace_id == W,
        message.c.id >= bindparam("first"),
        message.c.id < bindparam("before"),
        message.c.removed_at.is_(None),
        ~_by_itself,
    )
    .order_by(message.c.id)
)
"""What people said in a stretch of time, and about which ticket: one range of the key."""
promised_of = Statement(
    select(clock.c.ticket_id, clock.c.started_at, clock.c.due_at).where(
        clock.c.workspace_id == W,
        values_in(clock.c.ticket_id, "ids"),
        values_in(clock.c.kind, "kinds"),
        clock.c.due_at.isnot(None),
    )
)
decided_between = Statement(
    select(routing_decision.c.id, routing_decision.c.decision).where(
        routing_decision.c.workspace_id == W,
        routing_decision.c.id >= bindparam("first"),
        routing_decision.c.id < bindparam("before"),
    )
)

_replays = select(replay.c.id, replay.c.agent_id, replay.c.draft, replay.c.done_at, replay.c.result).where(
    replay.c.workspace_id == W
)
list_replays = Statement(_replays.order_by(replay.c.id.desc()).limit(bindparam("most")))
find_replay = Statement(_replays.where(replay.c.id == bindparam("key")))
count_open_replays = Statement(
    select(func.count())
    .select_from(replay)
    .where(replay.c.workspace_id == W, replay.c.id >= bindparam("first"), replay.c.done_at.is_(None))
)
insert_replay = Statement(insert(replay))
end_replay = Statement(
    update(replay)
    .where(replay.c.workspace_id == W, replay.c.id == bindparam("key"))
    .values(done_at=bindparam("done_at"), result=bindparam("result"))
)
delete_old_replays = Statement(delete(replay).where(replay.c.workspace_id == W, replay.c.id < bindparam("before")))
