"""The statements of hints and looks."""

from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, exists, func, insert, literal, select, update

from lyhord.conversations.tables import message
from lyhord.conversations.visibility import conversation_within
from lyhord.hearing.findings.model import COMPLAINT, MOOD
from lyhord.hearing.findings.tables import heard
from lyhord.kit.database import Statement, upsert, values_in
from lyhord.tickets.hints.tables import complaint_hint, complaint_look, complaint_week
from lyhord.tickets.reasons.signs import LIKELY

W: BindParameter[Any] = bindparam("workspace_id")

hints_of = Statement(
    select(
        complaint_hint.c.ticket_id,
        complaint_hint.c.message_id,
        complaint_hint.c.opened_at,
        complaint_hint.c.answered_at,
    ).where(complaint_hint.c.workspace_id == W, values_in(complaint_hint.c.ticket_id, "ids"))
)
insert_hint = Statement(insert(complaint_hint))
answer_hint = Statement(
    update(complaint_hint)
    .where(complaint_hint.c.workspace_id == W, complaint_hint.c.ticket_id == bindparam("key"))
    .values(answered_at=bindparam("at"), answered_by=bindparam("who"), answer=bindparam("said"))
)

felt_in = Statement(
    select(message.c.id, message.c.inbox_id)
    .where(
        message.c.workspace_id == W,
        message.c.conversation_id == bindparam("of"),
        message.c.direction == "in",
        message.c.removed_at.is_(None),
    )
    .order_by(message.c.id.desc())
    .limit(bindparam("most"))
)
talk_of = Statement(
    select(message.c.conversation_id, message.c.inbox_id, message.c.direction).where(
        message.c.workspace_id == W, message.c.id == bindparam("id"), message.c.removed_at.is_(None)
    )
)

_listened = and_(
    heard.c.workspace_id == W,
    heard.c.kind == literal(MOOD),
    heard.c.message_id >= bindparam("first"),
    heard.c.message_id < bindparam("end"),
)
_other = heard.alias()
_complains = exists(
    select(_other.c.message_id).where(
        _other.c.workspace_id == heard.c.workspace_id,
        _other.c.message_id == heard.c.message_id,
        _other.c.kind == literal(COMPLAINT),
        _other.c.confidence >= literal(LIKELY),
    )
)
count_said = Statement(select(func.count()).select_from(heard).where(_listened))
list_others = Statement(select(heard.c.message_id).where(_listened, ~_complains).order_by(heard.c.message_id))
"""Messages of a stretch of time in which we listened and heard no likely complaint."""
talks_of = Statement(
    select(message.c.id, message.c.conversation_id).where(
        message.c.workspace_id == W, values_in(message.c.id, "ids"), message.c.removed_at.is_(None)
    )
)

find_week = Statement(
    select(complaint_week.c.drawn_at).where(
        complaint_week.c.workspace_id == W, complaint_week.c.since == bindparam("at")
    )
)
write_week = upsert(complaint_week, key=("workspace_id", "since"), update=("said", "heard", "drawn_at"))
insert_look = upsert(complaint_look, key=("workspace_id", "message_id"))
_looks = (
    select(complaint_look.c.message_id, complaint_look.c.conversation_id, message.c.text, message.c.inbox_id)
    .join_from(
        complaint_look,
        message,
        (message.c.workspace_id == complaint_look.c.workspace_id) & (message.c.id == complaint_look.c.message_id),
    )
    .where(complaint_look.c.workspace_id == W, complaint_look.c.looked_at.is_(None), message.c.removed_at.is_(None))
)
_within = conversation_within(W, complaint_look.c.conversation_id)
list_looks = {
    False: Statement(_looks.order_by(complaint_look.c.message_id).limit(bindparam("most"))),
    True: Statement(_looks.where(_within).order_by(complaint_look.c.message_id).limit(bindparam("most"))),
}
find_look = {
    False: Statement(_looks.where(complaint_look.c.message_id == bindparam("id"))),
    True: Statement(_looks.where(complaint_look.c.message_id == bindparam("id"), _within)),
}
write_look = Statement(
    update(complaint_look)
    .where(complaint_look.c.workspace_id == W, complaint_look.c.message_id == bindparam("key"))
    .values(looked_at=bindparam("at"), looked_by=bindparam("who"), missed_at=bindparam("missed"))
)
list_weeks = Statement(
    select(
        complaint_week.c.since,
        complaint_week.c.said,
        complaint_week.c.heard,
        func.count(complaint_look.c.message_id),
        func.count(complaint_look.c.looked_at),
        func.count(complaint_look.c.missed_at),
    )
    .join_from(
        complaint_week,
        complaint_look,
        (complaint_look.c.workspace_id == complaint_week.c.workspace_id)
        & (complaint_look.c.since == complaint_week.c.since),
        isouter=True,
    )
    .where(complaint_week.c.workspace_id == W, complaint_week.c.drawn_at.isnot(None))
    .group_by(complaint_week.c.since, complaint_week.c.said, complaint_week.c.heard)
    .order_by(complaint_week.c.since.desc())
    .limit(bindparam("most"))
)
"""With how many messages were drawn, looked at, and missed."""
