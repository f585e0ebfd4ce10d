"""Rows of workspaces, agents, teams, inboxes, sign-in and audit."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from lyhord.kit.database import Id, Json, Millis, metadata, partial_index

workspace = Table(
    "workspace",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("settings", Json, nullable=False, comment="model.WorkspaceSettings"),
    Column("created_at", Millis, nullable=False),
    Column("ready_at", Millis, comment="when the guided first run was finished or put aside"),
    Column("ends_at", Millis, comment="when all of it is erased, if nobody takes that back; null: it stays"),
)

agent = Table(
    "agent",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("email", Text, nullable=False, comment="folded: lower case"),
    Column("name", Text, nullable=False),
    Column("shown_name", Text, comment="what customers see; null: the name"),
    Column("role", String(40), nullable=False),
    Column("settings", Json, nullable=False, comment="model.AgentSettings: locale, theme, keys"),
    Column("password_hash", Text, comment="argon2id; null until the invitation is accepted"),
    Column("created_at", Millis, nullable=False),
    Column("joined_at", Millis, comment="null: invited"),
    Column("disabled_at", Millis),
    Column("protected_at", Millis, comment="since when signing in asks for a second factor; null: it doesn't"),
    Column("away_until", Millis, comment="null: at work"),
    Column("away_from", Millis, comment="from when on they will be away; null once they are"),
    Column("away_note", Text, comment="what colleagues read while they are away"),
    Column("photo", Text, comment="the picture's SHA-256 in the file store"),
    Column("demo", Integer, nullable=False, server_default="0"),
    UniqueConstraint("workspace_id", "email"),
)
Index("ix_agent_email", agent.c.email)
partial_index("ix_agent_away", agent.c.workspace_id, agent.c.away_until, where=agent.c.away_until.isnot(None))

role = Table(
    "role",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", String(40), primary_key=True, comment="as agent.role names it"),
    Column("name", Text, nullable=False),
    Column("powers", Json, nullable=False, comment="names of model.Power"),
    Column("created_at", Millis, nullable=False),
)

team = Table(
    "team",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("owner_answers", Integer, comment="1 or 0; null: as the workspace says"),
    Column("schedule_id", Id, comment="whose hours it keeps; null: the workspace's"),
    Column("created_at", Millis, nullable=False),
    Column("removed_at", Millis),
    Column("demo", Integer, nullable=False, server_default="0"),
)

team_agent = Table(
    "team_agent",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("team_id", Id, primary_key=True),
    Column("agent_id", Id, primary_key=True),
)

team_inbox = Table(
    "team_inbox",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("team_id", Id, primary_key=True),
    Column("inbox_id", Id, primary_key=True),
)

inbox = Table(
    "inbox",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column(
        "key", Text, nullable=False, unique=True, comment="public, in addresses of webhooks and the web-chat snippet"
    ),
    Column("channel", String(40), nullable=False),
    Column("name", Text, nullable=False),
    Column("settings", Json, nullable=False),
    Column("secrets", Text, comment="sealed by kit.secrets; never leaves the process"),
    Column("health", Json, comment="conversations.account.Health as last reported, with its time"),
    Column("state", Json, comment="cursors of the adapter"),
    Column("created_at", Millis, nullable=False),
    Column("paused_at", Millis),
    Column(
        "held_until", Millis, comment="when its channel's owner, who had too many calls, wants to hear from us again"
    ),
    Column("removed_at", Millis),
    Column("demo", Integer, nullable=False, server_default="0"),
)

session = Table(
    "session",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("token_hash", Text, primary_key=True),
    Column("agent_id", Id, nullable=False),
    Column("created_at", Millis, nullable=False),
    Column("seen_at", Millis, nullable=False),
    Column("confirmed_at", Millis, nullable=False, comment="when the agent last showed who they are"),
    Column("expires_at", Millis, nullable=False),
    Column("address", Text, nullable=False),
    Column("client", Text, nullable=False),
)
Index("ix_session_agent", session.c.workspace_id, session.c.agent_id)

factor = Table(
    "factor",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("agent_id", Id, nullable=False),
    Column("kind", String(10), nullable=False, comment="app (codes that change) or passkey"),
    Column("name", Text, nullable=False),
    Column("secret", Text, comment="of an app: sealed by kit.secrets"),
    Column("credential_id", Text, comment="of a passkey, as base64url"),
    Column("public_key", Text, comment="of a passkey, as base64url"),
    Column("uses", Millis, nullable=False, comment="the last step whose code was taken, or the passkey's own count"),
    Column("created_at", Millis, nullable=False),
    Column("used_at", Millis),
)
Index("ix_factor_agent", factor.c.workspace_id, factor.c.agent_id)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("agent_id", Id, primary_key=True),
    Column("code_hash", Text, primary_key=True),
)

spent = Table(
    "spent",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("challenge_hash", Text, primary_key=True, comment="of a passkey's challenge that was answered"),
    Column("expires_at", Millis, nullable=False),
)

api_token = Table(
    "api_token",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("token_hash", Text, primary_key=True),
    Column("id", Id, nullable=False),
    Column("name", Text, nullable=False),
    Column("powers", Json, nullable=False),
    Column("created_by", Id, nullable=False),
    Column("created_at", Millis, nullable=False),
    Column("used_at", Millis),
    Column("revoked_at", Millis),
)

one_time_link = Table(
    "one_time_link",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("token_hash", Text, primary_key=True),
    Column("purpose", String(20), nullable=False, comment="setup, invitation or reset"),
    Column("agent_id", Id, nullable=False),
    Column("expires_at", Millis, nullable=False),
    Column("used_at", Millis),
)

audit = Table(
    "audit",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("at", Millis, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False, comment="inbox.changed"),
    Column("target", Text, nullable=False, comment="inbox:<id>"),
    Column("detail", Json, nullable=False, comment="what changed, without secrets"),
    sqlite_with_rowid=False,
)
