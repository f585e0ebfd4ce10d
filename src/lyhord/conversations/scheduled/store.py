"""The statements of scheduled replies."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, insert, select, update

from lyhord.conversations.scheduled.tables import scheduled_reply
from lyhord.kit.database import Statement, values_in

W: BindParameter[Any] = bindparam("workspace_id")

_rows = select(
    scheduled_reply.c.id,
    scheduled_reply.c.conversation_id,
    scheduled_reply.c.inbox_id,
    scheduled_reply.c.agent_id,
    scheduled_reply.c.body,
    scheduled_reply.c.due_at,
    scheduled_reply.c.state,
    scheduled_reply.c.if_they_write,
    scheduled_reply.c.error,
).where(scheduled_reply.c.workspace_id == W)

by_id = Statement(_rows.where(scheduled_reply.c.id == bindparam("id")))
of_conversations = Statement(
    _rows.where(values_in(scheduled_reply.c.conversation_id, "ids")).order_by(scheduled_reply.c.due_at)
)
insert_scheduled = Statement(insert(scheduled_reply))
_this = (scheduled_reply.c.workspace_id == W, scheduled_reply.c.id == bindparam("key"))
set_state = Statement(update(scheduled_reply).where(*_this).values(state=bindparam("to"), error=bindparam("why")))
set_time = Statement(
    update(scheduled_reply)
    .where(*_this)
    .values(
        conversation_id=bindparam("conversation"),
        due_at=bindparam("due"),
        if_they_write=bindparam("then"),
        state="waiting",
        error=None,
    )
)
drop = Statement(delete(scheduled_reply).where(*_this))
