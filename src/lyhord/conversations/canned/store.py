"""The statements of canned replies."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, func, insert, or_, select, tuple_, update

from lyhord.conversations.canned.tables import canned_reply
from lyhord.conversations.store import attached_columns
from lyhord.conversations.tables import attachment
from lyhord.kit.database import Statement, values_in

W: BindParameter[Any] = bindparam("workspace_id")

columns = (
    canned_reply.c.id,
    canned_reply.c.name,
    canned_reply.c.shortcut,
    canned_reply.c.texts,
    canned_reply.c.attachments,
    canned_reply.c.team_id,
    canned_reply.c.agent_id,
    canned_reply.c.uses,
    canned_reply.c.changed_at,
)
_rows = select(*columns).where(canned_reply.c.workspace_id == W)
_own = or_(canned_reply.c.agent_id.is_(None), canned_reply.c.agent_id == bindparam("viewer"))
_visible = {
    True: _own,
    False: _own & or_(canned_reply.c.team_id.is_(None), values_in(canned_reply.c.team_id, "teams")),
}
"""By whether every team's may be seen."""

page = {
    every: Statement(
        _rows.where(
            canned_reply.c.removed_at.is_(None),
            tuple_(canned_reply.c.uses, canned_reply.c.id) < tuple_(bindparam("before_uses"), bindparam("before_id")),
            visible,
        )
        .order_by(canned_reply.c.uses.desc(), canned_reply.c.id.desc())
        .limit(bindparam("most"))
    )
    for every, visible in _visible.items()
}
by_id = {every: Statement(_rows.where(canned_reply.c.id == bindparam("id"), visible)) for every, visible in _visible.items()}
"""A removed one too: it can be put back."""
count = Statement(
    select(func.count()).select_from(
        select(canned_reply.c.id)
        .where(canned_reply.c.workspace_id == W, canned_reply.c.removed_at.is_(None))
        .limit(bindparam("most"))
        .subquery()
    )
)
insert_reply = Statement(insert(canned_reply))
_this = (canned_reply.c.workspace_id == W, canned_reply.c.id == bindparam("key"))
write_reply = Statement(
    update(canned_reply)
    .where(*_this)
    .values(
        {name: bindparam(name) for name in ("name", "shortcut", "texts", "attachments", "team_id", "agent_id", "changed_at")}
    )
)
set_removed = Statement(update(canned_reply).where(*_this).values(removed_at=bindparam("at")))
count_use = Statement(update(canned_reply).where(*_this).values(uses=canned_reply.c.uses + 1))

_loose = (attachment.c.workspace_id == W, values_in(attachment.c.id, "ids"), attachment.c.message_id.is_(None))
keep_attachments = Statement(
    update(attachment)
    .where(*_loose, values_in(attachment.c.uploaded_by, "owners"))
    .values(uploaded_by=bindparam("owner"))
    .returning(*attached_columns)
)
drop_attachments = Statement(attachment.delete().where(*_loose, attachment.c.uploaded_by == bindparam("owner")))
