"""The statements of search: what is indexed of a message, and what decides who may see it, without the rest of the row."""

from sqlalchemy import BindParameter, bindparam, select

from lyhord.contacts.tables import identity
from lyhord.conversations.tables import conversation, message
from lyhord.kit.database import Statement, values_in

W: BindParameter[str] = bindparam("workspace_id")

_of_ids = (message.c.workspace_id == W, values_in(message.c.id, "ids"), message.c.removed_at.is_(None))
words_of_messages = Statement(select(message.c.id, message.c.subject, message.c.text, message.c.more).where(*_of_ids))
places_of_messages = Statement(
    select(message.c.id, message.c.conversation_id, message.c.inbox_id, conversation.c.parent_id)
    .select_from(
        message.join(
            conversation,
            (conversation.c.workspace_id == message.c.workspace_id) & (conversation.c.id == message.c.conversation_id),
        )
    )
    .where(*_of_ids)
)

words_and_writers = Statement(
    select(message.c.text, identity.c.contact_id)
    .select_from(
        message.join(
            identity,
            (identity.c.workspace_id == message.c.workspace_id)
            & (identity.c.scheme == message.c.scheme)
            & (identity.c.value == message.c.value),
        )
    )
    .where(
        message.c.workspace_id == W,
        values_in(message.c.id, "ids"),
        message.c.removed_at.is_(None),
        ~message.c.more.contains('"expires_at"'),
    )
)
"""What was said to stay, and for whom its identity was made, merged or not."""
