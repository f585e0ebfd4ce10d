"""Rows of visitors' browsers that get pushes. They belong to an identity, so that merging and separating contacts moves none."""

from sqlalchemy import Column, Index, String, Table, Text, UniqueConstraint

from lyhord.kit.database import Id, Millis, metadata

visitor_push = Table(
    "visitor_push",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("inbox_id", Id, nullable=False),
    Column("scheme", String(40), nullable=False, comment="the identity that this browser spoke for"),
    Column("value", Text, nullable=False),
    Column("token_hash", Text, nullable=False, comment="the visit's: whoever ends it is told no more"),
    Column("endpoint_hash", Text, nullable=False),
    Column(
        "sealed", Text, nullable=False, comment="kit.push.Receiver and the page to go back to, sealed by kit.secrets"
    ),
    Column("locale", String(20), nullable=False),
    Column("seen_id", Id, comment="the last message that the identity was shown"),
    Column("told_id", Id, comment="the message that was last told of; nothing more is until it was seen"),
    Column("seen_at", Millis, nullable=False, comment="when the identity was last here"),
    UniqueConstraint("workspace_id", "inbox_id", "endpoint_hash"),
)
Index("ix_visitor_push_identity", visitor_push.c.workspace_id, visitor_push.c.scheme, visitor_push.c.value)
Index("ix_visitor_push_token", visitor_push.c.workspace_id, visitor_push.c.token_hash)
Index("ix_visitor_push_seen", visitor_push.c.workspace_id, visitor_push.c.seen_at)
