"""Rows of roll-ups. They can be thrown away: the follower makes them again from the log."""

from sqlalchemy import Column, Index, Integer, String, Table

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

share = Table(
    "share",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("hour", Millis, primary_key=True, autoincrement=False, comment="as in tally"),
    Column("inbox_id", Id, primary_key=True),
    Column("team_id", Id, primary_key=True),
    Column(
        "ticket_id",
        Id,
        primary_key=True,
        comment="that added this to the tally; or the conversation, where it had none",
    ),
    Column("contact_id", Id, primary_key=True, comment="who wrote or was answered; or model.NOBODY"),
    Column("kind", String(20), nullable=False, comment="of the ticket as it is now; empty without one"),
    *(Column(name, Integer, nullable=False) for name in COUNTS),
    sqlite_with_rowid=False,
)
Index("ix_share_ticket", share.c.workspace_id, share.c.ticket_id)
