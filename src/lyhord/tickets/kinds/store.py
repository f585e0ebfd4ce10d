"""The statements of kinds."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from lyhord.kit.database import Statement, upsert
from lyhord.tickets.kinds.tables import ticket_kind

W: BindParameter[Any] = bindparam("workspace_id")

_kinds = select(ticket_kind.c.id, ticket_kind.c.name).where(
    ticket_kind.c.workspace_id == W, ticket_kind.c.removed_at.is_(None)
)
list_kinds = Statement(_kinds.order_by(ticket_kind.c.place, ticket_kind.c.id))
find_kind = Statement(_kinds.where(ticket_kind.c.id == bindparam("id")))
know_kind = upsert(ticket_kind, key=("workspace_id", "id"))
