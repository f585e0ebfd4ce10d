"""Rows of kinds."""

from sqlalchemy import Column, Integer, String, Table, Text

from lyhord.kit.database import Id, Json, Millis, metadata

ticket_kind = Table(
    "ticket_kind",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", String(20), primary_key=True, comment="as ticket.kind names it"),
    Column("name", Text, nullable=False, comment="empty for those built in"),
    Column("place", Integer, nullable=False, comment="in the list, ascending"),
    Column("attributes", Json, nullable=False, comment="model.KindAttribute, in the order of the form"),
    Column("stages", Json, nullable=False, comment="model.Stage, in their order"),
    Column("removed_at", Millis, comment="no ticket becomes one any more; those that are stay"),
)
