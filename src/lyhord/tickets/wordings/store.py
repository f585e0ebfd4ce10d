"""The statements of wordings."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, select

from lyhord.kit.database import Statement, upsert, values_in
from lyhord.tickets.wordings.tables import wording

W: BindParameter[Any] = bindparam("workspace_id")
ROW = ("state", "stamp", "body", "problem", "changed_at")
_row = wording.c

find_wording = Statement(
    select(*(_row[name] for name in ROW)).where(
        _row.workspace_id == W,
        _row.ticket_id == bindparam("of"),
        _row.use == bindparam("for_use"),
        _row.locale == bindparam("spoken"),
        _row.reach == bindparam("within"),
    )
)
write_wording = upsert(
    wording,
    key=("workspace_id", "ticket_id", "use", "locale", "reach"),
    update=("conversation_id", "state", "stamp", "body", "problem", "changed_at"),
)
drop_wordings = Statement(
    delete(wording).where(_row.workspace_id == W, values_in(_row.conversation_id, "conversation_ids"))
)
