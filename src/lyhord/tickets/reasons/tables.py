"""Rows of the reasons of tickets."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from lyhord.kit.database import Id, metadata

ticket_reason = Table(
    "ticket_reason",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("ticket_id", Id, primary_key=True),
    Column("place", Integer, primary_key=True, comment="from 0: the first is the ticket's own"),
    Column("reason_id", String(40), nullable=False),
    Column("confidence", Integer, nullable=False, comment="in thousandths"),
    Column("by", Text, nullable=False, comment="model, unsure (one of those that it may be), or agent:<id>"),
    sqlite_with_rowid=False,
)
Index("ix_ticket_reason", ticket_reason.c.workspace_id, ticket_reason.c.reason_id, ticket_reason.c.ticket_id)
