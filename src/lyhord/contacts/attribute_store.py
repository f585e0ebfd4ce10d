"""The statements of defined attributes: few rows, read whole."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, insert, select, update

from lyhord.contacts.tables import attribute
from lyhord.kit.database import Statement

W: BindParameter[Any] = bindparam("workspace_id")
_one = (
    attribute.c.workspace_id == W,
    attribute.c.subject == bindparam("of"),
    attribute.c.key == bindparam("named"),
)

attributes = Statement(
    select(attribute.c.subject, attribute.c.key, attribute.c.name, attribute.c.kind, attribute.c.choices)
    .where(attribute.c.workspace_id == W)
    .order_by(attribute.c.created_at, attribute.c.key)
)
insert_attribute = Statement(insert(attribute))
change_attribute = Statement(
    update(attribute).where(*_one).values(name=bindparam("name"), choices=bindparam("choices"))
)
delete_attribute = Statement(delete(attribute).where(*_one))
