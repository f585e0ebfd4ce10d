"""The statements of tickets, their lists aside."""

from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, case, delete, func, insert, literal, or_, select, update

from lyhord.contacts.tables import contact, identity
from lyhord.conversations.tables import conversation, message
from lyhord.kit.database import Id, Statement, upsert, values_in
from lyhord.kit.ids import LOWEST_ID
from lyhord.tickets.model import Ticket
from lyhord.tickets.tables import bulk_step, saved_view, ticket, ticket_trait
from lyhord.workspaces.tables import agent, inbox, team

W: BindParameter[Any] = bindparam("workspace_id")

ticket_columns = tuple(ticket.c[name] for name in Ticket.__struct_fields__)
_tickets = select(*ticket_columns).where(ticket.c.workspace_id == W)

ticket_by_id = Statement(_tickets.where(ticket.c.id == bindparam("id")))
tickets_by_ids = Statement(_tickets.where(values_in(ticket.c.id, "ids")))
current_of = Statement(_tickets.where(values_in(ticket.c.conversation_id, "ids"), ticket.c.current == 1))
all_of = Statement(_tickets.where(values_in(ticket.c.conversation_id, "ids")))
insert_ticket = Statement(insert(ticket))
age_tickets = Statement(
    update(ticket)
    .where(ticket.c.workspace_id == W, ticket.c.conversation_id == bindparam("of"), ticket.c.current == 1)
    .values(current=None)
)
age_ticket = Statement(
    update(ticket).where(ticket.c.workspace_id == W, ticket.c.id == bindparam("key")).values(current=None)
)
write_matter = Statement(
    update(ticket).where(ticket.c.workspace_id == W, ticket.c.id == bindparam("key")).values(matter=bindparam("matter"))
)
write_rating = Statement(
    update(ticket)
    .where(ticket.c.workspace_id == W, ticket.c.id == bindparam("key"))
    .values(rating=bindparam("rating"), rating_score=bindparam("score"), rating_survey=bindparam("survey"))
)
CHANGING = tuple(
    name
    for name in Ticket.__struct_fields__
    if name
    not in (
        "id",
        "conversation_id",
        "opened_at",
        "begins_id",
        "matter",
        "reason_id",
        "mood",
        "signs",
        "attributes",
        "tags",
    )
)
write_ticket = Statement(
    update(ticket)
    .where(ticket.c.workspace_id == W, ticket.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in (*CHANGING, "shelf", "waits_at")})
)
TOUCHING = (
    "preview",
    "preview_by",
    "place",
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
write_tags = Statement(
    update(ticket).where(ticket.c.workspace_id == W, ticket.c.id == bindparam("key")).values(tags=bindparam("tags"))
)
write_attributes = Statement(
    update(ticket)
    .where(ticket.c.workspace_id == W, ticket.c.id == bindparam("key"))
    .values(attributes=bindparam("attributes"))
)
drop_traits = Statement(
    delete(ticket_trait).where(ticket_trait.c.workspace_id == W, values_in(ticket_trait.c.ticket_id, "ids"))
)
insert_trait = Statement(insert(ticket_trait))
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
rename_group = Statement(
    update(ticket)
    .where(ticket.c.workspace_id == W, ticket.c.conversation_id == bindparam("of"))
    .values(
        title=select(conversation.c.title)
        .where(conversation.c.workspace_id == W, conversation.c.id == bindparam("of"))
        .scalar_subquery()
    )
)

contact_name = Statement(select(contact.c.name).where(contact.c.workspace_id == W, contact.c.id == bindparam("of")))
_speaker = contact.alias()
_in_group = (conversation.c.kind == "group") & (message.c.direction == "in")
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
        message.c.direction,
        case((_in_group, func.coalesce(func.nullif(_speaker.c.name, ""), identity.c.name))),
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
        .outerjoin(
            identity,
            _in_group
            & (identity.c.workspace_id == message.c.workspace_id)
            & (identity.c.scheme == message.c.scheme)
            & (identity.c.value == message.c.value),
        )
        .outerjoin(
            _speaker,
            (_speaker.c.workspace_id == identity.c.workspace_id) & (_speaker.c.id == identity.c.contact_id),
        )
    )
    .where(message.c.workspace_id == W, values_in(message.c.id, "ids"))
)
words_by_id = Statement(
    select(message.c.direction, message.c.inbox_id, message.c.text, message.c.more).where(
        message.c.workspace_id == W, message.c.id == bindparam("id")
    )
)
last_words = Statement(
    select(message.c.id, message.c.direction, message.c.inbox_id, message.c.text, message.c.more)
    .where(
        message.c.workspace_id == W,
        message.c.conversation_id == bindparam("of"),
        message.c.direction != "note",
        message.c.removed_at.is_(None),
    )
    .order_by(message.c.id.desc())
    .limit(1)
)
_spoken = (
    message.c.workspace_id == W,
    message.c.conversation_id == bindparam("of"),
    message.c.direction != "note",
)
words_during = Statement(
    select(message.c.id).where(*_spoken, message.c.id >= bindparam("since"), message.c.id < bindparam("until")).limit(1)
)
_answered = (
    select(message.c.id)
    .where(
        message.c.workspace_id == W,
        message.c.conversation_id == bindparam("of"),
        message.c.direction == "out",
        message.c.removed_at.is_(None),
    )
    .order_by(message.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_heard = (*_spoken, message.c.direction == "in", message.c.removed_at.is_(None))
first_unanswered = Statement(
    select(message.c.id)
    .where(
        *_heard,
        message.c.id >= bindparam("since"),
        message.c.id > func.coalesce(_answered, literal(LOWEST_ID, Id())),
    )
    .order_by(message.c.id)
    .limit(1)
)
last_heard = Statement(select(message.c.id).where(*_heard).order_by(message.c.id.desc()).limit(1))
_of_contacts = select(conversation.c.id).where(
    conversation.c.workspace_id == W, values_in(conversation.c.contact_id, "contact_ids")
)
last_heard_of = Statement(
    select(conversation.c.last_inbound_id).where(
        conversation.c.workspace_id == W,
        values_in(conversation.c.contact_id, "contact_ids"),
        conversation.c.last_inbound_id == conversation.c.last_message_id,
    )
)
"""The customer's last words, where nobody has answered them."""
last_sender = Statement(
    select(message.c.scheme, message.c.value)
    .select_from(
        conversation.join(
            message,
            (message.c.workspace_id == conversation.c.workspace_id) & (message.c.id == conversation.c.last_inbound_id),
        )
    )
    .where(conversation.c.workspace_id == W, conversation.c.id == bindparam("of"))
)
owner_of_identity = Statement(
    select(identity.c.contact_id).where(
        identity.c.workspace_id == W, identity.c.scheme == bindparam("scheme"), identity.c.value == bindparam("value")
    )
)
whose_conversation = Statement(
    select(conversation.c.contact_id, contact.c.name)
    .select_from(
        conversation.join(
            contact,
            (contact.c.workspace_id == conversation.c.workspace_id) & (contact.c.id == conversation.c.contact_id),
        )
    )
    .where(conversation.c.workspace_id == W, conversation.c.id == bindparam("of"))
)
move_ticket = Statement(
    update(ticket)
    .where(ticket.c.workspace_id == W, ticket.c.id == bindparam("key"))
    .values(conversation_id=bindparam("target"), contact_id=bindparam("contact_id"), title=bindparam("title"))
)
mark_current = Statement(
    update(ticket).where(ticket.c.workspace_id == W, ticket.c.id == bindparam("key")).values(current=1)
)
waiting_of = Statement(
    _tickets.where(
        ticket.c.conversation_id.in_(_of_contacts), ticket.c.current == 1, ticket.c.waiting_since.isnot(None)
    )
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
    select(bulk_step.c.ticket_id, bulk_step.c.before, bulk_step.c.after, bulk_step.c.unread_id, bulk_step.c.note_id)
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
