"""Rows of roll-ups. They can be thrown away: the follower makes them again from the log."""

from sqlalchemy import Column, Integer, Table

from lyhord.insights.model import COUNTS
from lyhord.kit.database import Id, Millis, metadata

tally = Table(
    "tally",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("hour", Millis, primary_key=True, autoincrement=False, comment="when it began"),
    Column("inbox_id", Id, primary_key=True),
    Column("team_id", Id, primary_key=True, comment="that answered for the ticket; or model.NO_TEAM"),
    *(Column(name, Integer, nullable=False) for name in COUNTS),
    sqlite_with_rowid=False,
)

writer = Table(
    "writer",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("hour", Millis, primary_key=True, autoincrement=False, comment="in which the contact wrote"),
    Column("inbox_id", Id, primary_key=True),
    Column("team_id", Id, primary_key=True, comment="as in tally"),
    Column("contact_id", Id, primary_key=True),
    sqlite_with_rowid=False,
)
