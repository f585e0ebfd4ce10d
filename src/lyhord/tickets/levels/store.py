"""The statements of service levels and clocks."""

from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, delete, or_, select, update

from lyhord.conversations.tables import conversation, message
from lyhord.kit.database import Statement, upsert, values_in
from lyhord.tickets.about_store import about
from lyhord.tickets.levels.tables import clock, service_level, ticket_course
from lyhord.tickets.tables import ticket

W: BindParameter[Any] = bindparam("workspace_id")

_levels = select(*(service_level.c[name] for name in ("id", "place", "body", "rests_for"))).where(
    service_level.c.workspace_id == W, service_level.c.removed_at.is_(None)
)
list_levels = Statement(_levels.order_by(service_level.c.place, service_level.c.id))
list_promising = Statement(
    _levels.where(service_level.c.rests_for.is_(None)).order_by(service_level.c.place, service_level.c.id)
)
let_rest = Statement(
    update(service_level)
    .where(
        service_level.c.workspace_id == W,
        service_level.c.id == bindparam("key"),
        service_level.c.removed_at.is_(None),
        service_level.c.rests_for.is_(None),
    )
    .values(rests_for=bindparam("surge"))
)
list_resting = Statement(
    select(service_level.c.id).where(service_level.c.workspace_id == W, service_level.c.rests_for == bindparam("surge"))
)
wake_levels = Statement(
    update(service_level)
    .where(
        service_level.c.workspace_id == W,
        service_level.c.rests_for == bindparam("surge"),
        values_in(service_level.c.id, "ids"),
    )
    .values(rests_for=None)
)
find_level = Statement(_levels.where(service_level.c.id == bindparam("id")))
write_level = upsert(service_level, key=("workspace_id", "id"), update=("place", "body", "removed_at"))
place_level = Statement(
    update(service_level)
    .where(service_level.c.workspace_id == W, service_level.c.id == bindparam("key"))
    .values(place=bindparam("place"))
)

COURSE = (
    "ticket_id",
    "conversation_id",
    "level_id",
    "current",
    "status",
    "opened_at",
    "waits",
    "heard_at",
    "answered_at",
    "resolved_at",
)
_courses = select(*(ticket_course.c[name] for name in COURSE)).where(ticket_course.c.workspace_id == W)
courses_by_ids = Statement(_courses.where(values_in(ticket_course.c.ticket_id, "ids")))
alive_ids = Statement(
    select(ticket_course.c.ticket_id).where(
        ticket_course.c.workspace_id == W,
        values_in(ticket_course.c.conversation_id, "ids"),
        or_(ticket_course.c.current == 1, ticket_course.c.status != "resolved"),
    )
)
"""The current tickets of these conversations, and those that aren't resolved."""
write_course = upsert(ticket_course, key=("workspace_id", "ticket_id"), update=COURSE[1:])
drop_courses = Statement(
    delete(ticket_course).where(ticket_course.c.workspace_id == W, values_in(ticket_course.c.ticket_id, "ids"))
)

CLOCK = tuple(column.name for column in clock.columns if column.name != "workspace_id")
_clocks = select(*(clock.c[name] for name in CLOCK)).where(clock.c.workspace_id == W)
open_clocks = Statement(
    _clocks.where(
        values_in(clock.c.ticket_id, "ids"),
        or_(clock.c.ended_at.is_(None), values_in(clock.c.kind, "kinds"), values_in(clock.c.ended_by, "answers")),
    )
)
"""Those that go on, those of kinds that may go on again, and those that these answers ended; in no order."""
clocks_of = Statement(_clocks.where(values_in(clock.c.ticket_id, "ids")))
write_clock = upsert(
    clock, key=("workspace_id", "id"), update=tuple(name for name in CLOCK if name not in ("id", "ticket_id", "kind"))
)
drop_clocks_of = Statement(delete(clock).where(clock.c.workspace_id == W, values_in(clock.c.ticket_id, "ids")))
drop_clocks = Statement(delete(clock).where(clock.c.workspace_id == W, values_in(clock.c.id, "ids")))
ringing = Statement(
    _clocks.where(clock.c.alarm_at.isnot(None), clock.c.alarm_at <= bindparam("now"))
    .order_by(clock.c.alarm_at)
    .limit(bindparam("most"))
)
rang = Statement(
    update(clock)
    .where(clock.c.workspace_id == W, clock.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in ("alarm_at", "warned_at", "broken_at", "kept")})
)

set_due = Statement(
    update(ticket)
    .where(ticket.c.workspace_id == W, ticket.c.id == bindparam("key"))
    .values(due_at=bindparam("due_at"), risk_at=bindparam("risk_at"))
)
unresolved = Statement(
    select(ticket.c.id)
    .where(ticket.c.workspace_id == W, ticket.c.id > bindparam("after"), ticket.c.shelf != "resolved")
    .order_by(ticket.c.id)
    .limit(bindparam("most"))
)
said = Statement(
    select(
        message.c.id, message.c.conversation_id, message.c.direction, message.c.more, conversation.c.contact_id, about
    )
    .join(
        conversation,
        (conversation.c.workspace_id == message.c.workspace_id) & (conversation.c.id == message.c.conversation_id),
    )
    .where(message.c.workspace_id == W, values_in(message.c.id, "ids"))
)
_spoken = (
    message.c.workspace_id == W,
    message.c.conversation_id == bindparam("of"),
    message.c.removed_at.is_(None),
    message.c.id >= bindparam("first"),
    message.c.id < bindparam("before"),
    about == bindparam("ticket"),
)
_by_itself = message.c.more.contains('"automatic"') | message.c.more.contains('"missed"')
_answers = and_(message.c.direction == "out", ~_by_itself)
last_answer = Statement(select(message.c.id).where(*_spoken, _answers).order_by(message.c.id.desc()).limit(1))
next_answer = Statement(
    select(message.c.id).where(*_spoken, _answers, message.c.id > bindparam("after")).order_by(message.c.id).limit(1)
)
heard_after = Statement(
    select(message.c.id, message.c.more)
    .where(*_spoken, message.c.direction == "in", message.c.id > bindparam("after"))
    .order_by(message.c.id)
    .limit(100)
)
writers_of = Statement(
    select(message.c.id, message.c.agent_id).where(
        message.c.workspace_id == W, values_in(message.c.id, "ids"), message.c.agent_id.isnot(None)
    )
)
conversations_of = Statement(
    select(conversation.c.id, conversation.c.contact_id).where(
        conversation.c.workspace_id == W, values_in(conversation.c.contact_id, "ids")
    )
)
