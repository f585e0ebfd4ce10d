"""Rows of scheduled replies."""

from sqlalchemy import Column, Index, String, Table, Text

from lyhord.kit.database import Id, Json, Millis, metadata

scheduled_reply = Table(
    "scheduled_reply",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("conversation_id", Id, nullable=False),
    Column("inbox_id", Id, nullable=False, comment="where it will leave: reach"),
    Column("agent_id", Id, nullable=False, comment="who wrote it, and in whose name it leaves"),
    Column("body", Json, nullable=False, comment="conversations.model.Reply"),
    Column("due_at", Millis, nullable=False),
    Column("state", String(10), nullable=False, comment="waiting, held or failed"),
    Column("if_they_write", String(10), nullable=False, comment="hold, send or drop"),
    Column("error", Text, comment="failed: why, as a message key"),
    sqlite_with_rowid=False,
)
Index("ix_scheduled_reply_conversation", scheduled_reply.c.workspace_id, scheduled_reply.c.conversation_id)
