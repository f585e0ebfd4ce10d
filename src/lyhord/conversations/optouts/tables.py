"""Rows of who asked not to be written to, as long as it holds."""

from sqlalchemy import Column, String, Table, Text

from lyhord.kit.database import Id, Millis, metadata

opt_out = Table(
    "opt_out",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("inbox_id", Id, primary_key=True),
    Column("scheme", String(40), primary_key=True),
    Column("value", Text, primary_key=True, comment="folded as its scheme folds"),
    Column("asked_at", Millis, nullable=False),
    Column("confirmation_id", Id, comment="the one message that may still leave: that it was heard"),
    sqlite_with_rowid=False,
)
