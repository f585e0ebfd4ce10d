"""Rows of reports by mail."""

from sqlalchemy import Column, Table, Text

from lyhord.kit.database import Id, Json, Millis, metadata, partial_index

report = Table(
    "report",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("body", Json, nullable=False, comment="model.ReportWords"),
    Column("made_by", Text, nullable=False, comment="agent:<id>"),
    Column("next_at", Millis, comment="when it leaves next; null while it is paused"),
    Column("sent_at", Millis, comment="when it last reached somebody's server"),
    Column("failed_at", Millis, comment="when that failed last, if it wasn't sent since"),
    Column("error", Text, comment="why, a key or what the server said"),
    sqlite_with_rowid=False,
)
partial_index("ix_report_next", report.c.workspace_id, report.c.next_at, where=report.c.next_at.isnot(None))
