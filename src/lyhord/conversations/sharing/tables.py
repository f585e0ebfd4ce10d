"""Rows of shared drafts."""

from sqlalchemy import Column, Index, Integer, Table

from lyhord.kit.database import Id, Json, Millis, metadata

shared_draft = Table(
    "shared_draft",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("conversation_id", Id, nullable=False),
    Column("inbox_id", Id, comment="where it will leave: reach; null where nobody chose"),
    Column("agent_id", Id, nullable=False, comment="who writes it now"),
    Column("taken_from", Id, comment="who wrote it before, where somebody went on with it"),
    Column("version", Integer, nullable=False, comment="counts what was kept"),
    Column("body", Json, nullable=False, comment="conversations.model.Draft"),
    Column("changed_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_shared_draft_conversation", shared_draft.c.workspace_id, shared_draft.c.conversation_id)
