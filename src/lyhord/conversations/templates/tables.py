"""Rows of templates, and of when an inbox was asked for its own."""

from sqlalchemy import Column, String, Table, Text

from lyhord.kit.database import Id, Json, Millis, metadata

template = Table(
    "template",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("inbox_id", Id, primary_key=True),
    Column("id", String(200), primary_key=True, comment="as the channel's owner names it"),
    Column("body", Json, nullable=False, comment="exchange.Template"),
    sqlite_with_rowid=False,
)

template_list = Table(
    "template_list",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("inbox_id", Id, primary_key=True, comment="an inbox whose channel has templates"),
    Column("asked_at", Millis, nullable=False, comment="when they were to be fetched last"),
    Column("fetched_at", Millis, comment="when they came last"),
    Column("problem", Text, nullable=False, comment="why they didn't come, as a message key; empty where they did"),
    sqlite_with_rowid=False,
)
