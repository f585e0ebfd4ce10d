"""The statements of surveys and ratings: each list is one range of one index."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, insert, null, or_, select, update

from lyhord.contacts.tables import contact
from lyhord.conversations.tables import conversation, message
from lyhord.kit.database import Statement, upsert, values_in
from lyhord.surveys.model import Asking
from lyhord.surveys.tables import survey, survey_asking, survey_rules, survey_telling, survey_told
from lyhord.tickets.kinds.model import COMPLAINT
from lyhord.tickets.tables import ticket
from lyhord.tickets.tasks.tables import task

W: BindParameter[Any] = bindparam("workspace_id")
_of_ours = survey_asking.c.workspace_id == W

list_surveys = Statement(
    select(survey.c.id, survey.c.body, survey.c.changed_at)
    .where(survey.c.workspace_id == W, survey.c.removed_at.is_(None))
    .order_by(survey.c.id)
)
find_survey = Statement(
    select(survey.c.id, survey.c.body, survey.c.changed_at).where(
        survey.c.workspace_id == W, survey.c.id == bindparam("key")
    )
)
write_survey = upsert(survey, key=("workspace_id", "id"), update=("body", "changed_at", "removed_at"))
find_rules = Statement(select(survey_rules.c.body).where(survey_rules.c.workspace_id == W))
write_rules = upsert(survey_rules, key=("workspace_id",), update=("body",))

ASKING = Asking.__struct_fields__
_columns = tuple(survey_asking.c[name] for name in ASKING)
_askings = select(*_columns).where(_of_ours)
find_asking = Statement(_askings.where(survey_asking.c.id == bindparam("key")))
askings_by_ids = Statement(_askings.where(values_in(survey_asking.c.id, "ids")))
insert_asking = Statement(insert(survey_asking))
write_asking = Statement(
    update(survey_asking)
    .where(_of_ours, survey_asking.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in ASKING if name != "id"})
)
of_conversations = Statement(_askings.where(values_in(survey_asking.c.conversation_id, "ids")))
"""In no order: with one SQLite would read all that was ever asked."""
of_ticket = Statement(_askings.where(survey_asking.c.ticket_id == bindparam("ticket")))
open_among = Statement(
    _askings.where(
        values_in(survey_asking.c.conversation_id, "ids"),
        or_(survey_asking.c.state == "asked", survey_asking.c.state == "answered"),
        survey_asking.c.asked_at >= bindparam("since"),
    ).order_by(survey_asking.c.id)
)
"""What was asked lately in these conversations, the latest last."""
asked_since = Statement(
    select(survey_asking.c.asked_at)
    .where(
        values_in(survey_asking.c.conversation_id, "ids"),
        _of_ours,
        survey_asking.c.asked_at >= bindparam("since"),
    )
    .order_by(survey_asking.c.asked_at.desc())
    .limit(1)
)
answered_page = Statement(
    _askings.where(
        survey_asking.c.answered_at.isnot(None),
        survey_asking.c.answered_at >= bindparam("since"),
        or_(
            survey_asking.c.answered_at < bindparam("before"),
            (survey_asking.c.answered_at == bindparam("before")) & (survey_asking.c.id < bindparam("before_id")),
        ),
    )
    .order_by(survey_asking.c.answered_at.desc(), survey_asking.c.id.desc())
    .limit(bindparam("most"))
)
_reason = ticket.c.get("reason_id")
_with_people = survey_asking.outerjoin(
    contact, (contact.c.workspace_id == survey_asking.c.workspace_id) & (contact.c.id == survey_asking.c.contact_id)
).outerjoin(
    ticket, (ticket.c.workspace_id == survey_asking.c.workspace_id) & (ticket.c.id == survey_asking.c.ticket_id)
)
COUNTED = (
    *("asked_at", "score", "kind", "about", "moment", "agent_id", "team_id", "inbox_id", "channel", "ticket_kind"),
    *("language", "survey_id", "conversation_id"),
)
asked_between = Statement(
    select(
        *(survey_asking.c[name] for name in COUNTED),
        contact.c.tags,
        contact.c.organization_id,
        null() if _reason is None else _reason,
    )
    .select_from(_with_people)
    .where(
        _of_ours,
        survey_asking.c.asked_at.isnot(None),
        survey_asking.c.asked_at >= bindparam("start"),
        survey_asking.c.asked_at < bindparam("end"),
    )
    .order_by(survey_asking.c.asked_at.desc())
    .limit(bindparam("most"))
)
"""What was asked then with its score, whose it is, and its contact's segments. The reason stands where hearing tells it."""

open_complaints = Statement(
    select(ticket.c.id).where(
        ticket.c.workspace_id == W,
        values_in(ticket.c.conversation_id, "ids"),
        ticket.c.kind == COMPLAINT,
        ticket.c.status != "resolved",
    )
)
waits_somewhere = Statement(
    select(ticket.c.id).where(
        ticket.c.workspace_id == W,
        values_in(ticket.c.conversation_id, "ids"),
        ticket.c.waiting_since.isnot(None),
    )
)
talks_of = Statement(
    select(conversation.c.id).where(
        conversation.c.workspace_id == W, values_in(conversation.c.contact_id, "contact_ids")
    )
)
set_more = Statement(
    update(message).where(message.c.workspace_id == W, message.c.id == bindparam("key")).values(more=bindparam("more"))
)

states_of_tasks = Statement(
    select(task.c.id, task.c.state).where(task.c.workspace_id == W, values_in(task.c.id, "ids"))
)

insert_telling = Statement(insert(survey_telling))
find_telling = Statement(
    select(survey_telling.c.id, survey_telling.c.texts, survey_telling.c.by, survey_telling.c.at).where(
        survey_telling.c.workspace_id == W, survey_telling.c.id == bindparam("key")
    )
)
list_tellings = Statement(
    select(survey_telling.c.id, survey_telling.c.texts, survey_telling.c.by, survey_telling.c.at)
    .where(survey_telling.c.workspace_id == W)
    .order_by(survey_telling.c.id.desc())
    .limit(bindparam("most"))
)
insert_told = upsert(survey_told, key=("workspace_id", "telling_id", "conversation_id"))
next_told = Statement(
    select(survey_told.c.conversation_id, survey_told.c.asking_id)
    .where(
        survey_told.c.workspace_id == W,
        survey_told.c.telling_id == bindparam("telling"),
        survey_told.c.state == "waiting",
    )
    .order_by(survey_told.c.conversation_id)
    .limit(bindparam("most"))
)
settle_told = Statement(
    update(survey_told)
    .where(
        survey_told.c.workspace_id == W,
        survey_told.c.telling_id == bindparam("telling"),
        survey_told.c.conversation_id == bindparam("talk"),
        survey_told.c.state == "waiting",
    )
    .values(state=bindparam("state"), why=bindparam("reason"), message_id=bindparam("said"))
)
tally_told = Statement(
    select(survey_told.c.telling_id, survey_told.c.state).where(
        survey_told.c.workspace_id == W, values_in(survey_told.c.telling_id, "ids")
    )
)
mark_told = Statement(
    update(survey_asking)
    .where(_of_ours, survey_asking.c.id == bindparam("key"))
    .values(told_id=bindparam("telling"), told_at=bindparam("at"))
)


def _forget(table: Any) -> Statement:
    return Statement(
        delete(table).where(table.c.workspace_id == W, values_in(table.c.conversation_id, "conversation_ids"))
    )


forget = tuple(map(_forget, (survey_asking, survey_told)))
