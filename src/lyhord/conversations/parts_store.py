"""The statements of parts: under which ids the channel knows them."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, select

from lyhord.conversations.tables import message, message_part
from lyhord.kit.database import Statement, upsert, values_in

W: BindParameter[Any] = bindparam("workspace_id")
add_part = upsert(message_part, key=("workspace_id", "inbox_id", "external_id"))
_with_parts = (
    message_part.c.workspace_id == W,
    message_part.c.inbox_id == bindparam("inbox_id"),
    values_in(message_part.c.external_id, "external_ids"),
)
messages_of = Statement(
    select(message_part.c.external_id, message.c.id, message.c.conversation_id, message.c.scheme, message.c.value)
    .select_from(
        message_part.join(
            message,
            (message.c.workspace_id == message_part.c.workspace_id) & (message.c.id == message_part.c.message_id),
        )
    )
    .where(*_with_parts)
)
part_ids = Statement(
    select(message_part.c.external_id)
    .where(message_part.c.workspace_id == W, message_part.c.message_id == bindparam("of"))
    .order_by(message_part.c.n)
)
drop_part = Statement(
    delete(message_part).where(
        message_part.c.workspace_id == W,
        message_part.c.message_id == bindparam("of"),
        message_part.c.external_id == bindparam("called"),
    )
)
