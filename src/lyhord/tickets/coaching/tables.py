"""Rows of coaching notes."""

from sqlalchemy import Column, Index, Table, Text

from lyhord.kit.database import Id, Millis, metadata

coaching_note = Table(
    "coaching_note",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("conversation_id", Id, nullable=False),
    Column("message_id", Id, comment="that it is about; null: the whole conversation"),
    Column("agent_id", Id, nullable=False, comment="to whom; they and who coaches see it"),
    Column("author_id", Id, nullable=False),
    Column("text", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("answered_at", Millis),
    Column("read_at", Millis),
    Column("created_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_coaching_note_agent", coaching_note.c.workspace_id, coaching_note.c.agent_id, coaching_note.c.id)
Index(
    "ix_coaching_note_conversation",
    coaching_note.c.workspace_id,
    coaching_note.c.conversation_id,
    coaching_note.c.id,
)
