"""Rows of what a workspace calls its own."""

from sqlalchemy import Column, Integer, Table

from lyhord.kit.database import Id, Json, metadata

entity_book = Table(
    "entity_book",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column(
        "version",
        Integer,
        nullable=False,
        comment="one more with each change: whoever has read this one needn't read it again",
    ),
    Column("body", Json, nullable=False, comment="book.Book"),
    sqlite_with_rowid=False,
)
