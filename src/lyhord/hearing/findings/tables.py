"""Rows of findings, of what people say against them, and of the models that a workspace has trained."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from lyhord.kit.database import Id, Json, Millis, metadata, partial_index

heard = Table(
    "heard",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("message_id", Id, primary_key=True),
    Column("kind", String(20), primary_key=True, comment="findings.model"),
    Column("value", String(200), primary_key=True),
    Column("confidence", Integer, nullable=False, comment="in thousandths"),
    Column("start", Integer, comment="the first character of the words that show it, and the one after them"),
    Column("end", Integer),
    Column("why", Text, nullable=False),
    Column("model", Text, nullable=False, comment="kind and version of the model, where it has one"),
    Column(
        "named",
        String(200),
        comment="of an entity, by which it is found however it was written (entities.model); else null",
    ),
    sqlite_with_rowid=False,
)
partial_index(
    "ix_heard_named", heard.c.workspace_id, heard.c.named, heard.c.message_id, where=heard.c.named.isnot(None)
)

heard_correction = Table(
    "heard_correction",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("message_id", Id, primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("at", Millis, primary_key=True, comment="the latest counts; the earlier ones stay"),
    Column(
        "value", String(200), primary_key=True, comment="several of one moment are all true; empty: none; *: taken back"
    ),
    Column("agent_id", Id, nullable=False),
    Column("random", Integer, comment="1 where chance asked for it: these alone measure a model; else null"),
    Column(
        "theme_id", Id, comment="the theme whose messages were labelled together with a reason made of it; else null"
    ),
    sqlite_with_rowid=False,
)
Index("ix_heard_correction_at", heard_correction.c.workspace_id, heard_correction.c.kind, heard_correction.c.at)

trained_model = Table(
    "trained_model",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("kind", String(20), primary_key=True, comment="of findings: reason"),
    Column("version", Integer, primary_key=True),
    Column("file_id", Text, nullable=False, comment="sha256 in the file store"),
    Column("figures", Json, nullable=False, comment="how it was measured: trials.Figures"),
    Column("state", String(10), nullable=False, comment="current, earlier, or worse (than the one that stayed)"),
    Column("made_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)
