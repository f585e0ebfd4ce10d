"""The statements of tickets, their lists aside."""

from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, delete, func, insert, or_, select, update

from lyhord.contacts.tables import contact
from lyhord.conversations.tables import conversation, message
from lyhord.kit.database import Statement, upsert, values_in
from lyhord.tickets.model import Ticket
from lyhord.tickets.tables import bulk_step, saved_view, ticket
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

saved_view_columns = tuple(saved_view.c[name] for name in ("id", "agent_id", "name", "filter", "audience", "team_id"))
_saved_views = select(*saved_view_columns).where(
    saved_view.c.workspace_id == W,
    or_(
        saved_view.c.agent_id == bindparam("viewer"),
        saved_view.c.audience == "everyone",
        and_(saved_view.c.audience == "team", values_in(saved_view.c.team_id, "teams")),
    ),
)
list_saved_views = Statement(_saved_views.order_by(saved_view.c.id))
find_saved_view = Statement(_saved_views.where(saved_view.c.id == bindparam("id")))
count_saved_views = Statement(select(func.count()).select_from(saved_view).where(saved_view.c.workspace_id == W))
write_saved_view = upsert(saved_view, key=("workspace_id", "id"), update=("name", "filter", "audience", "team_id"))
drop_saved_view = Statement(
    delete(saved_view).where(saved_view.c.workspace_id == W, saved_view.c.id == bindparam("id"))
)

_steps = bulk_step.c.workspace_id == W
keep_step = upsert(bulk_step, key=("workspace_id", "run_id", "ticket_id"))
list_steps = Statement(
    select(bulk_step.c.ticket_id, bulk_step.c.before, bulk_step.c.after, bulk_step.c.unread_id)
    .where(_steps, bulk_step.c.run_id == bindparam("run"), bulk_step.c.actor == bindparam("who"))
    .order_by(bulk_step.c.ticket_id)
    .limit(bindparam("most"))
)
drop_steps = Statement(
    delete(bulk_step).where(_steps, bulk_step.c.run_id == bindparam("run"), values_in(bulk_step.c.ticket_id, "ids"))
)
list_old_steps = Statement(
    select(bulk_step.c.run_id, bulk_step.c.ticket_id)
    .where(_steps, bulk_step.c.run_id < bindparam("before_run"))
    .order_by(bulk_step.c.run_id, bulk_step.c.ticket_id)
    .limit(bindparam("most"))
)
