"""Rows of canned replies."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from lyhord.kit.database import Id, Json, Millis, metadata

canned_reply = Table(
    "canned_reply",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("shortcut", String(40), nullable=False, comment="lower case, without the stroke; may be empty"),
    Column("texts", Json, nullable=False, comment="model.Text for each language; the first is the one to fall back on"),
    Column("attachments", Json, nullable=False, comment="conversations.model.Attached, uploaded by canned:<id>"),
    Column("buttons", Json, nullable=False, comment="labels of the answers below it"),
    Column("team_id", Id, comment="whose it is: a team's"),
    Column("agent_id", Id, comment="or one agent's own; else everybody's"),
    Column("uses", Integer, nullable=False, comment="how often it was put into something; the order of lists"),
    Column("changed_at", Millis, nullable=False),
    Column("removed_at", Millis, comment="it can be put back"),
    sqlite_with_rowid=False,
)
Index("ix_canned_reply_list", canned_reply.c.workspace_id, canned_reply.c.uses, canned_reply.c.id)
