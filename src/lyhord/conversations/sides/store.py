"""The statements of side conversations."""

from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, select, update

from lyhord.conversations.store import conversation_columns
from lyhord.conversations.tables import conversation, delivery, message, read_position
from lyhord.kit.database import Statement, values_in

W: BindParameter[Any] = bindparam("workspace_id")
_parent = conversation.alias()

sides_by_ids = Statement(
    select(*conversation_columns, _parent.c.contact_id)
    .select_from(
        conversation.join(
            _parent,
            (_parent.c.workspace_id == conversation.c.workspace_id) & (_parent.c.id == conversation.c.parent_id),
        )
    )
    .where(conversation.c.workspace_id == W, values_in(conversation.c.id, "ids"))
)
"""Those that are side conversations, each with the contact of its parent."""
sides_of = Statement(
    select(*conversation_columns, read_position.c.message_id, delivery.c.state)
    .select_from(
        conversation.outerjoin(
            read_position,
            and_(
                read_position.c.workspace_id == conversation.c.workspace_id,
                read_position.c.conversation_id == conversation.c.id,
                read_position.c.agent_id == bindparam("agent"),
            ),
        ).outerjoin(
            delivery,
            and_(
                delivery.c.workspace_id == conversation.c.workspace_id,
                delivery.c.message_id == conversation.c.last_message_id,
            ),
        )
    )
    .where(
        conversation.c.workspace_id == W,
        values_in(conversation.c.parent_id, "ids"),
        conversation.c.id < bindparam("before"),
    )
    .order_by(conversation.c.id.desc())
    .limit(bindparam("most"))
)
_this = (conversation.c.workspace_id == W, conversation.c.id == bindparam("key"))
close = Statement(update(conversation).where(*_this).values(closed_at=bindparam("now"), changed_at=bindparam("now")))
reopen = Statement(
    update(conversation)
    .where(*_this, conversation.c.closed_at.isnot(None))
    .values(closed_at=None, changed_at=bindparam("now"))
)
follow_forwarded = Statement(
    update(conversation)
    .where(
        conversation.c.workspace_id == W,
        conversation.c.parent_id == bindparam("source"),
        conversation.c.about_id.in_(
            select(message.c.id).where(message.c.workspace_id == W, message.c.conversation_id == bindparam("into"))
        ),
    )
    .values(parent_id=bindparam("into"))
)
"""A side conversation stands beside the message that was forwarded there."""
