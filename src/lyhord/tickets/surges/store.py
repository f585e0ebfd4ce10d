"""The statements of surges."""

from typing import Any

from sqlalchemy import BindParameter, Text, and_, bindparam, case, cast, func, insert, literal, or_, select, update

from lyhord.conversations.tables import delivery, message
from lyhord.kit.database import Id, Millis, Statement, upsert, values_in
from lyhord.tickets.model import FAR
from lyhord.tickets.surges.tables import surge, surge_call, surge_member, surge_saying, surge_text
from lyhord.tickets.tables import ticket

W: BindParameter[Any] = bindparam("workspace_id")

SURGE = ("id", "body", "tag", "version", "begun_at", "begun_by", "ended_at", "own_team_id", "route_id")
_surges = select(*(surge.c[name] for name in SURGE)).where(surge.c.workspace_id == W)
find_surge = Statement(_surges.where(surge.c.id == bindparam("key")))
list_running = Statement(_surges.where(surge.c.ended_at.is_(None)).order_by(surge.c.id))
list_surges = Statement(
    _surges.where(surge.c.id < bindparam("before")).order_by(surge.c.id.desc()).limit(bindparam("most"))
)
insert_surge = Statement(insert(surge))
write_surge = Statement(
    update(surge)
    .where(surge.c.workspace_id == W, surge.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in ("body", "version", "ended_at", "own_team_id", "route_id")})
)
count_tag = Statement(
    select(func.count()).select_from(surge).where(surge.c.workspace_id == W, surge.c.tag == bindparam("tag"))
)

TEXT = ("id", "surge_id", "version", "texts", "after", "snooze_minutes", "by", "at", "sent_at", "stopped_at")
_texts = select(*(surge_text.c[name] for name in TEXT)).where(surge_text.c.workspace_id == W)
find_text = Statement(_texts.where(surge_text.c.id == bindparam("key")))
texts_of = Statement(_texts.where(surge_text.c.surge_id == bindparam("of")).order_by(surge_text.c.id.desc()))
find_version = Statement(
    _texts.where(surge_text.c.surge_id == bindparam("of"), surge_text.c.version == bindparam("version"))
)
insert_text = Statement(insert(surge_text))
set_going = Statement(
    update(surge_text)
    .where(surge_text.c.workspace_id == W, surge_text.c.id == bindparam("key"))
    .values(sent_at=bindparam("sent_at"), stopped_at=bindparam("stopped_at"))
)

MEMBER = ("conversation_id", "ticket_id", "message_id", "how", "joined_at", "out_at")
write_member = upsert(
    surge_member, key=("workspace_id", "surge_id", "conversation_id"), update=("ticket_id", "how", "out_at")
)
members_among = Statement(
    select(surge_member.c.conversation_id, surge_member.c.surge_id, surge_member.c.out_at)
    .select_from(
        surge_member.join(
            surge, (surge.c.workspace_id == surge_member.c.workspace_id) & (surge.c.id == surge_member.c.surge_id)
        )
    )
    .where(
        surge_member.c.workspace_id == W, values_in(surge_member.c.conversation_id, "ids"), surge.c.ended_at.is_(None)
    )
)
"""In which running surges these conversations are, or were and were taken out."""
page_of = Statement(
    select(*(surge_member.c[name] for name in MEMBER))
    .where(
        surge_member.c.workspace_id == W,
        surge_member.c.surge_id == bindparam("of"),
        surge_member.c.out_at.is_(None),
        surge_member.c.message_id < bindparam("before"),
    )
    .order_by(surge_member.c.message_id.desc())
    .limit(bindparam("most"))
)
_in = (surge_member.c.workspace_id == W, surge_member.c.surge_id == bindparam("of"), surge_member.c.out_at.is_(None))
_member_tickets = surge_member.join(
    ticket,
    (ticket.c.workspace_id == surge_member.c.workspace_id) & (ticket.c.id == surge_member.c.ticket_id),
)
count_members = Statement(
    select(
        func.count(),
        func.coalesce(func.sum(case((ticket.c.status == "resolved", 0), else_=1)), 0),
        func.coalesce(func.sum(case((ticket.c.waiting_since.isnot(None), 1), else_=0)), 0),
    )
    .select_from(_member_tickets)
    .where(*_in)
)
"""How many members there are, of them unresolved, and with a customer who waits."""
came_of = Statement(
    select(surge_member.c.message_id, surge_member.c.conversation_id).where(*_in).order_by(surge_member.c.message_id)
)
eased_of = Statement(
    select(surge.c.body)
    .select_from(
        surge_member.join(
            surge, (surge.c.workspace_id == surge_member.c.workspace_id) & (surge.c.id == surge_member.c.surge_id)
        )
    )
    .where(
        surge_member.c.workspace_id == W,
        surge_member.c.conversation_id == bindparam("of"),
        surge_member.c.out_at.is_(None),
        surge.c.ended_at.is_(None),
    )
)

_heard_it = (
    select(literal(1))
    .where(
        surge_saying.c.workspace_id == surge_member.c.workspace_id,
        surge_saying.c.text_id == bindparam("text"),
        surge_saying.c.conversation_id == surge_member.c.conversation_id,
    )
    .exists()
)
_not_told = (*_in, ~_heard_it, ticket.c.status != "resolved")
_saying = tuple(surge_saying.c[name] for name in ("workspace_id", "text_id", "conversation_id", "state", "at"))


def _to_all(*conditions: Any) -> Statement:
    rows = (
        select(
            surge_member.c.workspace_id,
            bindparam("text", type_=Id()).label("text_id"),
            surge_member.c.conversation_id,
            literal("waiting").label("state"),
            bindparam("at", type_=Millis()).label("at"),
        )
        .select_from(_member_tickets)
        .where(*_not_told, *conditions)
    )
    return Statement(insert(surge_saying).from_select(_saying, rows))


say_to_all = _to_all()
_answered_with_all = (
    select(literal(1))
    .select_from(
        surge_saying.join(
            surge_text,
            (surge_text.c.workspace_id == surge_saying.c.workspace_id) & (surge_text.c.id == surge_saying.c.text_id),
        )
    )
    .where(
        surge_saying.c.workspace_id == surge_member.c.workspace_id,
        surge_saying.c.conversation_id == surge_member.c.conversation_id,
        surge_saying.c.state == "said",
        surge_text.c.surge_id == surge_member.c.surge_id,
        surge_text.c.version.is_(None),
    )
    .exists()
)
say_to_waiting = _to_all(ticket.c.waiting_since.isnot(None), ~_answered_with_all)
"""Who wrote again after an answer to all needs one of their own."""
count_untold = Statement(select(func.count()).select_from(_member_tickets).where(*_not_told))
say_to = upsert(surge_saying, key=("workspace_id", "text_id", "conversation_id"))
told_among = Statement(
    select(surge_saying.c.conversation_id).where(
        surge_saying.c.workspace_id == W,
        surge_saying.c.text_id == bindparam("text"),
        values_in(surge_saying.c.conversation_id, "ids"),
    )
)
next_sayings = Statement(
    select(surge_saying.c.conversation_id, surge_member.c.ticket_id)
    .select_from(
        surge_saying.join(
            surge_member,
            and_(
                surge_member.c.workspace_id == surge_saying.c.workspace_id,
                surge_member.c.surge_id == bindparam("of"),
                surge_member.c.conversation_id == surge_saying.c.conversation_id,
            ),
        )
    )
    .where(
        surge_saying.c.workspace_id == W,
        surge_saying.c.text_id == bindparam("text"),
        surge_saying.c.state == "waiting",
        surge_member.c.out_at.is_(None),
    )
    .order_by(surge_saying.c.conversation_id)
    .limit(bindparam("most"))
)
settle_saying = Statement(
    update(surge_saying)
    .where(
        surge_saying.c.workspace_id == W,
        surge_saying.c.text_id == bindparam("text"),
        surge_saying.c.conversation_id == bindparam("talk"),
        surge_saying.c.state == "waiting",
    )
    .values({name: bindparam(name) for name in ("state", "why", "message_id", "at")})
)
note_message = Statement(
    update(surge_saying)
    .where(
        surge_saying.c.workspace_id == W,
        surge_saying.c.text_id == bindparam("text"),
        surge_saying.c.conversation_id == bindparam("talk"),
    )
    .values(message_id=bindparam("said"), why=bindparam("reason"))
)
leave_all = Statement(
    update(surge_saying)
    .where(surge_saying.c.workspace_id == W, surge_saying.c.text_id == bindparam("text"))
    .where(surge_saying.c.state == "waiting")
    .values(state="left", why=bindparam("why_not"))
)
waiting_for = Statement(
    select(surge_saying.c.conversation_id).where(
        surge_saying.c.workspace_id == W, surge_saying.c.text_id == bindparam("text"), surge_saying.c.state == "waiting"
    )
)
leave_talk = Statement(
    update(surge_saying)
    .where(
        surge_saying.c.workspace_id == W,
        surge_saying.c.conversation_id == bindparam("talk"),
        surge_saying.c.state == "waiting",
    )
    .values(state="left", why=bindparam("why_not"))
)
_said_deliveries = surge_saying.outerjoin(
    delivery,
    (delivery.c.workspace_id == surge_saying.c.workspace_id) & (delivery.c.message_id == surge_saying.c.message_id),
)
tally = Statement(
    select(surge_saying.c.text_id, surge_saying.c.state, delivery.c.state, func.count())
    .select_from(_said_deliveries)
    .where(surge_saying.c.workspace_id == W, values_in(surge_saying.c.text_id, "ids"))
    .group_by(surge_saying.c.text_id, surge_saying.c.state, delivery.c.state)
)
sayings_in = Statement(
    select(
        surge_saying.c.text_id,
        surge_saying.c.conversation_id,
        surge_saying.c.state,
        surge_saying.c.why,
        delivery.c.state,
        delivery.c.error,
    )
    .select_from(_said_deliveries)
    .where(surge_saying.c.workspace_id == W, values_in(surge_saying.c.conversation_id, "ids"))
)
under_way = Statement(
    select(func.count())
    .select_from(_said_deliveries)
    .where(
        surge_saying.c.workspace_id == W,
        surge_saying.c.text_id == bindparam("text"),
        surge_saying.c.state == "said",
        or_(delivery.c.state == "queued", delivery.c.state == "sending"),
    )
)

CALL = ("agent_id", "state", "at", "capacity_before", "capacity_given")
calls_of = Statement(
    select(*(surge_call.c[name] for name in CALL))
    .where(surge_call.c.workspace_id == W, surge_call.c.surge_id == bindparam("of"))
    .order_by(surge_call.c.at, surge_call.c.agent_id)
)
write_call = upsert(
    surge_call,
    key=("workspace_id", "surge_id", "agent_id"),
    update=("state", "at", "capacity_before", "capacity_given"),
)

held_by_team = Statement(
    select(ticket.c.id)
    .where(
        ticket.c.workspace_id == W,
        ticket.c.owner_team_id == bindparam("team"),
        ticket.c.shelf == bindparam("shelf"),
    )
    .order_by(ticket.c.waits_at, ticket.c.id)
    .limit(bindparam("most"))
)
list_active = Statement(
    select(ticket.c.id)
    .where(ticket.c.workspace_id == W, ticket.c.shelf == "active", ticket.c.waits_at < FAR // 2)
    .order_by(ticket.c.waits_at.desc(), ticket.c.id.desc())
    .limit(bindparam("most"))
)
"""Tickets whose customers wait, the shortest time first."""

_joined_at = (
    select(surge_member.c.message_id)
    .where(surge_member.c.conversation_id == message.c.conversation_id, *_in)
    .correlate(message)
    .scalar_subquery()
)
_since = (
    message.c.workspace_id == W,
    message.c.conversation_id.in_(select(surge_member.c.conversation_id).where(*_in)),
    message.c.id > _joined_at,
    message.c.removed_at.is_(None),
)
"""What was said in members' conversations after what brought them here. A join would let SQLite begin with all messages."""
first_answers = Statement(
    select(message.c.conversation_id, func.min(cast(message.c.id, Text)))
    .where(*_since, message.c.direction == "out", message.c.agent_id.isnot(None))
    .group_by(message.c.conversation_id)
)
"""By member the first answer of a person; what was said by itself has no agent."""
said_to = Statement(
    select(surge_saying.c.conversation_id, surge_saying.c.text_id, surge_saying.c.message_id)
    .select_from(
        surge_saying.join(
            surge_text,
            (surge_text.c.workspace_id == surge_saying.c.workspace_id) & (surge_text.c.id == surge_saying.c.text_id),
        )
    )
    .where(surge_saying.c.workspace_id == W, surge_text.c.surge_id == bindparam("of"), surge_saying.c.state == "said")
)
last_heard = Statement(
    select(message.c.conversation_id, func.max(cast(message.c.id, Text)))
    .where(*_since, message.c.direction == "in")
    .group_by(message.c.conversation_id)
)
"""By member the last thing the customer said after what brought them here."""
answers_between = Statement(
    select(message.c.conversation_id, message.c.agent_id, message.c.id)
    .where(*_since, message.c.direction == "out", message.c.agent_id.isnot(None))
    .order_by(message.c.agent_id, message.c.id)
    .limit(bindparam("most"))
)
