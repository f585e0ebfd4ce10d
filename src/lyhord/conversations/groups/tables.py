"""Rows of what happened to groups, and to the timers of all chats. Who is in a group stands in `participant`."""

from sqlalchemy import Column, Index, String, Table, Text

from lyhord.kit.database import Id, metadata

group_change = Table(
    "group_change",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("conversation_id", Id, primary_key=True),
    Column("id", Id, primary_key=True, comment="carries its time, so that it stands between the messages"),
    Column("change", String(10), nullable=False, comment="renamed, joined, left, removed or back; timer"),
    Column("scheme", String(40), comment="joined, left: who; timer: the chat, where it is no group"),
    Column("value", Text),
    Column("name", Text, nullable=False, comment="renamed: the new name; timer: seconds"),
    sqlite_with_rowid=False,
)
Index("ix_group_change_identity", group_change.c.workspace_id, group_change.c.scheme, group_change.c.value)
