"""The statements that tell what was said in public from what was said in private, on the channels that have both."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, func, or_, select

from lyhord.conversations.tables import delivery, message
from lyhord.kit.database import Statement

PUBLIC = '%"place":{%'
"""`model.is_public` to the database."""

W: BindParameter[Any] = bindparam("workspace_id")
_through = (
    message.c.workspace_id == W,
    message.c.conversation_id == bindparam("id"),
    message.c.inbox_id == bindparam("inbox_id"),
    message.c.id < bindparam("before"),
    message.c.removed_at.is_(None),
)
_heard = (
    select(message.c.id, message.c.more)
    .where(*_through, message.c.direction == "in")
    .order_by(message.c.id.desc())
    .limit(1)
)
_is_public = message.c.more.like(bindparam("mark"))
last_heard = Statement(_heard)
last_public = Statement(_heard.where(_is_public))
last_private = Statement(_heard.where(~_is_public))
private_answers = Statement(
    select(func.count())
    .select_from(
        message.outerjoin(
            delivery, (delivery.c.workspace_id == message.c.workspace_id) & (delivery.c.message_id == message.c.id)
        )
    )
    .where(
        *_through,
        message.c.direction == "out",
        message.c.more.like(bindparam("answering")),
        ~_is_public,
        or_(delivery.c.state.is_(None), delivery.c.state != "failed"),
    )
)
"""How many private messages answer one message; those that the channel refused aside."""
