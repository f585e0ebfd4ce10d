"""Rows of notifications: what each agent was told, how they want to be told, and the browsers that get pushes."""

from sqlalchemy import Column, Index, String, Table, Text, UniqueConstraint

from lyhord.kit.database import Id, Json, Millis, metadata, partial_index

notification = Table(
    "notification",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("agent_id", Id, primary_key=True, comment="who is told"),
    Column("id", Id, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("conversation_id", Id, comment="null: told of a surge"),
    Column("message_id", Id, comment="the last one then: who has read it knows already; null: told of a surge"),
    Column("surge_id", Id, comment="to which the agent is called in"),
    Column("ticket_id", Id, comment="the one concerned; null: told of the conversation"),
    Column("by_agent_id", Id, comment="null: a customer"),
    Column("read_at", Millis),
    Column("mail_at", Millis, comment="when to mail it if nobody has come by then; null: not, or mailed"),
    sqlite_with_rowid=False,
)
partial_index(
    "ix_notification_unread",
    notification.c.workspace_id,
    notification.c.agent_id,
    notification.c.conversation_id,
    where=notification.c.read_at.is_(None),
)
Index("ix_notification_conversation", notification.c.workspace_id, notification.c.conversation_id)
partial_index(
    "ix_notification_mail",
    notification.c.workspace_id,
    notification.c.mail_at,
    where=notification.c.mail_at.isnot(None),
)

notification_preference = Table(
    "notification_preference",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("agent_id", Id, primary_key=True),
    Column("settings", Json, nullable=False, comment="model.Preferences"),
    Column("active_at", Millis, comment="when the agent last did something that the log tells"),
)

push_subscription = Table(
    "push_subscription",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("agent_id", Id, nullable=False),
    Column("session", Text, nullable=False, comment="hash of the session's token: pushes end with it"),
    Column("endpoint_hash", Text, nullable=False),
    Column("sealed", Text, nullable=False, comment="kit.push.Receiver: address and keys, sealed by kit.secrets"),
    Column("client", Text, nullable=False),
    Column("created_at", Millis, nullable=False),
    UniqueConstraint("workspace_id", "endpoint_hash"),
)
Index("ix_push_subscription_agent", push_subscription.c.workspace_id, push_subscription.c.agent_id)
