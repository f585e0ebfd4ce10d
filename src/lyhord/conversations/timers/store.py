"""The statements of timers."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, select, update

from lyhord.conversations.groups.tables import group_change
from lyhord.conversations.tables import conversation, message, raw_payload
from lyhord.kit.database import Statement, values_in

W: BindParameter[Any] = bindparam("workspace_id")

timers_of = Statement(
    select(conversation.c.timers).where(conversation.c.workspace_id == W, conversation.c.id == bindparam("id"))
)
set_timers = Statement(
    update(conversation)
    .where(conversation.c.workspace_id == W, conversation.c.id == bindparam("key"))
    .values(timers=bindparam("timers"))
)
move_changes = Statement(
    update(group_change)
    .where(
        group_change.c.workspace_id == W,
        group_change.c.conversation_id == bindparam("conversation"),
        group_change.c.scheme == bindparam("scheme_of"),
        group_change.c.value == bindparam("value_of"),
    )
    .values(conversation_id=bindparam("target"))
)
said_since = Statement(
    select(message.c.id)
    .where(
        message.c.workspace_id == W,
        message.c.conversation_id == bindparam("conversation"),
        message.c.id >= bindparam("since"),
        message.c.inbox_id == bindparam("inbox"),
    )
    .order_by(message.c.id)
)
drop_raw = Statement(delete(raw_payload).where(raw_payload.c.workspace_id == W, values_in(raw_payload.c.id, "ids")))
