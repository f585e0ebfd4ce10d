"""The statements of shared drafts."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, insert, select, update

from lyhord.conversations.sharing.tables import shared_draft
from lyhord.kit.database import Statement, values_in

W: BindParameter[Any] = bindparam("workspace_id")

_rows = select(
    shared_draft.c.id,
    shared_draft.c.conversation_id,
    shared_draft.c.inbox_id,
    shared_draft.c.agent_id,
    shared_draft.c.taken_from,
    shared_draft.c.version,
    shared_draft.c.changed_at,
    shared_draft.c.body,
).where(shared_draft.c.workspace_id == W)

by_id = Statement(_rows.where(shared_draft.c.id == bindparam("id")))
of_conversations = Statement(_rows.where(values_in(shared_draft.c.conversation_id, "ids")))
insert_shared = Statement(insert(shared_draft))
_this = (shared_draft.c.workspace_id == W, shared_draft.c.id == bindparam("key"))
set_words = Statement(
    update(shared_draft)
    .where(*_this)
    .values(
        inbox_id=bindparam("door"),
        body=bindparam("words"),
        version=shared_draft.c.version + 1,
        changed_at=bindparam("now"),
    )
)
set_writer = Statement(
    update(shared_draft)
    .where(*_this)
    .values(
        conversation_id=bindparam("conversation"),
        agent_id=bindparam("writer"),
        taken_from=bindparam("before"),
        version=shared_draft.c.version + 1,
        changed_at=bindparam("now"),
    )
)
drop = Statement(delete(shared_draft).where(*_this))
