"""The statements of opt-outs."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, insert, select

from lyhord.contacts.tables import contact
from lyhord.conversations.optouts.tables import opt_out
from lyhord.kit.database import Statement

W: BindParameter[Any] = bindparam("workspace_id")
_of = (
    opt_out.c.workspace_id == W,
    opt_out.c.inbox_id == bindparam("inbox"),
    opt_out.c.scheme == bindparam("scheme_of"),
    opt_out.c.value == bindparam("value_of"),
)

find = Statement(select(opt_out.c.asked_at, opt_out.c.confirmation_id).where(*_of))
add = Statement(insert(opt_out))
drop = Statement(delete(opt_out).where(*_of))
language_of = Statement(select(contact.c.language).where(contact.c.workspace_id == W, contact.c.id == bindparam("of")))
