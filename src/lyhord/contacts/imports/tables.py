"""Rows of imports, and of what became of each row of their files."""

from sqlalchemy import Column, Integer, String, Table, Text

from lyhord.kit.database import Id, Json, Millis, metadata

contact_import = Table(
    "contact_import",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, comment="of the file"),
    Column("file", Text, comment="its SHA-256, until the import has ended"),
    Column("status", String(10), nullable=False, comment="ready, running, done, cancelled or failed"),
    Column("options", Json, nullable=False, comment="model.Options"),
    Column("rows", Integer, nullable=False, comment="without the head"),
    Column("made", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("same", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("problem", Text, comment="failed: why, as a message key"),
    Column("made_by", Text, nullable=False, comment="agent:<id>"),
    Column("made_at", Millis, nullable=False),
    Column("ended_at", Millis),
    sqlite_with_rowid=False,
)

import_row = Table(
    "import_row",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("import_id", Id, primary_key=True),
    Column("line", Integer, primary_key=True, comment="of the file, from 1"),
    Column("outcome", String(10), nullable=False, comment="made, changed, same or refused"),
    Column("reason", Text, nullable=False, comment="refused: a message key"),
    Column("what", Text, nullable=False, comment="refused: what in the row is meant"),
    Column("contact_id", Id),
    sqlite_with_rowid=False,
)
