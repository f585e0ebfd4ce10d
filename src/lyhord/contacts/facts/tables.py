"""Rows of facts."""

from sqlalchemy import Column, Index, Table, Text

from lyhord.kit.database import Id, Millis, metadata

fact = Table(
    "fact",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, nullable=False, comment="whom it was noted about; merging doesn't change it"),
    Column("text", Text, nullable=False),
    Column("quote", Text, nullable=False, comment="the contact's own words"),
    Column("noted_by", Text, nullable=False, comment="agent:<id>"),
    Column("noted_at", Millis, nullable=False),
    Column("changed_by", Text),
    Column("changed_at", Millis),
    Column("removed_at", Millis),
    sqlite_with_rowid=False,
)
Index("ix_fact_contact", fact.c.workspace_id, fact.c.contact_id, fact.c.id)
