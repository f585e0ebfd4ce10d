"""Rows of themes. No words of a customer stand here: messages by their ids, words that several customers used, and names made of these."""

from sqlalchemy import Column, Float, Index, Integer, String, Table

from lyhord.kit.database import Id, Json, Millis, metadata

theme = Table(
    "theme",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("words", Json, nullable=False, comment="by which it is called, each used by several customers"),
    Column("weeks", Json, nullable=False, comment="how many wrote about it in each of four weeks, the earliest first"),
    Column("looked_at", Json, nullable=False, comment="how many wrote at all in each"),
    Column("trend", String(10), nullable=False, comment="new, growing or steady"),
    Column("chance", Float, nullable=False, comment="how likely it grew so much by chance: model.chance_of"),
    Column("found_at", Millis, nullable=False),
    Column("dismissed_at", Millis, comment="it isn't shown any more, however often it is found again"),
    Column("reason_id", String(40), comment="that somebody made of it"),
    Column(
        "named", Json, comment="model.Named: as a language model calls it, or that it can't; null: nobody asked one"
    ),
    sqlite_with_rowid=False,
)

theme_message = Table(
    "theme_message",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("theme_id", Id, primary_key=True),
    Column("message_id", Id, primary_key=True),
    Column("conversation_id", Id, nullable=False),
    Column("example", Integer, comment="its place among those that are shown; else null"),
    Column(
        "digest", String(64), comment="sha256 of the words that became an example of the reason, to find them again"
    ),
    sqlite_with_rowid=False,
)
Index("ix_theme_message_conversation", theme_message.c.workspace_id, theme_message.c.conversation_id)
Index("ix_theme_message_message", theme_message.c.workspace_id, theme_message.c.message_id)

theme_round = Table(
    "theme_round",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("looked_at", Millis, nullable=False, comment="when themes were looked for last"),
    sqlite_with_rowid=False,
)
