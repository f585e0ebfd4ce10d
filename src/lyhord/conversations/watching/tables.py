"""Rows of who watches what."""

from sqlalchemy import Column, Index, Table

from lyhord.kit.database import Id, metadata

watch = Table(
    "watch",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("agent_id", Id, primary_key=True),
    Column("conversation_id", Id, primary_key=True),
    sqlite_with_rowid=False,
)
Index("ix_watch_conversation", watch.c.workspace_id, watch.c.conversation_id, watch.c.agent_id)
