"""The statements of kinds: few rows, read whole."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, select, update

from lyhord.kit.database import Statement, upsert
from lyhord.tickets.kinds.tables import ticket_kind

W: BindParameter[Any] = bindparam("workspace_id")
_here = ticket_kind.c.workspace_id == W
_one = (_here, ticket_kind.c.id == bindparam("key"))

list_kinds = Statement(
    select(
        ticket_kind.c.id, ticket_kind.c.name, ticket_kind.c.attributes, ticket_kind.c.stages, ticket_kind.c.removed_at
    )
    .where(_here)
    .order_by(ticket_kind.c.place, ticket_kind.c.id)
)
find_kind = Statement(
    select(ticket_kind.c.id).where(_here, ticket_kind.c.id == bindparam("id"), ticket_kind.c.removed_at.is_(None))
)
know_kind = upsert(ticket_kind, key=("workspace_id", "id"))
write_kind = Statement(
    update(ticket_kind)
    .where(*_one)
    .values({name: bindparam(name) for name in ("name", "attributes", "stages", "removed_at")})
)
place_kind = Statement(update(ticket_kind).where(*_one).values(place=bindparam("place")))
