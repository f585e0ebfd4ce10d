"""The statements of what a workspace calls its own."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from lyhord.hearing.entities.tables import entity_book
from lyhord.kit.database import Statement, upsert

W: BindParameter[Any] = bindparam("workspace_id")

find_version = Statement(select(entity_book.c.version).where(entity_book.c.workspace_id == W))
find_book = Statement(select(entity_book.c.body).where(entity_book.c.workspace_id == W))
write_book = upsert(entity_book, key=("workspace_id",), update=("version", "body"))
