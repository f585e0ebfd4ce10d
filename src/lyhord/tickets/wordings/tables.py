"""Rows of what a language model wrote about tickets. It says what customers said in other words, and goes when those change or go."""

from sqlalchemy import Column, Index, String, Table

from lyhord.kit.database import Id, Json, Millis, metadata

wording = Table(
    "wording",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("ticket_id", Id, primary_key=True),
    Column("use", String(10), primary_key=True, comment="summaries or cases"),
    Column("locale", String(10), primary_key=True),
    Column("reach", String(16), primary_key=True, comment="model.Order.reach_key: readers who may read other messages"),
    Column("conversation_id", Id, nullable=False),
    Column("state", String(10), nullable=False, comment="asked, made or failed"),
    Column("stamp", String(64), nullable=False, comment="of which words it was made, or failed: model.stamp_of"),
    Column("body", Json, comment="model.Body; null as long as nothing was made"),
    Column("problem", String(60), nullable=False, comment="why it failed: a message key"),
    Column("changed_at", Millis, nullable=False, comment="since when it is in this state"),
    sqlite_with_rowid=False,
)
Index("ix_wording_conversation", wording.c.workspace_id, wording.c.conversation_id)
