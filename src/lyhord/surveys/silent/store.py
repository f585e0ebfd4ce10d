"""The statements by which the silent unhappy are found: all of a page of customers is read together."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, null, select, tuple_, update

from lyhord.contacts.tables import contact
from lyhord.conversations.tables import conversation, message
from lyhord.kit.database import Statement, upsert, values_in
from lyhord.surveys.tables import silent_customer, silent_round, survey_asking
from lyhord.tickets.levels.tables import clock
from lyhord.tickets.promises.tables import told_promise
from lyhord.tickets.tables import ticket

W: BindParameter[Any] = bindparam("workspace_id")

customers_page = Statement(
    select(conversation.c.id, conversation.c.contact_id)
    .select_from(
        conversation.join(
            contact,
            (contact.c.workspace_id == conversation.c.workspace_id) & (contact.c.id == conversation.c.contact_id),
        )
    )
    .where(
        conversation.c.workspace_id == W,
        conversation.c.id > bindparam("after"),
        conversation.c.kind == "direct",
        conversation.c.last_inbound_at >= bindparam("since"),
        contact.c.merged_into.is_(None),
        contact.c.blocked_at.is_(None),
    )
    .order_by(conversation.c.id)
    .limit(bindparam("most"))
)
talks_of_contacts = Statement(
    select(conversation.c.id, conversation.c.contact_id).where(
        conversation.c.workspace_id == W, values_in(conversation.c.contact_id, "contact_ids")
    )
)
spoken_in = Statement(
    select(message.c.conversation_id, message.c.id, message.c.direction, func.length(message.c.text), message.c.more)
    .where(
        message.c.workspace_id == W,
        values_in(message.c.conversation_id, "ids"),
        message.c.id >= bindparam("start"),
        message.c.id < bindparam("end"),
        message.c.direction != "note",
        message.c.removed_at.is_(None),
    )
    .order_by(message.c.conversation_id, message.c.id)
)
_reason, _mood = ticket.c.get("reason_id"), ticket.c.get("mood")
tickets_in = Statement(
    select(
        ticket.c.id,
        ticket.c.conversation_id,
        ticket.c.kind,
        ticket.c.opened_at,
        null() if _reason is None else _reason,
        null() if _mood is None else _mood,
    ).where(
        ticket.c.workspace_id == W, values_in(ticket.c.conversation_id, "ids"), ticket.c.opened_at < bindparam("until")
    )
)
"""Reason and mood stand where hearing tells them."""
broken_clocks = Statement(
    select(clock.c.ticket_id).where(
        clock.c.workspace_id == W, values_in(clock.c.ticket_id, "tickets"), clock.c.kept == 0
    )
)
broken_promises = Statement(
    select(told_promise.c.ticket_id).where(
        told_promise.c.workspace_id == W, values_in(told_promise.c.ticket_id, "tickets"), told_promise.c.kept == 0
    )
)
asked_in = Statement(
    select(
        survey_asking.c.conversation_id,
        survey_asking.c.asked_at,
        survey_asking.c.answered_at,
        survey_asking.c.mark,
        survey_asking.c.words,
    )
    .where(
        survey_asking.c.workspace_id == W,
        values_in(survey_asking.c.conversation_id, "ids"),
        survey_asking.c.asked_at < bindparam("until"),
    )
    .order_by(survey_asking.c.id)
)

SILENT = ("conversation_id", "contact_id", "score", "signals", "found_at", "looked_at", "settled_at", "settled_by")
_silent = select(*(silent_customer.c[name] for name in SILENT)).where(silent_customer.c.workspace_id == W)
silent_among = Statement(_silent.where(values_in(silent_customer.c.conversation_id, "ids")))
silent_page = Statement(
    _silent.where(
        tuple_(silent_customer.c.score, silent_customer.c.conversation_id)
        < tuple_(bindparam("before_score"), bindparam("before_id"))
    )
    .order_by(silent_customer.c.score.desc(), silent_customer.c.conversation_id.desc())
    .limit(bindparam("most"))
)
write_silent = upsert(
    silent_customer,
    key=("workspace_id", "conversation_id"),
    update=("contact_id", "score", "signals", "found_at", "looked_at", "settled_at", "settled_by"),
)
drop_between = Statement(
    delete(silent_customer).where(
        silent_customer.c.workspace_id == W,
        silent_customer.c.conversation_id > bindparam("after"),
        silent_customer.c.conversation_id <= bindparam("until"),
        silent_customer.c.looked_at < bindparam("now"),
    )
)
"""Those in a range of conversations whom this look didn't find any more."""
settle = Statement(
    update(silent_customer)
    .where(silent_customer.c.workspace_id == W, silent_customer.c.conversation_id == bindparam("key"))
    .values(settled_at=bindparam("at"), settled_by=bindparam("by"))
)
find_round = Statement(
    select(silent_round.c.after_id, silent_round.c.began_at, silent_round.c.ended_at).where(
        silent_round.c.workspace_id == W
    )
)
write_round = upsert(silent_round, key=("workspace_id",), update=("after_id", "began_at", "ended_at"))
forget = Statement(
    delete(silent_customer).where(
        silent_customer.c.workspace_id == W, values_in(silent_customer.c.conversation_id, "conversation_ids")
    )
)
