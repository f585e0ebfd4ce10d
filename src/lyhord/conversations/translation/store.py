"""The statements of translation."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, select, update

from lyhord.conversations.tables import conversation, message
from lyhord.conversations.translation.tables import translator
from lyhord.kit.database import Statement, upsert, values_in

W: BindParameter[Any] = bindparam("workspace_id")

find_translator = Statement(select(translator.c.settings, translator.c.secrets).where(translator.c.workspace_id == W))
write_translator = upsert(translator, key=("workspace_id",), update=("settings", "secrets", "changed_at"))
drop_translator = Statement(delete(translator).where(translator.c.workspace_id == W))

words_of = Statement(
    select(
        message.c.id,
        message.c.conversation_id,
        message.c.inbox_id,
        message.c.direction,
        message.c.text,
        message.c.more,
        conversation.c.language,
    )
    .join(
        conversation,
        (conversation.c.workspace_id == message.c.workspace_id) & (conversation.c.id == message.c.conversation_id),
    )
    .where(message.c.workspace_id == W, values_in(message.c.id, "ids"), message.c.removed_at.is_(None))
)
set_more = Statement(
    update(message).where(message.c.workspace_id == W, message.c.id == bindparam("key")).values(more=bindparam("value"))
)
set_language = Statement(
    update(conversation)
    .where(
        conversation.c.workspace_id == W,
        conversation.c.id == bindparam("key"),
        conversation.c.last_inbound_id == bindparam("said"),
    )
    .values(language=bindparam("spoken"))
)
"""That of the last thing said, and of no earlier one."""
