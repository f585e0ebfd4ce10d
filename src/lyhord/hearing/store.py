"""The statements of hearing."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from lyhord.conversations.tables import conversation, message
from lyhord.kit.database import Statement, values_in

W: BindParameter[Any] = bindparam("workspace_id")

words_of = Statement(
    select(
        message.c.id,
        message.c.conversation_id,
        message.c.inbox_id,
        message.c.direction,
        message.c.text,
        message.c.more,
        conversation.c.language,
        conversation.c.contact_id,
        message.c.subject,
    )
    .join(
        conversation,
        (conversation.c.workspace_id == message.c.workspace_id) & (conversation.c.id == message.c.conversation_id),
    )
    .where(message.c.workspace_id == W, values_in(message.c.id, "ids"), message.c.removed_at.is_(None))
    .order_by(message.c.id)
)
messages_after = Statement(
    select(message.c.id)
    .where(message.c.workspace_id == W, message.c.id > bindparam("after"))
    .order_by(message.c.id)
    .limit(bindparam("most"))
)
