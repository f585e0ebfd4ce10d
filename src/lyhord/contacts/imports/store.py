"""The statements of imports."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, insert, select, update

from lyhord.contacts.imports.tables import contact_import, import_row
from lyhord.kit.database import Statement

W: BindParameter[Any] = bindparam("workspace_id")
CHANGING = ("status", "options", "rows", "made", "changed", "same", "refused", "problem", "ended_at", "file")

_imports = select(
    contact_import.c.id,
    contact_import.c.name,
    contact_import.c.status,
    contact_import.c.options,
    contact_import.c.rows,
    contact_import.c.made,
    contact_import.c.changed,
    contact_import.c.same,
    contact_import.c.refused,
    contact_import.c.problem,
    contact_import.c.made_by,
    contact_import.c.made_at,
    contact_import.c.ended_at,
    contact_import.c.file,
).where(contact_import.c.workspace_id == W)

by_id = Statement(_imports.where(contact_import.c.id == bindparam("id")))
latest = Statement(
    _imports.where(contact_import.c.id < bindparam("before"))
    .order_by(contact_import.c.id.desc())
    .limit(bindparam("most"))
)
insert_import = Statement(insert(contact_import))
change_import = Statement(
    update(contact_import)
    .where(contact_import.c.workspace_id == W, contact_import.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in CHANGING})
)

insert_row = Statement(insert(import_row))
rows_after = Statement(
    select(import_row.c.line, import_row.c.outcome, import_row.c.reason, import_row.c.what, import_row.c.contact_id)
    .where(
        import_row.c.workspace_id == W,
        import_row.c.import_id == bindparam("of"),
        import_row.c.line > bindparam("after"),
    )
    .order_by(import_row.c.line)
    .limit(bindparam("most"))
)
