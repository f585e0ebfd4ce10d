"""The statements of complaints."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, insert, or_, select, tuple_, update

from lyhord.conversations.visibility import conversation_within
from lyhord.kit.database import Statement, upsert, values_in
from lyhord.tickets.complaints.model import Complaint
from lyhord.tickets.complaints.tables import complaint, complaint_settings
from lyhord.tickets.tables import IS_COMPLAINT, ticket

W: BindParameter[Any] = bindparam("workspace_id")

find_settings = Statement(select(complaint_settings.c.body).where(complaint_settings.c.workspace_id == W))
write_settings = upsert(complaint_settings, key=("workspace_id",), update=("body",))

COLUMNS = Complaint.__struct_fields__
_complaints = select(*(complaint.c[name] for name in COLUMNS)).where(complaint.c.workspace_id == W)
by_ids = Statement(_complaints.where(values_in(complaint.c.ticket_id, "ids")))
_open = complaint.c.ended_at.is_(None)
insert_complaint = Statement(insert(complaint))
write_complaint = Statement(
    update(complaint)
    .where(complaint.c.workspace_id == W, complaint.c.ticket_id == bindparam("key"))
    .values({name: bindparam(name) for name in COLUMNS if name not in ("ticket_id", "began_at", "began_by")})
)
drop = Statement(delete(complaint).where(complaint.c.workspace_id == W, values_in(complaint.c.ticket_id, "ids")))

list_open = Statement(
    select(complaint.c.ticket_id)
    .where(complaint.c.workspace_id == W, _open, complaint.c.ticket_id > bindparam("after"))
    .order_by(complaint.c.ticket_id)
    .limit(bindparam("most"))
)
of_conversations = Statement(
    select(complaint.c.ticket_id).where(
        complaint.c.workspace_id == W, values_in(complaint.c.conversation_id, "conversations")
    )
)
"""All of them, those that ended among them: whoever wrote may have opened one again."""
_owned = (ticket.c.workspace_id == complaint.c.workspace_id) & (ticket.c.id == complaint.c.ticket_id)
list_owned = Statement(
    select(complaint.c.ticket_id)
    .join_from(complaint, ticket, _owned)
    .where(
        complaint.c.workspace_id == W,
        _open,
        or_(ticket.c.owner_agent_id.is_(None), values_in(ticket.c.owner_agent_id, "agents")),
    )
    .order_by(complaint.c.ticket_id)
    .limit(bindparam("most"))
)
"""Open ones that these agents have, or nobody."""
count_open = Statement(
    select(ticket.c.owner_agent_id, func.count())
    .join_from(complaint, ticket, _owned)
    .where(complaint.c.workspace_id == W, _open, ticket.c.owner_agent_id.isnot(None))
    .group_by(ticket.c.owner_agent_id)
)
list_strays = Statement(
    select(ticket.c.id)
    .outerjoin_from(ticket, complaint, _owned)
    .where(
        ticket.c.workspace_id == W,
        IS_COMPLAINT,
        or_(ticket.c.shelf == "active", ticket.c.shelf == "snoozed"),
        complaint.c.ticket_id.is_(None),
    )
    .order_by(ticket.c.id)
    .limit(bindparam("most"))
)
"""Tickets that are complaints, of which nothing is kept: none, unless something wrote them past all actions."""
ringing = Statement(
    select(complaint.c.ticket_id)
    .where(complaint.c.workspace_id == W, complaint.c.alarm_at <= bindparam("now"))
    .order_by(complaint.c.alarm_at, complaint.c.ticket_id)
    .limit(bindparam("most"))
)
of_people = Statement(
    select(
        complaint.c.ticket_id,
        complaint.c.contact_id,
        complaint.c.began_at,
        complaint.c.cause,
        complaint.c.earlier,
        complaint.c.alike,
    ).where(complaint.c.workspace_id == W, values_in(complaint.c.contact_id, "contacts"), complaint.c.left_at.is_(None))
)
"""In no order: with one, SQLite would read the whole register for it."""
write_counts = Statement(
    update(complaint)
    .where(complaint.c.workspace_id == W, complaint.c.ticket_id == bindparam("key"))
    .values(earlier=bindparam("earlier"), alike=bindparam("alike"))
)

REGISTER = (*COLUMNS, "title", "status", "owner_agent_id", "attributes")


def _page(*, severe: bool, limited: bool) -> Statement:
    named = (complaint.c[name] for name in COLUMNS)
    rows = (
        select(*named, *(ticket.c[name] for name in REGISTER[len(COLUMNS) :]))
        .join_from(complaint, ticket, _owned)
        .where(
            complaint.c.workspace_id == W,
            complaint.c.began_at >= bindparam("since"),
            tuple_(complaint.c.began_at, complaint.c.ticket_id)
            < tuple_(bindparam("before_at"), bindparam("before_id")),
        )
    )
    if severe:
        rows = rows.where(complaint.c.severity == bindparam("severity"))
    if limited:
        rows = rows.where(conversation_within(W, complaint.c.conversation_id))
    return Statement(rows.order_by(complaint.c.began_at.desc(), complaint.c.ticket_id.desc()).limit(bindparam("most")))


pages = {
    (severe, limited): _page(severe=severe, limited=limited) for severe in (False, True) for limited in (False, True)
}
"""The register backwards, by whether one severity is asked for and whether the reader's reach is limited: one range of one index each."""

_during = (
    complaint.c.workspace_id == W,
    complaint.c.began_at >= bindparam("since"),
    complaint.c.began_at < bindparam("until"),
    complaint.c.left_at.is_(None),
)
REPORTED = (
    "severity",
    "cause",
    "channel",
    "cost",
    "began_at",
    "told_at",
    "promised_at",
    "ended_at",
    "climbed",
    "earlier",
    "alike",
)
_reported = select(*(complaint.c[name] for name in REPORTED)).where(*_during)
reported = {
    False: Statement(_reported),
    True: Statement(_reported.where(conversation_within(W, complaint.c.conversation_id))),
}
"""Those that began in a stretch of time; for a limited reach those within it."""
