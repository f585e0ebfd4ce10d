"""The statements of macros."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, insert, update

from lyhord.conversations.canned.store import count_of, count_use_of, one_of, page_of, set_removed_of
from lyhord.kit.database import Statement
from lyhord.tickets.macros.tables import macro

W: BindParameter[Any] = bindparam("workspace_id")

columns = (
    macro.c.id,
    macro.c.name,
    macro.c.steps,
    macro.c.team_id,
    macro.c.agent_id,
    macro.c.uses,
    macro.c.changed_at,
)
page = page_of(macro, columns)
by_id = one_of(macro, columns)
count = count_of(macro)
set_removed = set_removed_of(macro)
count_use = count_use_of(macro)
insert_macro = Statement(insert(macro))
write_macro = Statement(
    update(macro)
    .where(macro.c.workspace_id == W, macro.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in ("name", "steps", "team_id", "agent_id", "changed_at")})
)
