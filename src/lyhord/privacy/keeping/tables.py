"""Rows of rules by which things are kept."""

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from lyhord.kit.database import Id, Millis, metadata

keeping = Table(
    "keeping",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("inbox_id", Id, primary_key=True, comment="the lowest id: the whole workspace"),
    Column("what", String(10), primary_key=True, comment="model.What"),
    Column("days", Integer, nullable=False, comment="0: for ever"),
    Column("done_to", Text, nullable=False, comment="where the next run goes on: everything before was looked at"),
    Column("removed", BigInteger, nullable=False, comment="how many it removed so far"),
    Column("removed_at", Millis, comment="when that was last"),
)
