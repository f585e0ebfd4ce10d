"""Rows of what happened to groups. Who is in one stands in `participant`."""

from sqlalchemy import Column, Index, String, Table, Text

from lyhord.kit.database import Id, metadata

group_change = Table(
    "group_change",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("conversation_id", Id, primary_key=True),
    Column("id", Id, primary_key=True, comment="carries its time, so that it stands between the messages"),
    Column("change", String(10), nullable=False, comment="renamed, joined, left, removed or back"),
    Column("scheme", String(40), comment="joined, left: who"),
    Column("value", Text),
    Column("name", Text, nullable=False, comment="renamed: the new name"),
    sqlite_with_rowid=False,
)
Index("ix_group_change_identity", group_change.c.workspace_id, group_change.c.scheme, group_change.c.value)
