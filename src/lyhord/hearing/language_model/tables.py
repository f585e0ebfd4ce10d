"""Rows of a workspace's language model, and of what was asked of it on each day."""

from sqlalchemy import Column, Integer, String, Table, Text

from lyhord.kit.database import Id, Json, Millis, metadata

language_model = Table(
    "language_model",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("settings", Json, nullable=False, comment="model.Settings"),
    Column("secrets", Text, comment="sealed by kit.secrets; null where it asks for no key"),
    Column("changed_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)

language_model_day = Table(
    "language_model_day",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("day", Integer, primary_key=True, comment="of UTC, counted since 1970"),
    Column("calls", Integer, nullable=False),
    Column("tokens", Integer, nullable=False, comment="both ways, as it counts them"),
    Column("failed", Integer, nullable=False),
    Column("problem", String(60), nullable=False, comment="of the last call that came to nothing: a message key"),
    sqlite_with_rowid=False,
)
