"""The statements of visitors: whose token it is, and what they may see."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, desc, func, insert, literal, or_, select, update

from lyhord.conversations.store import attached_columns
from lyhord.conversations.tables import attachment, conversation, delivery, message, read_position, visitor
from lyhord.kit.database import Statement, values_in
from lyhord.workspaces.tables import agent, inbox

W: ColumnElement[Any] = bindparam("workspace_id")

visitor_by_hash = Statement(
    select(
        visitor.c.inbox_id,
        inbox.c.channel,
        inbox.c.settings,
        visitor.c.scheme,
        visitor.c.value,
        visitor.c.signed_until,
        visitor.c.seen_at,
    )
    .select_from(
        visitor.join(inbox, (inbox.c.workspace_id == visitor.c.workspace_id) & (inbox.c.id == visitor.c.inbox_id))
    )
    .where(visitor.c.workspace_id == W, visitor.c.token_hash == bindparam("hash"), inbox.c.removed_at.is_(None))
)
list_valid_tokens = Statement(
    select(visitor.c.token_hash)
    .select_from(
        visitor.join(inbox, (inbox.c.workspace_id == visitor.c.workspace_id) & (inbox.c.id == visitor.c.inbox_id))
    )
    .where(
        visitor.c.workspace_id == W,
        values_in(visitor.c.token_hash, "hashes"),
        visitor.c.signed_until.is_(None) | (visitor.c.signed_until > bindparam("now")),
        inbox.c.removed_at.is_(None),
    )
)
insert_visitor = Statement(insert(visitor))
_of_hash: tuple[ColumnElement[bool], ...] = (visitor.c.workspace_id == W, visitor.c.token_hash == bindparam("hash"))
renew_visitor = Statement(
    update(visitor).where(*_of_hash).values(signed_until=bindparam("until"), seen_at=bindparam("at"))
)
see_visitor = Statement(update(visitor).where(*_of_hash).values(seen_at=bindparam("at")))
forget_visitor = Statement(delete(visitor).where(*_of_hash))
insert_upload = Statement(insert(attachment))
take_upload = Statement(
    delete(attachment)
    .where(
        attachment.c.workspace_id == W,
        attachment.c.id == bindparam("id"),
        attachment.c.uploaded_by == bindparam("uploader"),
        attachment.c.message_id.is_(None),
    )
    .returning(attachment.c.name, attachment.c.type, attachment.c.size, attachment.c.file)
)

_columns: tuple[ColumnElement[Any], ...] = (
    message.c.id,
    message.c.direction,
    message.c.text,
    message.c.subject,
    inbox.c.channel,
    func.coalesce(agent.c.shown_name, agent.c.name),
    message.c.more,
    message.c.external_id,
    message.c.inbox_id,
    delivery.c.state,
)
_joined = (
    message.outerjoin(inbox, (inbox.c.workspace_id == message.c.workspace_id) & (inbox.c.id == message.c.inbox_id))
    .outerjoin(agent, (agent.c.workspace_id == message.c.workspace_id) & (agent.c.id == message.c.agent_id))
    .outerjoin(delivery, (delivery.c.workspace_id == message.c.workspace_id) & (delivery.c.message_id == message.c.id))
)
_theirs = (
    message.c.workspace_id == W,
    values_in(message.c.conversation_id, "conversations"),
    message.c.direction != literal("note"),
    or_(
        bindparam("signed") == 1,
        (message.c.scheme == bindparam("scheme_of")) & (message.c.value == bindparam("value_of")),
    ),
)
_left = or_(delivery.c.state.is_(None), delivery.c.state != literal("queued"), delivery.c.due_at <= bindparam("now"))
_seen = select(*_columns).select_from(_joined).where(*_theirs, message.c.removed_at.is_(None), _left)

seen_before = Statement(
    _seen.where(message.c.id < bindparam("before")).order_by(message.c.id.desc()).limit(bindparam("most"))
)
seen_after = Statement(_seen.where(message.c.id > bindparam("after")).order_by(message.c.id).limit(bindparam("most")))
seen_by_ids = Statement(_seen.where(values_in(message.c.id, "ids")).order_by(message.c.id))
changed_since = Statement(
    _seen.where(message.c.amended_at > bindparam("since"), message.c.id <= bindparam("after")).order_by(message.c.id)
)
removed_since = Statement(
    select(message.c.id).select_from(message).where(*_theirs, message.c.removed_at > bindparam("since"))
)
removed_by_ids = Statement(
    select(message.c.id)
    .select_from(message)
    .where(*_theirs, message.c.removed_at.isnot(None), values_in(message.c.id, "ids"))
)
last_heard = Statement(
    select(message.c.id)
    .where(*_theirs, message.c.direction == literal("in"), message.c.id <= bindparam("until"))
    .order_by(message.c.id.desc())
    .limit(1)
)
_read_by_one = (
    select(read_position.c.message_id)
    .where(
        read_position.c.workspace_id == agent.c.workspace_id,
        read_position.c.agent_id == agent.c.id,
        values_in(read_position.c.conversation_id, "conversations"),
    )
    .order_by(read_position.c.message_id.desc())
    .limit(1)
    .scalar_subquery()
)
read_by_agents = Statement(
    select(_read_by_one.label("message_id"))
    .select_from(agent)
    .where(agent.c.workspace_id == W)
    .order_by(desc("message_id").nulls_last())
    .limit(1)
)
"""Asked of each agent: their positions lie by agent, and all of a workspace's are many."""
read_by_contact = Statement(
    select(conversation.c.contact_read_id)
    .where(
        conversation.c.workspace_id == W,
        values_in(conversation.c.id, "conversations"),
        conversation.c.contact_read_id.isnot(None),
    )
    .order_by(conversation.c.contact_read_id.desc())
    .limit(1)
)
unsettled = Statement(
    select(message.c.id)
    .select_from(_joined)
    .where(
        *_theirs,
        message.c.direction == literal("out"),
        message.c.inbox_id == bindparam("inbox"),
        message.c.id <= bindparam("until"),
        values_in(delivery.c.state, "states"),
    )
    .order_by(message.c.id.desc())
    .limit(200)
)
file_by_id = Statement(
    select(*attached_columns)
    .select_from(
        _joined.join(
            attachment,
            (attachment.c.workspace_id == message.c.workspace_id) & (attachment.c.message_id == message.c.id),
        )
    )
    .where(*_theirs, message.c.removed_at.is_(None), _left, attachment.c.id == bindparam("id"))
)
