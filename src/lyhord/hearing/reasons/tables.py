"""Rows of reasons."""

from sqlalchemy import Column, Integer, String, Table, Text

from lyhord.kit.database import Id, Json, Millis, metadata

reason = Table(
    "reason",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", String(40), primary_key=True, comment="of those built in their key"),
    Column("parent_id", String(40), comment="null at the top of the tree"),
    Column("key", String(40), comment="of those built in: their seeds, and how screens call them"),
    Column("name", Text, nullable=False, comment="empty where the built-in name stands"),
    Column("description", Text, nullable=False),
    Column("examples", Json, nullable=False, comment="what customers write who mean it"),
    Column("place", Integer, nullable=False, comment="among its siblings, ascending"),
    Column("merged_into", String(40), comment="the reason as which this one counts since it was archived"),
    Column("archived_at", Millis, comment="nothing is told to be it any more; what was stays so"),
    sqlite_with_rowid=False,
)
