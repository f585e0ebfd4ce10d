"""Rows of contacts and their identities."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from lyhord.kit.database import Id, Json, Millis, Sorted, metadata, partial_index

contact = Table(
    "contact",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("name", Sorted, nullable=False),
    Column("language", String(16)),
    Column("about", Text, nullable=False, server_default="", comment="what agents wrote down"),
    Column("attributes", Json, nullable=False, server_default="{}"),
    Column("merged_into", Id, comment="the surviving contact; rows stay where they are"),
    Column("merged_at", Millis),
    Column("merged_by", Text, comment="agent:<id>"),
    Column("lent", Json, comment="model.Lent: what the surviving contact lacked and has from this one"),
    Column("blocked_at", Millis),
    Column("created_at", Millis, nullable=False),
    Column("changed_at", Millis, nullable=False),
    Column("demo", Integer, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)
Index("ix_contact_name", contact.c.workspace_id, contact.c.name, contact.c.id)
partial_index(
    "ix_contact_merged", contact.c.workspace_id, contact.c.merged_into, where=contact.c.merged_into.isnot(None)
)

identity = Table(
    "identity",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("scheme", String(40), primary_key=True),
    Column("value", Text, primary_key=True, comment="folded as its scheme folds"),
    Column("contact_id", Id, nullable=False, comment="the contact that it was made for; merging doesn't change it"),
    Column("shown", Text, nullable=False, comment="as it was written"),
    Column("name", Text, nullable=False, comment="the name that came with it"),
    Column("verification", String(20), nullable=False, comment="claimed, channel, signed or confirmed"),
    Column("verified_at", Millis),
    Column("created_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_identity_contact", identity.c.workspace_id, identity.c.contact_id)
