"""Rows of signatures."""

from sqlalchemy import Column, String, Table, Text

from lyhord.kit.database import Id, Json, Millis, metadata

signature = Table(
    "signature",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("owner", String(50), primary_key=True, comment="agent:<id> or inbox:<id>"),
    Column("text", Text, nullable=False),
    Column("html", Text, comment="the same formatted, in the elements of conversations.formatting; null: it isn't"),
    Column("attachments", Json, nullable=False, comment="conversations.model.Attached, uploaded by signature:<owner>"),
    Column("changed_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)
