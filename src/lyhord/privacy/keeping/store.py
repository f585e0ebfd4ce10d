"""The statements of keeping: the rules, and what is old by them, each a range of one index."""

from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, case, delete, exists, func, insert, or_, select, update

from lyhord.conversations.tables import attachment, conversation, earlier_words, message, raw_payload
from lyhord.kit.database import Statement, upsert, values_in
from lyhord.privacy.keeping.tables import keeping
from lyhord.tickets.tables import ticket

W: BindParameter[Any] = bindparam("workspace_id")
_AFTER: BindParameter[Any] = bindparam("after")
_BEFORE: BindParameter[Any] = bindparam("before")

list_rules = Statement(
    select(*(keeping.c[name] for name in ("what", "days", "inbox_id", "done_to", "removed", "removed_at")))
    .where(keeping.c.workspace_id == W)
    .order_by(keeping.c.inbox_id, keeping.c.what)
)
put_rule = upsert(keeping, key=["workspace_id", "inbox_id", "what"], update=["days", "done_to"])
add_rule = Statement(insert(keeping))
_this = (keeping.c.workspace_id == W, keeping.c.inbox_id == bindparam("of"), keeping.c.what == bindparam("kind"))
drop_rule = Statement(delete(keeping).where(*_this))
move_on = Statement(
    update(keeping)
    .where(*_this)
    .values(
        done_to=bindparam("to"),
        removed=keeping.c.removed + bindparam("more"),
        removed_at=func.coalesce(bindparam("at"), keeping.c.removed_at),
    )
)
start_over = Statement(update(keeping).where(keeping.c.workspace_id == W).values(done_to=""))


def _page(*columns: Any, order: Any, ours: Any) -> Select[Any]:
    """Rows of a range of ids, in order."""
    return select(*columns).where(ours == W, order > _AFTER, order < _BEFORE).order_by(order).limit(bindparam("most"))


messages = _page(message.c.id, message.c.inbox_id, order=message.c.id, ours=message.c.workspace_id)
messages_page = Statement(messages)
old_messages = Statement(messages.where(message.c.removed_at.is_(None)))
"""Of those the ones that still say something."""

_files = (
    _page(
        attachment.c.message_id.label("id"),
        message.c.inbox_id,
        order=attachment.c.message_id,
        ours=attachment.c.workspace_id,
    )
    .join_from(
        attachment,
        message,
        (message.c.workspace_id == attachment.c.workspace_id) & (message.c.id == attachment.c.message_id),
    )
    .where(attachment.c.file != "")
)
files_page = Statement(_files.distinct())
old_files = Statement(_files)
"""The messages that have files: `files_page` names each once, `old_files` once for each file."""
empty_files = Statement(
    update(attachment)
    .where(attachment.c.workspace_id == W, values_in(attachment.c.message_id, "ids"))
    .values(file="", size=0)
)

payloads_page = Statement(
    _page(raw_payload.c.id, raw_payload.c.inbox_id, order=raw_payload.c.id, ours=raw_payload.c.workspace_id)
)

_resolved = (ticket.c.workspace_id == W, ticket.c.shelf == "resolved", ticket.c.waits_at > bindparam("over"))
_other = ticket.alias()
_is_last = ~exists().where(
    _other.c.workspace_id == ticket.c.workspace_id,
    _other.c.conversation_id == ticket.c.conversation_id,
    or_(_other.c.shelf != "resolved", _other.c.waits_at < ticket.c.waits_at),
)
"""No ticket of its conversation is still worked on, or ended later."""
closed_page = Statement(
    select(ticket.c.waits_at, ticket.c.id, ticket.c.conversation_id, case((_is_last, 1), else_=0))
    .where(
        *_resolved,
        or_(
            ticket.c.waits_at < bindparam("at"),
            (ticket.c.waits_at == bindparam("at")) & (ticket.c.id > bindparam("after")),
        ),
    )
    .order_by(ticket.c.waits_at.desc(), ticket.c.id)
    .limit(bindparam("most"))
)
"""Tickets that ended before a moment, the oldest end first: the order of their shelf, from its end."""
old_closed = Statement(
    select(ticket.c.conversation_id)
    .join(
        conversation,
        (conversation.c.workspace_id == ticket.c.workspace_id) & (conversation.c.id == ticket.c.conversation_id),
    )
    .where(
        *_resolved,
        _is_last,
        exists().where(
            message.c.workspace_id == ticket.c.workspace_id,
            message.c.conversation_id == ticket.c.conversation_id,
            message.c.id < _BEFORE,
            message.c.removed_at.is_(None),
        ),
    )
    .limit(bindparam("most"))
)
said_in = Statement(
    select(message.c.id)
    .where(
        message.c.workspace_id == W,
        values_in(message.c.conversation_id, "conversation_ids"),
        message.c.id < _BEFORE,
        or_(
            message.c.removed_at.is_(None),
            exists().where(
                earlier_words.c.workspace_id == message.c.workspace_id, earlier_words.c.message_id == message.c.id
            ),
        ),
    )
    .limit(bindparam("most"))
)
sides_of = Statement(
    select(conversation.c.id).where(
        conversation.c.workspace_id == W, values_in(conversation.c.parent_id, "conversation_ids")
    )
)
subjects_of = Statement(
    select(message.c.subject).where(
        message.c.workspace_id == W, values_in(message.c.id, "ids"), message.c.subject.isnot(None)
    )
)
show_no_subject = Statement(
    update(ticket)
    .where(
        ticket.c.workspace_id == W,
        values_in(ticket.c.conversation_id, "conversation_ids"),
        values_in(ticket.c.subject, "subjects"),
    )
    .values(subject=None)
)
conversations_of = Statement(
    select(message.c.conversation_id).where(message.c.workspace_id == W, values_in(message.c.id, "ids")).distinct()
)
show_no_words = Statement(
    update(ticket)
    .where(
        ticket.c.workspace_id == W,
        values_in(ticket.c.conversation_id, "conversation_ids"),
        values_in(ticket.c.last_message_id, "ids"),
    )
    .values(preview=bindparam("shown"), subject=None, place=None)
)
name_no_sides = Statement(
    update(conversation)
    .where(
        conversation.c.workspace_id == W,
        values_in(conversation.c.id, "conversation_ids"),
        conversation.c.parent_id.isnot(None),
    )
    .values(title="")
)
"""The title of a side conversation is the subject of its first message."""
