"""Rows of facts."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from lyhord.kit.database import Id, Millis, metadata

fact = Table(
    "fact",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, nullable=False, comment="whom it was noted about; merging doesn't change it"),
    Column("text", Text, nullable=False),
    Column("quote", Text, nullable=False, comment="the contact's own words"),
    Column("noted_by", Text, nullable=False, comment="agent:<id>, or hearing"),
    Column("noted_at", Millis, nullable=False, comment="of what was heard: when it was said"),
    Column("changed_by", Text),
    Column("changed_at", Millis),
    Column("removed_at", Millis),
    Column(
        "kind",
        String(20),
        nullable=False,
        server_default="",
        comment="hearing.facts.model; empty where somebody noted it",
    ),
    Column("confidence", Integer, comment="in thousandths, of what was heard"),
    Column("message_id", Id, comment="in which it was heard"),
    Column("topic", String(100), comment="of what was heard: what can't hold beside another of the same topic"),
    Column("retired_by", Id, comment="the later message that says otherwise"),
    sqlite_with_rowid=False,
)
Index("ix_fact_contact", fact.c.workspace_id, fact.c.contact_id, fact.c.id)
Index("ix_fact_message", fact.c.workspace_id, fact.c.message_id)
Index("ix_fact_retired", fact.c.workspace_id, fact.c.retired_by)
