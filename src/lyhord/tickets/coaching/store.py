"""The statements of coaching notes."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, insert, select, update

from lyhord.conversations.tables import message
from lyhord.conversations.visibility import conversation_within
from lyhord.kit.database import Statement
from lyhord.tickets.coaching.model import MOST_SHOWN, CoachingNote
from lyhord.tickets.coaching.tables import coaching_note

W: BindParameter[Any] = bindparam("workspace_id")

_notes = select(*(coaching_note.c[name] for name in CoachingNote.__struct_fields__)).where(
    coaching_note.c.workspace_id == W
)
by_id = Statement(_notes.where(coaching_note.c.id == bindparam("key")))
of_conversation = Statement(
    _notes.where(coaching_note.c.conversation_id == bindparam("of"))
    .order_by(coaching_note.c.id.desc())
    .limit(MOST_SHOWN)
)
_of_agent = _notes.where(coaching_note.c.agent_id == bindparam("agent")).order_by(coaching_note.c.id.desc())
of_agent = {
    False: Statement(_of_agent.limit(MOST_SHOWN)),
    True: Statement(_of_agent.where(conversation_within(W, coaching_note.c.conversation_id)).limit(MOST_SHOWN)),
}
"""The latest notes to an agent; by whether their reach is limited."""
insert_note = Statement(insert(coaching_note))
change_note = Statement(
    update(coaching_note)
    .where(coaching_note.c.workspace_id == W, coaching_note.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in ("answer", "answered_at", "read_at")})
)
delete_note = Statement(
    delete(coaching_note).where(coaching_note.c.workspace_id == W, coaching_note.c.id == bindparam("key"))
)
is_said_there = Statement(
    select(message.c.id).where(
        message.c.workspace_id == W,
        message.c.id == bindparam("key"),
        message.c.conversation_id == bindparam("of"),
        message.c.removed_at.is_(None),
    )
)
