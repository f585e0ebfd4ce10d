"""The statements of who watches what."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, select

from lyhord.conversations.watching.tables import watch
from lyhord.kit.database import Statement, upsert, values_in

W: BindParameter[Any] = bindparam("workspace_id")

add = upsert(watch, key=("workspace_id", "agent_id", "conversation_id"))
drop = Statement(
    delete(watch).where(
        watch.c.workspace_id == W,
        watch.c.agent_id == bindparam("agent"),
        values_in(watch.c.conversation_id, "ids"),
    )
)
of_conversations = Statement(
    select(watch.c.conversation_id, watch.c.agent_id)
    .where(watch.c.workspace_id == W, values_in(watch.c.conversation_id, "ids"))
    .order_by(watch.c.conversation_id, watch.c.agent_id)
)
_theirs = (
    select(watch.c.conversation_id)
    .where(watch.c.workspace_id == W, watch.c.agent_id == bindparam("agent"))
    .limit(bindparam("most"))
)
count = Statement(select(func.count()).select_from(_theirs.subquery()))
