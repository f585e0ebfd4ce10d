"""The statements of visitors' pushes."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, delete, func, literal, or_, select, update

from lyhord.conversations.pushes.tables import visitor_push
from lyhord.conversations.tables import message
from lyhord.kit.database import Statement, upsert, values_in
from lyhord.workspaces.tables import inbox

W: BindParameter[Any] = bindparam("workspace_id")
_one = (visitor_push.c.workspace_id == W, visitor_push.c.id == bindparam("id"))
_of_token = (visitor_push.c.workspace_id == W, visitor_push.c.token_hash == bindparam("hash"))
_of_identity = (
    visitor_push.c.workspace_id == W,
    visitor_push.c.scheme == bindparam("scheme_of"),
    visitor_push.c.value == bindparam("value_of"),
)


def _unseen(message_id: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(visitor_push.c.seen_id.is_(None), visitor_push.c.seen_id < message_id)


write = upsert(
    visitor_push,
    key=["workspace_id", "inbox_id", "endpoint_hash"],
    update=["scheme", "value", "token_hash", "sealed", "locale", "seen_id", "told_id", "seen_at"],
)
count = Statement(select(func.count()).select_from(visitor_push).where(*_of_identity))
of_endpoint = Statement(
    select(visitor_push.c.id).where(
        visitor_push.c.workspace_id == W,
        visitor_push.c.inbox_id == bindparam("inbox"),
        visitor_push.c.endpoint_hash == bindparam("endpoint"),
    )
)
of_token = Statement(select(visitor_push.c.id).where(*_of_token).limit(1))
drop_of_token = Statement(delete(visitor_push).where(*_of_token))
carry = Statement(
    update(visitor_push)
    .where(*_of_identity, visitor_push.c.token_hash == bindparam("hash"))
    .values(token_hash=bindparam("later"))
)
"""The browser has another token for the same identity."""
behind = Statement(select(visitor_push.c.id).where(*_of_identity, _unseen(bindparam("message"))).limit(1))
see = Statement(
    update(visitor_push)
    .where(*_of_identity, _unseen(bindparam("message")))
    .values(seen_id=bindparam("message"), seen_at=bindparam("at"))
)
concerned = Statement(
    select(visitor_push.c.id, message.c.id)
    .select_from(
        message.join(
            visitor_push,
            (visitor_push.c.workspace_id == message.c.workspace_id)
            & (visitor_push.c.scheme == message.c.scheme)
            & (visitor_push.c.value == message.c.value)
            & (visitor_push.c.inbox_id == message.c.inbox_id),
        )
    )
    .where(
        message.c.workspace_id == W,
        values_in(message.c.id, "ids"),
        message.c.direction == literal("out"),
    )
    .order_by(message.c.id, visitor_push.c.id)
)
"""Whom these messages went to, by the inbox that they went through."""
found = Statement(
    select(visitor_push.c.sealed, visitor_push.c.locale, inbox.c.settings, message.c.text)
    .select_from(
        visitor_push.join(
            inbox, (inbox.c.workspace_id == visitor_push.c.workspace_id) & (inbox.c.id == visitor_push.c.inbox_id)
        ).join(
            message,
            (message.c.workspace_id == visitor_push.c.workspace_id)
            & (message.c.scheme == visitor_push.c.scheme)
            & (message.c.value == visitor_push.c.value),
        )
    )
    .where(*_one, message.c.id == bindparam("message"), inbox.c.removed_at.is_(None), message.c.removed_at.is_(None))
)
claim = Statement(
    update(visitor_push)
    .where(
        *_one,
        _unseen(bindparam("message")),
        or_(
            visitor_push.c.told_id.is_(None),
            visitor_push.c.told_id <= visitor_push.c.seen_id,
            visitor_push.c.told_id == bindparam("message"),
        ),
    )
    .values(told_id=bindparam("message"))
)
"""Nobody is told twice before they have looked; the same again is another attempt."""
drop = Statement(delete(visitor_push).where(*_one))
drop_unused = Statement(
    delete(visitor_push).where(visitor_push.c.workspace_id == W, visitor_push.c.seen_at < bindparam("before"))
)
