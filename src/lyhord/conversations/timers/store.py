"""The statements of timers."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, select, update

from lyhord.conversations.groups.tables import group_change
from lyhord.conversations.tables import conversation
from lyhord.kit.database import Statement

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
