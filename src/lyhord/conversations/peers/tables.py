"""Rows of what an identity can be sent through an inbox."""

from sqlalchemy import Column, String, Table, Text

from lyhord.kit.database import Id, Json, Millis, metadata

peer = Table(
    "peer",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("inbox_id", Id, primary_key=True),
    Column("scheme", String(40), primary_key=True),
    Column("value", Text, primary_key=True, comment="folded as its scheme folds"),
    Column("body", Json, comment="exchange.Peer; null until it was told"),
    Column("asked_at", Millis, comment="when the channel's owner was last to be asked"),
    sqlite_with_rowid=False,
)
