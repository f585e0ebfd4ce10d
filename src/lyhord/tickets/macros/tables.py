"""Rows of macros."""

from sqlalchemy import Column, Index, Integer, Table, Text

from lyhord.kit.database import Id, Json, Millis, metadata

macro = Table(
    "macro",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("steps", Json, nullable=False, comment="model.Step, in the order in which they were put"),
    Column("team_id", Id, comment="whose it is: a team's"),
    Column("agent_id", Id, comment="or one agent's own; else everybody's"),
    Column("uses", Integer, nullable=False),
    Column("changed_at", Millis, nullable=False),
    Column("removed_at", Millis, comment="it can be put back"),
    sqlite_with_rowid=False,
)
Index("ix_macro_list", macro.c.workspace_id, macro.c.uses, macro.c.id)
