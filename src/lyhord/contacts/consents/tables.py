"""Rows of consents. They are added and never changed."""

from sqlalchemy import Column, Index, String, Table, Text

from lyhord.kit.database import Id, Millis, metadata

consent = Table(
    "consent",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, nullable=False, comment="who answered; merging doesn't change it"),
    Column("purpose", Text, nullable=False, comment="offers, surveys or a word of the company's own"),
    Column("channel", String(40), nullable=False, comment="empty for every channel"),
    Column("answer", String(10), nullable=False, comment="given or withdrawn"),
    Column("at", Millis, nullable=False, comment="when the contact answered"),
    Column("source", Text, nullable=False, comment="where they did"),
    Column("evidence", Text, nullable=False, comment="how it can be proven"),
    Column("recorded_by", Text, nullable=False, comment="agent:<id>"),
    Column("recorded_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_consent_contact", consent.c.workspace_id, consent.c.contact_id, consent.c.id)
