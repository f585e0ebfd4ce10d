"""The statements of tasks."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, func, insert, or_, select, tuple_, update

from lyhord.conversations.visibility import conversation_within
from lyhord.kit.database import Statement, values_in
from lyhord.tickets.tables import ticket
from lyhord.tickets.tasks.model import Task
from lyhord.tickets.tasks.tables import IS_OPEN, IS_TO_REMIND, task

W: BindParameter[Any] = bindparam("workspace_id")
MOST_REMINDED = 200

task_columns = tuple(task.c[name] for name in Task.__struct_fields__)
CHANGING = (
    "text",
    "owner_agent_id",
    "owner_team_id",
    "due_at",
    "state",
    "answer",
    "ended_by",
    "ended_at",
)
_tasks = select(*task_columns).where(task.c.workspace_id == W)

by_id = Statement(_tasks.where(task.c.id == bindparam("id")))
of_conversations = Statement(_tasks.where(values_in(task.c.conversation_id, "ids")))
count_open = Statement(
    select(func.count()).where(task.c.workspace_id == W, task.c.conversation_id == bindparam("of"), IS_OPEN)
)
insert_task = Statement(insert(task))
change_task = Statement(
    update(task)
    .where(task.c.workspace_id == W, task.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in (*CHANGING, "stands_at", "reminded_at")})
)
hand_on = Statement(
    update(task)
    .where(
        task.c.workspace_id == W,
        task.c.conversation_id == bindparam("of"),
        task.c.ticket_id == bindparam("ticket"),
    )
    .values(ticket_id=bindparam("to"))
)
_whose = {
    "agent": task.c.owner_agent_id == bindparam("whose"),
    "team": task.c.owner_team_id == bindparam("whose"),
    "asked": task.c.asked_by == bindparam("whose"),
}


def _page(whose: str, limited: bool) -> Statement:
    rows = (
        select(task.c.stands_at, ticket.c.title, *task_columns)
        .join_from(task, ticket, (ticket.c.workspace_id == task.c.workspace_id) & (ticket.c.id == task.c.ticket_id))
        .where(task.c.workspace_id == W, _whose[whose], IS_OPEN)
        .where(tuple_(task.c.stands_at, task.c.id) > tuple_(bindparam("after_at"), bindparam("after_id")))
    )
    if whose == "asked":  # what I asked of myself stands among what is asked of me
        rows = rows.where(or_(task.c.owner_agent_id.is_(None), task.c.owner_agent_id != bindparam("me")))
    within = rows.where(conversation_within(W, task.c.conversation_id)) if limited else rows
    return Statement(within.order_by(task.c.stands_at, task.c.id).limit(bindparam("most")))


pages = {(whose, limited): _page(whose, limited) for whose in _whose for limited in (False, True)}
"""Open tasks of whoever `whose` names, by the columns that name them and by whether the reader's reach is limited."""
to_remind = Statement(
    _tasks.where(IS_TO_REMIND, task.c.due_at <= bindparam("now")).order_by(task.c.due_at).limit(MOST_REMINDED)
)
mark_reminded = Statement(
    update(task).where(task.c.workspace_id == W, values_in(task.c.id, "ids")).values(reminded_at=bindparam("at"))
)
