"""Rows of schedules, and of the public holidays that they follow."""

from sqlalchemy import Column, String, Table, Text

from lyhord.kit.database import Id, Json, Millis, metadata

schedule = Table(
    "schedule",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("body", Json, nullable=False, comment="model.ScheduleWords"),
    Column("removed_at", Millis),
)

public_holiday = Table(
    "public_holiday",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("country", String(2), primary_key=True),
    Column("day", String(10), primary_key=True, comment="as 2026-12-25"),
    Column("name", Text, nullable=False, comment="as the country calls it"),
)
