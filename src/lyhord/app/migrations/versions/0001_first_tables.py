"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.Text().with_variant(sa.Uuid(as_uuid=False), "postgresql")


GUARD = (
    "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
    (
        "CREATE POLICY of_its_workspace ON {table} USING (current_setting('lyhord.workspace') = '*' "
        "OR workspace_id = nullif(current_setting('lyhord.workspace'), '*')::uuid)"
    ),
)


def guard(*tables: str) -> None:
    """On PostgreSQL, let a transaction see the rows of the workspace that it names, or all where it names `*`."""
    if op.get_bind().dialect.name == "postgresql":
        for table in tables:
            for statement in GUARD:
                op.execute(statement.format(table=table))


def upgrade() -> None:
    op.create_table(
        "agent",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("email", sa.Text(), nullable=False, comment="folded: lower case"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shown_name", sa.Text(), nullable=True, comment="what customers see; null: the name"),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False, comment="model.AgentSettings: locale, theme, keys"),
        sa.Column("password_hash", sa.Text(), nullable=True, comment="argon2id; null until the invitation is accepted"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=True, comment="null: invited"),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "protected_at",
            sa.BigInteger(),
            nullable=True,
            comment="since when signing in asks for a second factor; null: it doesn't",
        ),
        sa.Column("away_until", sa.BigInteger(), nullable=True, comment="null: at work"),
        sa.Column(
            "away_from", sa.BigInteger(), nullable=True, comment="from when on they will be away; null once they are"
        ),
        sa.Column("away_note", sa.Text(), nullable=True, comment="what colleagues read while they are away"),
        sa.Column("photo", sa.Text(), nullable=True, comment="the picture's SHA-256 in the file store"),
        sa.Column("demo", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_agent")),
        sa.UniqueConstraint("workspace_id", "email", name=op.f("uq_agent_workspace_id_email")),
    )
    op.create_index(
        "ix_agent_away",
        "agent",
        ["workspace_id", "away_until"],
        unique=False,
        sqlite_where=sa.text("away_until IS NOT NULL"),
        postgresql_where=sa.text("away_until IS NOT NULL"),
    )
    op.create_index("ix_agent_email", "agent", ["email"], unique=False)
    op.create_table(
        "api_token",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("powers", sa.Text(), nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "token_hash", name=op.f("pk_api_token")),
    )
    op.create_table(
        "attachment",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("file", sa.Text(), nullable=False, comment="sha256 in the file store"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False, comment="by content where it can be told"),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("inline_id", sa.Text(), nullable=True),
        sa.Column("message_id", ID, nullable=True, comment="null until a message takes it"),
        sa.Column("conversation_id", ID, nullable=True),
        sa.Column("uploaded_by", sa.Text(), nullable=False, comment="agent:<id> or contact:<id>"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_attachment")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_attachment_file", "attachment", ["workspace_id", "file"], unique=False)
    op.create_index("ix_attachment_message", "attachment", ["workspace_id", "message_id"], unique=False)
    op.create_table(
        "attribute",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False, comment="contact, organization or ticket"),
        sa.Column("key", sa.Text(), nullable=False, comment="under which values are kept; never changes"),
        sa.Column("name", sa.Text(), nullable=False, comment="empty for those built in"),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="text, number, date, yes_no or choice"),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "subject", "key", name=op.f("pk_attribute")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False, comment="inbox.changed"),
        sa.Column("target", sa.Text(), nullable=False, comment="inbox:<id>"),
        sa.Column("detail", sa.Text(), nullable=False, comment="what changed, without secrets"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_audit")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bulk_step",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False, comment="of the bulk run; kept for a day, so that it can be undone"),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False, comment="bulk.Traits"),
        sa.Column("after", sa.Text(), nullable=False, comment="bulk.Traits"),
        sa.Column(
            "unread_id", ID, nullable=True, comment="the customer's last message, where the run marked it as read"
        ),
        sa.Column("note_id", ID, nullable=True, comment="the note that it left"),
        sa.PrimaryKeyConstraint("workspace_id", "run_id", "ticket_id", name=op.f("pk_bulk_step")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "canned_reply",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "shortcut", sa.String(length=40), nullable=False, comment="lower case, without the stroke; may be empty"
        ),
        sa.Column(
            "texts",
            sa.Text(),
            nullable=False,
            comment="model.Text for each language; the first is the one to fall back on",
        ),
        sa.Column(
            "attachments", sa.Text(), nullable=False, comment="conversations.model.Attached, uploaded by canned:<id>"
        ),
        sa.Column("buttons", sa.Text(), nullable=False, comment="labels of the answers below it"),
        sa.Column("team_id", ID, nullable=True, comment="whose it is: a team's"),
        sa.Column("agent_id", ID, nullable=True, comment="or one agent's own; else everybody's"),
        sa.Column(
            "uses", sa.Integer(), nullable=False, comment="how often it was put into something; the order of lists"
        ),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True, comment="it can be put back"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_canned_reply")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_canned_reply_list", "canned_reply", ["workspace_id", "uses", "id"], unique=False)
    op.create_table(
        "changed_row",
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("table_name", sa.String(length=63), nullable=False),
        sa.Column("key_0", sa.Text(), nullable=True),
        sa.Column("key_1", sa.Text(), nullable=True),
        sa.Column("key_2", sa.Text(), nullable=True),
        sa.Column("key_3", sa.Text(), nullable=True),
        sa.Column("key_4", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_changed_row")),
    )
    op.create_table(
        "clock",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="one of clocks.KINDS"),
        sa.Column("level_id", ID, nullable=False, comment="that promised it, as of now or as of its end; so the rest"),
        sa.Column("inbox_id", ID, nullable=True),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("agent_id", ID, nullable=True, comment="who gave the answer that ended it, else the ticket's owner"),
        sa.Column("minutes", sa.Integer(), nullable=False, comment="that were promised"),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("runs", sa.Text(), nullable=False, comment="from when until when it ran"),
        sa.Column("running_since", sa.BigInteger(), nullable=True, comment="null: it stands still, or has ended"),
        sa.Column("due_at", sa.BigInteger(), nullable=True, comment="when its time is up; null: never, as things are"),
        sa.Column("warn_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "alarm_at",
            sa.BigInteger(),
            nullable=True,
            comment="when something is to be told next: the warning, then that it is broken",
        ),
        sa.Column("warned_at", sa.BigInteger(), nullable=True),
        sa.Column("broken_at", sa.BigInteger(), nullable=True, comment="when it was told"),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", ID, nullable=True, comment="the answer"),
        sa.Column("used", sa.BigInteger(), nullable=True, comment="how long it had run within its hours when it ended"),
        sa.Column("dropped", sa.Integer(), nullable=False, comment="1: nobody waits for it any more"),
        sa.Column("kept", sa.Integer(), nullable=True, comment="1 or 0 once that is certain"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_clock")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_clock_alarm",
        "clock",
        ["alarm_at", "workspace_id"],
        unique=False,
        sqlite_where=sa.text("alarm_at IS NOT NULL"),
        postgresql_where=sa.text("alarm_at IS NOT NULL"),
    )
    op.create_index("ix_clock_began", "clock", ["workspace_id", "kind", "started_at"], unique=False)
    op.create_index(
        "ix_clock_running",
        "clock",
        ["workspace_id", "kind", "started_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_clock_ticket", "clock", ["workspace_id", "ticket_id"], unique=False)
    op.create_table(
        "clue",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column(
            "kind", sa.String(length=20), nullable=False, comment="email, phone, order, name, domain or organization"
        ),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("contact_id", ID, nullable=False, comment="who has it, or wrote it"),
        sa.Column(
            "theirs",
            sa.Integer(),
            nullable=False,
            comment="0: it stood in their words; 1: the contact is known by it; 2: it was signed for",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "kind", "value", "contact_id", name=op.f("pk_clue")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_clue_contact", "clue", ["workspace_id", "contact_id"], unique=False)
    op.create_table(
        "coaching_note",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=True, comment="that it is about; null: the whole conversation"),
        sa.Column("agent_id", ID, nullable=False, comment="to whom; they and who coaches see it"),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_coaching_note")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_coaching_note_agent", "coaching_note", ["workspace_id", "agent_id", "id"], unique=False)
    op.create_index(
        "ix_coaching_note_conversation", "coaching_note", ["workspace_id", "conversation_id", "id"], unique=False
    )
    op.create_table(
        "complaint",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False, comment="the ticket's: reach"),
        sa.Column("contact_id", ID, nullable=True),
        sa.Column(
            "channel",
            sa.String(length=40),
            nullable=False,
            comment="through which the customer had written when it began",
        ),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("began_by", sa.Text(), nullable=False, comment="agent:<id>, or who else"),
        sa.Column("step", sa.Integer(), nullable=False, comment="of the ladder, from 0"),
        sa.Column(
            "step_from", sa.BigInteger(), nullable=False, comment="milliseconds of its clock that had passed then"
        ),
        sa.Column("climbed", sa.Integer(), nullable=False, comment="how often it went up since time was up"),
        sa.Column("runs", sa.Text(), nullable=False, comment="from when until when its clock ran"),
        sa.Column("running_since", sa.BigInteger(), nullable=True, comment="null: it stands still, or has ended"),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True, comment="when it goes one step up"),
        sa.Column("promised_at", sa.BigInteger(), nullable=False, comment="by when the customer is told"),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("told_by", ID, nullable=True, comment="the message"),
        sa.Column("untold", sa.Text(), nullable=True, comment="why we couldn't tell them ourselves: a key"),
        sa.Column(
            "missed_at", sa.BigInteger(), nullable=True, comment="when it was noticed that they weren't told in time"
        ),
        sa.Column("alarm_at", sa.BigInteger(), nullable=True, comment="when to look at it next"),
        sa.Column("severity", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False, comment="of the remedy, in minor units"),
        sa.Column("approved", sa.BigInteger(), nullable=False, comment="the highest cost that was approved"),
        sa.Column("asked", sa.BigInteger(), nullable=False, comment="the cost of which the task asks"),
        sa.Column("task_id", ID, nullable=True),
        sa.Column("cost_by", ID, nullable=True, comment="the agent who wrote the cost, who may not approve it"),
        sa.Column("earlier", sa.Integer(), nullable=False, comment="complaints of the same customer before"),
        sa.Column("alike", sa.Integer(), nullable=False, comment="and of the same cause among them"),
        sa.Column("left_at", sa.BigInteger(), nullable=True, comment="since when it isn't a complaint any more"),
        sa.Column("moves", sa.Text(), nullable=False, comment="model.Move, the latest last"),
        sa.PrimaryKeyConstraint("workspace_id", "ticket_id", name=op.f("pk_complaint")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_complaint_alarm",
        "complaint",
        ["alarm_at", "workspace_id"],
        unique=False,
        sqlite_where=sa.text("alarm_at IS NOT NULL"),
        postgresql_where=sa.text("alarm_at IS NOT NULL"),
    )
    op.create_index("ix_complaint_contact", "complaint", ["workspace_id", "contact_id", "began_at"], unique=False)
    op.create_index("ix_complaint_conversation", "complaint", ["workspace_id", "conversation_id"], unique=False)
    op.create_index(
        "ix_complaint_open",
        "complaint",
        ["workspace_id", "ticket_id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_complaint_register", "complaint", ["workspace_id", "began_at", "ticket_id"], unique=False)
    op.create_index(
        "ix_complaint_severity", "complaint", ["workspace_id", "severity", "began_at", "ticket_id"], unique=False
    )
    op.create_table(
        "complaint_hint",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False, comment="the ticket's: reach"),
        sa.Column("message_id", ID, nullable=False, comment="in which it was heard"),
        sa.Column("hinted_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "opened_at",
            sa.BigInteger(),
            nullable=True,
            comment="when the ticket became a complaint by itself, as the workspace has it",
        ),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_by", ID, nullable=True),
        sa.Column("answer", sa.String(length=3), nullable=True, comment="yes or no"),
        sa.PrimaryKeyConstraint("workspace_id", "ticket_id", name=op.f("pk_complaint_hint")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_complaint_hint_conversation", "complaint_hint", ["workspace_id", "conversation_id"], unique=False
    )
    op.create_table(
        "complaint_look",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False, comment="complaint_week.since"),
        sa.Column("conversation_id", ID, nullable=False, comment="reach"),
        sa.Column("looked_at", sa.BigInteger(), nullable=True),
        sa.Column("looked_by", ID, nullable=True),
        sa.Column("missed_at", sa.BigInteger(), nullable=True, comment="when somebody said that it is a complaint"),
        sa.PrimaryKeyConstraint("workspace_id", "message_id", name=op.f("pk_complaint_look")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_complaint_look_conversation", "complaint_look", ["workspace_id", "conversation_id"], unique=False
    )
    op.create_index(
        "ix_complaint_look_open",
        "complaint_look",
        ["workspace_id", "message_id"],
        unique=False,
        sqlite_where=sa.text("looked_at IS NULL"),
        postgresql_where=sa.text("looked_at IS NULL"),
    )
    op.create_index("ix_complaint_look_week", "complaint_look", ["workspace_id", "since"], unique=False)
    op.create_table(
        "complaint_settings",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="model.ComplaintSettings"),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_complaint_settings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "complaint_week",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False, comment="a Monday in UTC"),
        sa.Column("said", sa.Integer(), nullable=False, comment="messages of customers in which we listened"),
        sa.Column("heard", sa.Integer(), nullable=False, comment="those of them that were heard as complaints"),
        sa.Column("drawn_at", sa.BigInteger(), nullable=True, comment="null: the job hasn't drawn yet"),
        sa.PrimaryKeyConstraint("workspace_id", "since", name=op.f("pk_complaint_week")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "consent",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=False, comment="who answered; merging doesn't change it"),
        sa.Column("purpose", sa.Text(), nullable=False, comment="offers, surveys or a word of the company's own"),
        sa.Column("channel", sa.String(length=40), nullable=False, comment="empty for every channel"),
        sa.Column("answer", sa.String(length=10), nullable=False, comment="given or withdrawn"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="when the contact answered"),
        sa.Column("source", sa.Text(), nullable=False, comment="where they did"),
        sa.Column("evidence", sa.Text(), nullable=False, comment="how it can be proven"),
        sa.Column("recorded_by", sa.Text(), nullable=False, comment="agent:<id>"),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_consent")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_consent_contact", "consent", ["workspace_id", "contact_id", "id"], unique=False)
    op.create_table(
        "contact",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column(
            "language_heard_in",
            ID,
            nullable=True,
            comment="the message that told the language; null where it was set by hand",
        ),
        sa.Column("about", sa.Text(), server_default="", nullable=False, comment="what agents wrote down"),
        sa.Column("attributes", sa.Text(), server_default="{}", nullable=False),
        sa.Column("tags", sa.Text(), server_default="", nullable=False, comment="words with a space between"),
        sa.Column("merged_into", ID, nullable=True, comment="the surviving contact; rows stay where they are"),
        sa.Column("merged_at", sa.BigInteger(), nullable=True),
        sa.Column("merged_by", sa.Text(), nullable=True, comment="agent:<id>"),
        sa.Column(
            "lent",
            sa.Text(),
            nullable=True,
            comment="model.Lent: what the surviving contact lacked and has from this one",
        ),
        sa.Column("blocked_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "barred_at", sa.BigInteger(), nullable=True, comment="since when it, or one of its identities, is blocked"
        ),
        sa.Column("organization_id", ID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("demo", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_contact")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_contact_barred",
        "contact",
        ["workspace_id", "barred_at", "id"],
        unique=False,
        sqlite_where=sa.text("barred_at IS NOT NULL"),
        postgresql_where=sa.text("barred_at IS NOT NULL"),
    )
    op.create_index(
        "ix_contact_merged",
        "contact",
        ["workspace_id", "merged_into"],
        unique=False,
        sqlite_where=sa.text("merged_into IS NOT NULL"),
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_index("ix_contact_name", "contact", ["workspace_id", "name", "id"], unique=False)
    op.create_index(
        "ix_contact_organization",
        "contact",
        ["workspace_id", "organization_id", "name", "id"],
        unique=False,
        sqlite_where=sa.text("organization_id IS NOT NULL"),
        postgresql_where=sa.text("organization_id IS NOT NULL"),
    )
    op.create_table(
        "contact_import",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="of the file"),
        sa.Column("file", sa.Text(), nullable=True, comment="its SHA-256, until the import has ended"),
        sa.Column("status", sa.String(length=10), nullable=False, comment="ready, running, done, cancelled or failed"),
        sa.Column("options", sa.Text(), nullable=False, comment="model.Options"),
        sa.Column("rows", sa.Integer(), nullable=False, comment="without the head"),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True, comment="failed: why, as a message key"),
        sa.Column("made_by", sa.Text(), nullable=False, comment="agent:<id>"),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_contact_import")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contact_trait",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="tag, attribute:<key> or import"),
        sa.Column("value", sa.Text(), nullable=False, comment="folded as search folds"),
        sa.Column("contact_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "kind", "value", "contact_id", name=op.f("pk_contact_trait")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_contact_trait_contact", "contact_trait", ["workspace_id", "contact_id"], unique=False)
    op.create_table(
        "conversation",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="direct, group or side"),
        sa.Column("contact_id", ID, nullable=True, comment="direct: whose it is, exactly one conversation each"),
        sa.Column("group_inbox_id", ID, nullable=True, comment="group: the inbox, and the channel's id of the group"),
        sa.Column("group_id", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False, comment="group: its name; side: its subject"),
        sa.Column("inbox_id", ID, nullable=True, comment="where the customer wrote last: replies leave here"),
        sa.Column("scheme", sa.String(length=40), nullable=True, comment="and from which identity"),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("last_message_id", ID, nullable=True, comment="the last message, notes aside"),
        sa.Column("last_inbound_id", ID, nullable=True),
        sa.Column("last_inbound_at", sa.BigInteger(), nullable=True),
        sa.Column("contact_read_id", ID, nullable=True, comment="how far the customer has read"),
        sa.Column("responder", sa.Text(), nullable=False, comment="queue, agent:<id> or bot:<id>"),
        sa.Column(
            "language",
            sa.String(length=8),
            nullable=True,
            comment="in which the customer wrote last, as far as anybody can tell",
        ),
        sa.Column("delivery_n", sa.Integer(), nullable=False, comment="number of the last outbound delivery"),
        sa.Column(
            "parent_id", ID, nullable=True, comment="side: the conversation that it is about, and whose readers read it"
        ),
        sa.Column("about_id", ID, nullable=True, comment="side: the message of the parent that was forwarded"),
        sa.Column(
            "closed_at",
            sa.BigInteger(),
            nullable=True,
            comment="side: nothing more is expected; group: we are not in it any more",
        ),
        sa.Column(
            "timers",
            sa.Text(),
            nullable=True,
            comment="timers.model.Timers: after how long words vanish, in the chats where they do",
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_conversation")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_conversation_parent",
        "conversation",
        ["workspace_id", "parent_id", "id"],
        unique=False,
        sqlite_where=sa.text("parent_id IS NOT NULL"),
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    op.create_index("uq_conversation_contact", "conversation", ["workspace_id", "contact_id"], unique=True)
    op.create_index(
        "uq_conversation_group", "conversation", ["workspace_id", "group_inbox_id", "group_id"], unique=True
    )
    op.create_table(
        "conversation_inbox",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=False, comment="an inbox that carried messages of the conversation: reach"),
        sa.PrimaryKeyConstraint("workspace_id", "conversation_id", "inbox_id", name=op.f("pk_conversation_inbox")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cursor",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False, comment="of the follower"),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False, comment="the last event that was handled"),
        sa.Column("failures", sa.Integer(), nullable=False, comment="attempts at the event after it"),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "name", name=op.f("pk_cursor")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "delivery",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False, comment="what leaves; an amendment has an id of its own"),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False, comment="order within the conversation"),
        sa.Column("amends", ID, nullable=True, comment="the message that it changes; null for a message itself"),
        sa.Column(
            "deed", sa.String(length=10), nullable=True, comment="of an amendment: edit, remove, react, hide or show"
        ),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column(
            "state",
            sa.String(length=10),
            nullable=False,
            comment="queued, sending, sent, delivered, read, failed or unknown",
        ),
        sa.Column(
            "queued_at",
            sa.BigInteger(),
            nullable=False,
            comment="when somebody last asked for it: it is given up a day later",
        ),
        sa.Column(
            "due_at",
            sa.BigInteger(),
            nullable=True,
            comment="null when nothing is left to do; while it is being sent the end of the lease",
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("parts_sent", sa.Integer(), nullable=False, comment="how many parts the channel has taken"),
        sa.Column("lease", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False, comment="the key given to the channel"),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column(
            "trace",
            sa.String(length=55),
            nullable=True,
            comment="traceparent of the span that queued it, where one was recorded",
        ),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "message_id", name=op.f("pk_delivery")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_delivery_amends",
        "delivery",
        ["workspace_id", "amends"],
        unique=False,
        sqlite_where=sa.text("amends IS NOT NULL"),
        postgresql_where=sa.text("amends IS NOT NULL"),
    )
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["due_at", "workspace_id"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_delivery_leased",
        "delivery",
        ["workspace_id", "inbox_id"],
        unique=False,
        sqlite_where=sa.text("lease IS NOT NULL"),
        postgresql_where=sa.text("lease IS NOT NULL"),
    )
    op.create_index("ix_delivery_reference", "delivery", ["workspace_id", "inbox_id", "reference"], unique=False)
    op.create_index(
        "ix_delivery_unfinished",
        "delivery",
        ["workspace_id", "conversation_id", "n"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("uq_delivery_order", "delivery", ["workspace_id", "conversation_id", "n"], unique=True)
    op.create_table(
        "directory",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("database", sa.Text(), nullable=False),
        sa.Column("move", ID, nullable=False, comment="that brought it there, or put it there when it was new"),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_directory")),
    )
    op.create_table(
        "draft",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("agent_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="model.Draft"),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "agent_id", "conversation_id", name=op.f("pk_draft")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "duplicate",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("one_id", ID, nullable=False, comment="the lower id of the two"),
        sa.Column("other_id", ID, nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False, comment="likeness.reasons_of"),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "refused_at",
            sa.BigInteger(),
            nullable=True,
            comment="when an agent said that they aren't one; never suggested again",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "one_id", "other_id", name=op.f("pk_duplicate")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_duplicate_open",
        "duplicate",
        ["workspace_id", "found_at", "one_id", "other_id"],
        unique=False,
        sqlite_where=sa.text("refused_at IS NULL"),
        postgresql_where=sa.text("refused_at IS NULL"),
    )
    op.create_index("ix_duplicate_other", "duplicate", ["workspace_id", "other_id"], unique=False)
    op.create_table(
        "earlier_words",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False, comment="when they were replaced or removed"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("quoted", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("more", sa.Text(), nullable=False, comment="model.More as it was"),
        sa.Column("replaced_by", sa.Text(), nullable=False, comment="agent:<id>, contact or channel"),
        sa.PrimaryKeyConstraint("workspace_id", "message_id", "id", name=op.f("pk_earlier_words")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "early_status",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column(
            "reference", sa.Text(), nullable=False, comment="the channel's id of a message that is still being sent"
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "inbox_id", "reference", name=op.f("pk_early_status")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "entity_book",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="one more with each change: whoever has read this one needn't read it again",
        ),
        sa.Column("body", sa.Text(), nullable=False, comment="book.Book"),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_entity_book")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "trace",
            sa.String(length=55),
            nullable=True,
            comment="traceparent of the span that caused it, where one was recorded",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "seq", name=op.f("pk_event")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fact",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=False, comment="whom it was noted about; merging doesn't change it"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False, comment="the contact's own words"),
        sa.Column("noted_by", sa.Text(), nullable=False, comment="agent:<id>, or hearing"),
        sa.Column("noted_at", sa.BigInteger(), nullable=False, comment="of what was heard: when it was said"),
        sa.Column("changed_by", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "kind",
            sa.String(length=20),
            server_default="",
            nullable=False,
            comment="hearing.facts.model; empty where somebody noted it",
        ),
        sa.Column("confidence", sa.Integer(), nullable=True, comment="in thousandths, of what was heard"),
        sa.Column("message_id", ID, nullable=True, comment="in which it was heard"),
        sa.Column(
            "topic",
            sa.String(length=100),
            nullable=True,
            comment="of what was heard: what can't hold beside another of the same topic",
        ),
        sa.Column("retired_by", ID, nullable=True, comment="the later message that says otherwise"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_fact")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_fact_contact", "fact", ["workspace_id", "contact_id", "id"], unique=False)
    op.create_index("ix_fact_message", "fact", ["workspace_id", "message_id"], unique=False)
    op.create_index("ix_fact_retired", "fact", ["workspace_id", "retired_by"], unique=False)
    op.create_table(
        "factor",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("agent_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="app (codes that change) or passkey"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True, comment="of an app: sealed by kit.secrets"),
        sa.Column("credential_id", sa.Text(), nullable=True, comment="of a passkey, as base64url"),
        sa.Column("public_key", sa.Text(), nullable=True, comment="of a passkey, as base64url"),
        sa.Column(
            "uses",
            sa.BigInteger(),
            nullable=False,
            comment="the last step whose code was taken, or the passkey's own count",
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_factor")),
    )
    op.create_index("ix_factor_agent", "factor", ["workspace_id", "agent_id"], unique=False)
    op.create_table(
        "group_change",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False, comment="carries its time, so that it stands between the messages"),
        sa.Column(
            "change", sa.String(length=10), nullable=False, comment="renamed, joined, left, removed or back; timer"
        ),
        sa.Column(
            "scheme",
            sa.String(length=40),
            nullable=True,
            comment="joined, left: who; timer: the chat, where it is no group",
        ),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False, comment="renamed: the new name; timer: seconds"),
        sa.PrimaryKeyConstraint("workspace_id", "conversation_id", "id", name=op.f("pk_group_change")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_group_change_identity", "group_change", ["workspace_id", "scheme", "value"], unique=False)
    op.create_table(
        "heard",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="findings.model"),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=False, comment="in thousandths"),
        sa.Column(
            "start",
            sa.Integer(),
            nullable=True,
            comment="the first character of the words that show it, and the one after them",
        ),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False, comment="kind and version of the model, where it has one"),
        sa.Column(
            "named",
            sa.String(length=200),
            nullable=True,
            comment="of an entity, by which it is found however it was written (entities.model); else null",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "message_id", "kind", "value", name=op.f("pk_heard")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_heard_named",
        "heard",
        ["workspace_id", "named", "message_id"],
        unique=False,
        sqlite_where=sa.text("named IS NOT NULL"),
        postgresql_where=sa.text("named IS NOT NULL"),
    )
    op.create_table(
        "heard_correction",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="the latest counts; the earlier ones stay"),
        sa.Column(
            "value",
            sa.String(length=200),
            nullable=False,
            comment="several of one moment are all true; empty: none; *: taken back",
        ),
        sa.Column("agent_id", ID, nullable=False),
        sa.Column(
            "random",
            sa.Integer(),
            nullable=True,
            comment="1 where chance asked for it: these alone measure a model; else null",
        ),
        sa.Column(
            "theme_id",
            ID,
            nullable=True,
            comment="the theme whose messages were labelled together with a reason made of it; else null",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "message_id", "kind", "at", "value", name=op.f("pk_heard_correction")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_heard_correction_at", "heard_correction", ["workspace_id", "kind", "at"], unique=False)
    op.create_table(
        "idempotency",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="the action's name and the caller's key"),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "subject", "key", name=op.f("pk_idempotency")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "identity",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False, comment="folded as its scheme folds"),
        sa.Column(
            "contact_id", ID, nullable=False, comment="the contact that it was made for; merging doesn't change it"
        ),
        sa.Column("shown", sa.Text(), nullable=False, comment="as it was written"),
        sa.Column("name", sa.Text(), nullable=False, comment="the name that came with it"),
        sa.Column(
            "verification", sa.String(length=20), nullable=False, comment="claimed, channel, signed or confirmed"
        ),
        sa.Column("verified_at", sa.BigInteger(), nullable=True),
        sa.Column("blocked_at", sa.BigInteger(), nullable=True, comment="what comes from it opens no ticket"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "scheme", "value", name=op.f("pk_identity")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_identity_contact", "identity", ["workspace_id", "contact_id"], unique=False)
    op.create_table(
        "import_row",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("import_id", ID, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False, comment="of the file, from 1"),
        sa.Column("outcome", sa.String(length=10), nullable=False, comment="made, changed, same or refused"),
        sa.Column("reason", sa.Text(), nullable=False, comment="refused: a message key"),
        sa.Column("what", sa.Text(), nullable=False, comment="refused: what in the row is meant"),
        sa.Column("contact_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "import_id", "line", name=op.f("pk_import_row")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "inbox",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "key", sa.Text(), nullable=False, comment="public, in addresses of webhooks and the web-chat snippet"
        ),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("secrets", sa.Text(), nullable=True, comment="sealed by kit.secrets; never leaves the process"),
        sa.Column(
            "health", sa.Text(), nullable=True, comment="conversations.account.Health as last reported, with its time"
        ),
        sa.Column("state", sa.Text(), nullable=True, comment="cursors of the adapter"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("paused_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "held_until",
            sa.BigInteger(),
            nullable=True,
            comment="when its channel's owner, who had too many calls, wants to hear from us again",
        ),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("demo", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("key", name=op.f("uq_inbox_key")),
    )
    op.create_table(
        "job",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True, comment="null: ended, either done badly or set aside"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("lease", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column(
            "trace",
            sa.String(length=55),
            nullable=True,
            comment="traceparent of the span that wrote it, where one was recorded",
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_job")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_job_due",
        "job",
        ["due_at", "workspace_id"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "keeping",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=False, comment="the lowest id: the whole workspace"),
        sa.Column("what", sa.String(length=10), nullable=False, comment="model.What"),
        sa.Column("days", sa.Integer(), nullable=False, comment="0: for ever"),
        sa.Column(
            "done_to", sa.Text(), nullable=False, comment="where the next run goes on: everything before was looked at"
        ),
        sa.Column("removed", sa.BigInteger(), nullable=False, comment="how many it removed so far"),
        sa.Column("removed_at", sa.BigInteger(), nullable=True, comment="when that was last"),
        sa.PrimaryKeyConstraint("workspace_id", "inbox_id", "what", name=op.f("pk_keeping")),
    )
    op.create_table(
        "language_model",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("settings", sa.Text(), nullable=False, comment="model.Settings"),
        sa.Column("secrets", sa.Text(), nullable=True, comment="sealed by kit.secrets; null where it asks for no key"),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_language_model")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "language_model_day",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False, comment="of UTC, counted since 1970"),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False, comment="both ways, as it counts them"),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column(
            "problem",
            sa.String(length=60),
            nullable=False,
            comment="of the last call that came to nothing: a message key",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "day", name=op.f("pk_language_model_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "log",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column(
            "elsewhere",
            sa.Text(),
            nullable=True,
            comment="null: it is here; else the database that has it; empty: it arrives",
        ),
        sa.Column("move", ID, nullable=True, comment="the last move that came here, left or began"),
        sa.Column(
            "last_id",
            ID,
            nullable=True,
            comment="that a transaction gave: the next one is higher, whatever the clock says",
        ),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_log")),
    )
    op.create_table(
        "macro",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False, comment="model.Step, in the order in which they were put"),
        sa.Column("team_id", ID, nullable=True, comment="whose it is: a team's"),
        sa.Column("agent_id", ID, nullable=True, comment="or one agent's own; else everybody's"),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True, comment="it can be put back"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_macro")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_macro_list", "macro", ["workspace_id", "uses", "id"], unique=False)
    op.create_table(
        "mention",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("agent_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "agent_id", "message_id", name=op.f("pk_mention")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_mention_message", "mention", ["workspace_id", "message_id"], unique=False)
    op.create_table(
        "message",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False, comment="carries its time, so that it orders the timeline"),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("direction", sa.String(length=4), nullable=False, comment="in, out or note"),
        sa.Column("inbox_id", ID, nullable=True, comment="null for notes"),
        sa.Column(
            "external_id", sa.Text(), nullable=True, comment="the channel's own id; for ours the key that we chose"
        ),
        sa.Column("scheme", sa.String(length=40), nullable=True, comment="the identity that it came from or went to"),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("agent_id", ID, nullable=True, comment="who wrote it, when one of us did"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True, comment="sanitised"),
        sa.Column("quoted", sa.Text(), nullable=False, comment="what stood below the new text; folded on screens"),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column(
            "more",
            sa.Text(),
            nullable=False,
            comment="model.More: attachments, recipients, copies, mentions, flags, claims, reactions, translations",
        ),
        sa.Column("claimed_at", sa.BigInteger(), nullable=True, comment="when the sender says that it was written"),
        sa.Column(
            "removed_at", sa.BigInteger(), nullable=True, comment="undone or deleted; words are gone, the row stays"
        ),
        sa.Column(
            "amended_at", sa.BigInteger(), nullable=True, comment="when its words or reactions last became others"
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_message")),
        sqlite_with_rowid=False,
    )
    op.create_index("uq_message_external", "message", ["workspace_id", "inbox_id", "external_id"], unique=True)
    op.create_index("uq_message_timeline", "message", ["workspace_id", "conversation_id", "id"], unique=True)
    op.create_table(
        "message_part",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column(
            "external_id", sa.Text(), nullable=False, comment="the channel's own id of one part of what left in several"
        ),
        sa.Column("message_id", ID, nullable=False),
        sa.Column(
            "n",
            sa.Integer(),
            nullable=False,
            comment="which part, from 0; the message itself is called as the first is",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "inbox_id", "external_id", name=op.f("pk_message_part")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_message_part_message", "message_part", ["workspace_id", "message_id"], unique=False)
    op.create_table(
        "notification",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("agent_id", ID, nullable=False, comment="who is told"),
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("conversation_id", ID, nullable=True, comment="null: told of a surge"),
        sa.Column(
            "message_id",
            ID,
            nullable=True,
            comment="the last one then: who has read it knows already; null: told of a surge",
        ),
        sa.Column("surge_id", ID, nullable=True, comment="to which the agent is called in"),
        sa.Column("ticket_id", ID, nullable=True, comment="the one concerned; null: told of the conversation"),
        sa.Column("by_agent_id", ID, nullable=True, comment="null: a customer"),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "mail_at",
            sa.BigInteger(),
            nullable=True,
            comment="when to mail it if nobody has come by then; null: not, or mailed",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "agent_id", "id", name=op.f("pk_notification")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_notification_conversation", "notification", ["workspace_id", "conversation_id"], unique=False)
    op.create_index(
        "ix_notification_mail",
        "notification",
        ["workspace_id", "mail_at"],
        unique=False,
        sqlite_where=sa.text("mail_at IS NOT NULL"),
        postgresql_where=sa.text("mail_at IS NOT NULL"),
    )
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["workspace_id", "agent_id", "conversation_id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_table(
        "notification_preference",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("agent_id", ID, nullable=False),
        sa.Column("settings", sa.Text(), nullable=False, comment="model.Preferences"),
        sa.Column(
            "active_at", sa.BigInteger(), nullable=True, comment="when the agent last did something that the log tells"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "agent_id", name=op.f("pk_notification_preference")),
    )
    op.create_table(
        "one_time_link",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False, comment="setup, invitation or reset"),
        sa.Column("agent_id", ID, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "token_hash", name=op.f("pk_one_time_link")),
    )
    op.create_table(
        "opt_out",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False, comment="folded as its scheme folds"),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "confirmation_id", ID, nullable=True, comment="the one message that may still leave: that it was heard"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "inbox_id", "scheme", "value", name=op.f("pk_opt_out")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "organization",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "place",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
            comment="the name as search compares it: the order of the list",
        ),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="company or household"),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("attributes", sa.Text(), server_default="{}", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_organization")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_organization_place",
        "organization",
        ["workspace_id", "place", "id"],
        unique=False,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "organization_domain",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column(
            "domain",
            sa.Text(),
            nullable=False,
            comment="of mail addresses; whoever writes from it is proposed as a member",
        ),
        sa.Column("organization_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "domain", name=op.f("pk_organization_domain")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_organization_domain", "organization_domain", ["workspace_id", "organization_id"], unique=False)
    op.create_table(
        "participant",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False, comment="a group conversation"),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "conversation_id", "scheme", "value", name=op.f("pk_participant")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_participant_identity", "participant", ["workspace_id", "scheme", "value"], unique=False)
    op.create_table(
        "peer",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False, comment="folded as its scheme folds"),
        sa.Column("body", sa.Text(), nullable=True, comment="exchange.Peer; null until it was told"),
        sa.Column("asked_at", sa.BigInteger(), nullable=True, comment="when the channel's owner was last to be asked"),
        sa.PrimaryKeyConstraint("workspace_id", "inbox_id", "scheme", "value", name=op.f("pk_peer")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "public_holiday",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False, comment="as 2026-12-25"),
        sa.Column("name", sa.Text(), nullable=False, comment="as the country calls it"),
        sa.PrimaryKeyConstraint("workspace_id", "country", "day", name=op.f("pk_public_holiday")),
    )
    op.create_table(
        "push_subscription",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("agent_id", ID, nullable=False),
        sa.Column("session", sa.Text(), nullable=False, comment="hash of the session's token: pushes end with it"),
        sa.Column("endpoint_hash", sa.Text(), nullable=False),
        sa.Column(
            "sealed", sa.Text(), nullable=False, comment="kit.push.Receiver: address and keys, sealed by kit.secrets"
        ),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint(
            "workspace_id", "endpoint_hash", name=op.f("uq_push_subscription_workspace_id_endpoint_hash")
        ),
    )
    op.create_index("ix_push_subscription_agent", "push_subscription", ["workspace_id", "agent_id"], unique=False)
    op.create_table(
        "queued_ticket",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("route_id", ID, nullable=False),
        sa.Column(
            "due_at",
            sa.BigInteger(),
            nullable=False,
            comment="when the customer should be answered: the order of the queue, see deciding",
        ),
        sa.Column("queued_at", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True, comment="the customer's"),
        sa.Column("known_id", ID, nullable=True, comment="who had the customer last"),
        sa.PrimaryKeyConstraint("workspace_id", "ticket_id", name=op.f("pk_queued_ticket")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_queued_ticket_due", "queued_ticket", ["workspace_id", "route_id", "due_at", "ticket_id"], unique=False
    )
    op.create_table(
        "raw_payload",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False, comment="that of the first message that it brought; kept for 30 days"),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True, comment="up to 64 KB"),
        sa.Column("file", sa.Text(), nullable=True, comment="sha256 in the file store, when larger"),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True, comment="why it couldn't be understood"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_raw_payload")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_raw_payload_file",
        "raw_payload",
        ["workspace_id", "file"],
        unique=False,
        sqlite_where=sa.text("file IS NOT NULL"),
        postgresql_where=sa.text("file IS NOT NULL"),
    )
    op.create_table(
        "reaction",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("by", sa.Text(), nullable=False, comment="agent:<id>, or <scheme>:<value> of an identity"),
        sa.Column("emoji", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="the name that came with the identity"),
        sa.Column("inbox_id", ID, nullable=True),
        sa.Column(
            "external_id", sa.Text(), nullable=True, comment="the channel's own id of the reaction, where it has one"
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "message_id", "by", "emoji", name=op.f("pk_reaction")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reaction_by", "reaction", ["workspace_id", "by"], unique=False)
    op.create_index("uq_reaction_external", "reaction", ["workspace_id", "inbox_id", "external_id"], unique=True)
    op.create_table(
        "read_position",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("agent_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "agent_id", "conversation_id", name=op.f("pk_read_position")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reason",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False, comment="of those built in their key"),
        sa.Column("parent_id", sa.String(length=40), nullable=True, comment="null at the top of the tree"),
        sa.Column(
            "key",
            sa.String(length=40),
            nullable=True,
            comment="of those built in: their seeds, and how screens call them",
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="empty where the built-in name stands"),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("examples", sa.Text(), nullable=False, comment="what customers write who mean it"),
        sa.Column("place", sa.Integer(), nullable=False, comment="among its siblings, ascending"),
        sa.Column(
            "merged_into",
            sa.String(length=40),
            nullable=True,
            comment="the reason as which this one counts since it was archived",
        ),
        sa.Column(
            "archived_at",
            sa.BigInteger(),
            nullable=True,
            comment="nothing is told to be it any more; what was stays so",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_reason")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recovery_code",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("agent_id", ID, nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "agent_id", "code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "replay",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False, comment="carries when it was asked for; kept for 30 days"),
        sa.Column("agent_id", ID, nullable=True, comment="who asked"),
        sa.Column("draft", sa.Text(), nullable=False, comment="comparing.Draft"),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True, comment="comparing.Comparison; ids and figures, no words"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_replay")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reply_promise",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column(
            "length",
            sa.BigInteger(),
            nullable=True,
            comment="of open hours, within which an answer comes; null: not known",
        ),
        sa.Column("answers", sa.Integer(), nullable=False, comment="on how many it stands"),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("free", sa.Integer(), nullable=False, comment="for how many more those people have room"),
        sa.Column("reckoned_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "inbox_id", name=op.f("pk_reply_promise")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "report",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="model.ReportWords"),
        sa.Column("made_by", sa.Text(), nullable=False, comment="agent:<id>"),
        sa.Column("next_at", sa.BigInteger(), nullable=True, comment="when it leaves next; null while it is paused"),
        sa.Column("sent_at", sa.BigInteger(), nullable=True, comment="when it last reached somebody's server"),
        sa.Column(
            "failed_at", sa.BigInteger(), nullable=True, comment="when that failed last, if it wasn't sent since"
        ),
        sa.Column("error", sa.Text(), nullable=True, comment="why, a key or what the server said"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_report")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_report_next",
        "report",
        ["workspace_id", "next_at"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_table(
        "review",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("card_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False, comment="the ticket's: reach"),
        sa.Column("agent_id", ID, nullable=False, comment="whose work it was"),
        sa.Column("reviewer_id", ID, nullable=False),
        sa.Column("scores", sa.Text(), nullable=False, comment="by criterion; null: doesn't apply"),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False, comment="model.CardWords as it was: what the scores mean"),
        sa.Column("answer", sa.Text(), nullable=False, comment="what the agent says to it"),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_review")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_review_agent", "review", ["workspace_id", "agent_id", "id"], unique=False)
    op.create_index("ix_review_card", "review", ["workspace_id", "card_id", "id"], unique=False)
    op.create_index("ix_review_conversation", "review", ["workspace_id", "conversation_id"], unique=False)
    op.create_index("uq_review_once", "review", ["workspace_id", "ticket_id", "card_id", "reviewer_id"], unique=True)
    op.create_table(
        "role",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False, comment="as agent.role names it"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("powers", sa.Text(), nullable=False, comment="names of model.Power"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_role")),
    )
    op.create_table(
        "route",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "place", sa.Integer(), nullable=False, comment="in the list, ascending: the first that fits takes a ticket"
        ),
        sa.Column("words", sa.Text(), nullable=False, comment="model.RouteWords"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_route")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "routing_agent",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("agent_id", ID, nullable=False),
        sa.Column("working", sa.Text(), nullable=False, comment="model.Working"),
        sa.Column(
            "given_at",
            sa.BigInteger(),
            nullable=False,
            comment="when routing gave them a ticket last: the order of turns",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "agent_id", name=op.f("pk_routing_agent")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "routing_decision",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False, comment="carries when; kept for 90 days"),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("decision", sa.Text(), nullable=False, comment="model.Decision"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_routing_decision")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_routing_decision_ticket", "routing_decision", ["workspace_id", "ticket_id", "id"], unique=False)
    op.create_table(
        "routing_inbox",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column(
            "team_id",
            ID,
            nullable=True,
            comment="whose its tickets are from the first moment on; null: the first team that has it",
        ),
        sa.Column("weight", sa.Integer(), nullable=True, comment="what each of its tickets weighs; null: as usual"),
        sa.PrimaryKeyConstraint("workspace_id", "inbox_id", name=op.f("pk_routing_inbox")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rule",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts", sa.String(length=20), nullable=False, comment="model.When"),
        sa.Column("body", sa.Text(), nullable=False, comment="model.RuleWords"),
        sa.Column("place", sa.Integer(), nullable=False, comment="in the order in which they are asked, ascending"),
        sa.Column("secret", sa.Text(), nullable=False, comment="sealed: what its webhooks are signed with"),
        sa.Column("on_at", sa.BigInteger(), nullable=True, comment="since when it is switched on; null: off"),
        sa.Column(
            "paused_at", sa.BigInteger(), nullable=True, comment="since when it rests because it failed too often"
        ),
        sa.Column("paused_why", sa.Text(), nullable=True, comment="a key"),
        sa.Column("failures", sa.Integer(), nullable=False, comment="one after another"),
        sa.Column(
            "seen_waits_at",
            sa.BigInteger(),
            nullable=False,
            comment="nobody_answered: so far it has looked, by ticket.waits_at",
        ),
        sa.Column("seen_id", ID, nullable=False, comment="and by ticket.id"),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True, comment="it can be put back"),
        sa.Column(
            "rests_for", ID, nullable=True, comment="a surge, as long as which it rests although it is switched on"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_rule")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rule_firing",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False, comment="kept for 30 days"),
        sa.Column("rule_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=True),
        sa.Column("starts", sa.String(length=20), nullable=False, comment="model.When"),
        sa.Column("event", sa.BigInteger(), nullable=True, comment="event.seq; null: time had passed"),
        sa.Column("outcome", sa.String(length=10), nullable=False, comment="model.Outcome"),
        sa.Column("why", sa.Text(), nullable=True, comment="a key"),
        sa.Column("steps", sa.Text(), nullable=False, comment="model.RuleStep, as they were then"),
        sa.Column("depth", sa.Integer(), nullable=False, comment="its place in a chain of rules"),
        sa.Column("from_seq", sa.BigInteger(), nullable=False, comment="the first event that it caused"),
        sa.Column("to_seq", sa.BigInteger(), nullable=False, comment="the last; before from_seq where there is none"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_rule_firing")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_rule_firing_cause", "rule_firing", ["workspace_id", "from_seq"], unique=False)
    op.create_index("ix_rule_firing_rule", "rule_firing", ["workspace_id", "rule_id", "id"], unique=False)
    op.create_index("ix_rule_firing_talk", "rule_firing", ["workspace_id", "conversation_id", "id"], unique=False)
    op.create_index(
        "ix_rule_firing_ticket", "rule_firing", ["workspace_id", "ticket_id", "rule_id", "id"], unique=False
    )
    op.create_table(
        "saved_view",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("agent_id", ID, nullable=False, comment="whose it is"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("filter", sa.Text(), nullable=False, comment="filters.Filter"),
        sa.Column("audience", sa.String(length=10), nullable=False, comment="me, team or everyone"),
        sa.Column("team_id", ID, nullable=True, comment="that shares it"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_saved_view")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "schedule",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="model.ScheduleWords"),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_schedule")),
    )
    op.create_table(
        "scheduled_reply",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=False, comment="where it will leave: reach"),
        sa.Column("agent_id", ID, nullable=False, comment="who wrote it, and in whose name it leaves"),
        sa.Column("body", sa.Text(), nullable=False, comment="conversations.model.Reply"),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False, comment="waiting, held or failed"),
        sa.Column("if_they_write", sa.String(length=10), nullable=False, comment="hold, send or drop"),
        sa.Column("error", sa.Text(), nullable=True, comment="failed: why, as a message key"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_scheduled_reply")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_scheduled_reply_conversation", "scheduled_reply", ["workspace_id", "conversation_id"], unique=False
    )
    op.create_table(
        "score_card",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="model.CardWords"),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_score_card")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_level",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="in the order in which they are tried"),
        sa.Column("body", sa.Text(), nullable=False, comment="model.LevelWords"),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("rests_for", ID, nullable=True, comment="a surge, as long as which no ticket has it"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_service_level")),
    )
    op.create_table(
        "session",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("agent_id", ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=False, comment="when the agent last showed who they are"),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "token_hash", name=op.f("pk_session")),
    )
    op.create_index("ix_session_agent", "session", ["workspace_id", "agent_id"], unique=False)
    op.create_table(
        "set_aside",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("follower", sa.String(length=80), nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "follower", "epoch", "seq", name=op.f("pk_set_aside")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "share",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("hour", sa.BigInteger(), autoincrement=False, nullable=False, comment="as in tally"),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column(
            "ticket_id",
            ID,
            nullable=False,
            comment="that added this to the tally; or the conversation, where it had none",
        ),
        sa.Column("contact_id", ID, nullable=False, comment="who wrote or was answered; or model.NOBODY"),
        sa.Column(
            "kind", sa.String(length=20), nullable=False, comment="of the ticket as it is now; empty without one"
        ),
        sa.Column("messages_in", sa.Integer(), nullable=False),
        sa.Column("messages_out", sa.Integer(), nullable=False),
        sa.Column("resolved", sa.Integer(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("waited_0", sa.Integer(), nullable=False),
        sa.Column("waited_1", sa.Integer(), nullable=False),
        sa.Column("waited_2", sa.Integer(), nullable=False),
        sa.Column("waited_3", sa.Integer(), nullable=False),
        sa.Column("waited_4", sa.Integer(), nullable=False),
        sa.Column("waited_5", sa.Integer(), nullable=False),
        sa.Column("waited_open_0", sa.Integer(), nullable=False),
        sa.Column("waited_open_1", sa.Integer(), nullable=False),
        sa.Column("waited_open_2", sa.Integer(), nullable=False),
        sa.Column("waited_open_3", sa.Integer(), nullable=False),
        sa.Column("waited_open_4", sa.Integer(), nullable=False),
        sa.Column("waited_open_5", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace_id", "hour", "inbox_id", "team_id", "ticket_id", "contact_id", name=op.f("pk_share")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_share_ticket", "share", ["workspace_id", "ticket_id"], unique=False)
    op.create_table(
        "shared_draft",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=True, comment="where it will leave: reach; null where nobody chose"),
        sa.Column("agent_id", ID, nullable=False, comment="who writes it now"),
        sa.Column("taken_from", ID, nullable=True, comment="who wrote it before, where somebody went on with it"),
        sa.Column("version", sa.Integer(), nullable=False, comment="counts what was kept"),
        sa.Column("body", sa.Text(), nullable=False, comment="conversations.model.Draft"),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_shared_draft")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_shared_draft_conversation", "shared_draft", ["workspace_id", "conversation_id"], unique=False)
    op.create_table(
        "signature",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("owner", sa.String(length=50), nullable=False, comment="agent:<id> or inbox:<id>"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "html",
            sa.Text(),
            nullable=True,
            comment="the same formatted, in the elements of conversations.formatting; null: it isn't",
        ),
        sa.Column(
            "attachments",
            sa.Text(),
            nullable=False,
            comment="conversations.model.Attached, uploaded by signature:<owner>",
        ),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "owner", name=op.f("pk_signature")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "silent_customer",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False, comment="the weights of the signals together"),
        sa.Column("signals", sa.Text(), nullable=False, comment="silent.model.Signal: why"),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "settled_at",
            sa.BigInteger(),
            nullable=True,
            comment="when somebody said that it is looked after; it comes back with another reason",
        ),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "conversation_id", name=op.f("pk_silent_customer")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_silent_customer_score", "silent_customer", ["workspace_id", "score", "conversation_id"], unique=False
    )
    op.create_table(
        "silent_round",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("after_id", ID, nullable=False, comment="up to which conversation the round has come"),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_silent_round")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "spent",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("challenge_hash", sa.Text(), nullable=False, comment="of a passkey's challenge that was answered"),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "challenge_hash", name=op.f("pk_spent")),
    )
    op.create_table(
        "surge",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="model.SurgeWords"),
        sa.Column("tag", sa.Text(), nullable=False, comment="that its tickets carry"),
        sa.Column("version", sa.Integer(), nullable=False, comment="of its public update; 0: none yet"),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("begun_by", sa.Text(), nullable=False, comment="agent:<id>, or another who acted"),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("own_team_id", ID, nullable=True, comment="of those called in"),
        sa.Column("route_id", ID, nullable=True, comment="of its queue"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_surge")),
        sa.UniqueConstraint("workspace_id", "tag", name=op.f("uq_surge_workspace_id_tag")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_surge_running",
        "surge",
        ["workspace_id", "id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "surge_call",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("surge_id", ID, nullable=False),
        sa.Column("agent_id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False, comment="model.Answered"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("capacity_before", sa.Integer(), nullable=True, comment="what they took before theirs was raised"),
        sa.Column("capacity_given", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "surge_id", "agent_id", name=op.f("pk_surge_call")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "surge_member",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("surge_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False, comment="the customer's, by which it came; it carries when"),
        sa.Column("how", sa.String(length=10), nullable=False, comment="model.How"),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "out_at",
            sa.BigInteger(),
            nullable=True,
            comment="since when somebody has it out: it doesn't join again by itself",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "surge_id", "conversation_id", name=op.f("pk_surge_member")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_surge_member_came", "surge_member", ["workspace_id", "surge_id", "message_id"], unique=False)
    op.create_index("ix_surge_member_talk", "surge_member", ["workspace_id", "conversation_id"], unique=False)
    op.create_table(
        "surge_saying",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("text_id", ID, nullable=False, comment="surge_text: each member hears it once"),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False, comment="model.State"),
        sa.Column(
            "why", sa.Text(), nullable=True, comment="a key: why it couldn't be said, or the ticket not be resolved"
        ),
        sa.Column("message_id", ID, nullable=True, comment="that says it"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "text_id", "conversation_id", name=op.f("pk_surge_saying")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_surge_saying_state", "surge_saying", ["workspace_id", "text_id", "state", "conversation_id"], unique=False
    )
    op.create_index("ix_surge_saying_talk", "surge_saying", ["workspace_id", "conversation_id"], unique=False)
    op.create_table(
        "surge_text",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("surge_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=True, comment="of the public update; null: an answer to the group"),
        sa.Column("texts", sa.Text(), nullable=False, comment="canned.model.Text, by language"),
        sa.Column("after", sa.String(length=10), nullable=False, comment="model.After: what becomes of the tickets"),
        sa.Column("snooze_minutes", sa.Integer(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False, comment="agent:<id>, or another who acted"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column(
            "sent_at", sa.BigInteger(), nullable=True, comment="since when it goes to all; null: to whoever writes"
        ),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_surge_text")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_surge_text", "surge_text", ["workspace_id", "surge_id", "id"], unique=False)
    op.create_table(
        "survey",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="model.SurveyWords"),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True, comment="its ratings stay"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_survey")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_asking",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("survey_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="csat, nps or effort"),
        sa.Column("about", sa.String(length=10), nullable=False, comment="answer, attitude or company"),
        sa.Column("moment", sa.String(length=10), nullable=False, comment="after or before"),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("ticket_kind", sa.String(length=20), nullable=False),
        sa.Column("agent_id", ID, nullable=True, comment="who had the ticket then"),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False, comment="planned, asked, answered or dropped"),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("message_id", ID, nullable=True, comment="the question"),
        sa.Column("why", sa.Text(), nullable=True, comment="a key: why it was dropped"),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("mark", sa.String(length=6), nullable=True, comment="good, middle or bad"),
        sa.Column("words", sa.Text(), nullable=False, comment="what the customer wrote beside the score"),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "answer_id",
            ID,
            nullable=True,
            comment="the message that was the answer; null where it was given on the page",
        ),
        sa.Column(
            "clicked", sa.Integer(), nullable=True, comment="a score chosen by a link, which nobody has confirmed yet"
        ),
        sa.Column("clicked_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "doubted_at",
            sa.BigInteger(),
            nullable=True,
            comment="since several links were followed at once, as machines do",
        ),
        sa.Column("task_id", ID, nullable=True, comment="of whoever looks after a bad rating"),
        sa.Column("told_id", ID, nullable=True, comment="survey_telling.id: the last text that said what came of it"),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_survey_asking")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_survey_asking_answered",
        "survey_asking",
        ["workspace_id", "answered_at", "id"],
        unique=False,
        sqlite_where=sa.text("answered_at IS NOT NULL"),
        postgresql_where=sa.text("answered_at IS NOT NULL"),
    )
    op.create_index(
        "ix_survey_asking_asked",
        "survey_asking",
        ["workspace_id", "asked_at", "id"],
        unique=False,
        sqlite_where=sa.text("asked_at IS NOT NULL"),
        postgresql_where=sa.text("asked_at IS NOT NULL"),
    )
    op.create_index(
        "ix_survey_asking_conversation", "survey_asking", ["workspace_id", "conversation_id", "id"], unique=False
    )
    op.create_index("ix_survey_asking_ticket", "survey_asking", ["workspace_id", "ticket_id"], unique=False)
    op.create_table(
        "survey_rules",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="model.SurveyRules"),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_survey_rules")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_telling",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("texts", sa.Text(), nullable=False, comment="canned.model.Text: what was done, by language"),
        sa.Column("by", sa.Text(), nullable=False, comment="agent:<id>"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_survey_telling")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_told",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("telling_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("asking_id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False, comment="waiting, said or left"),
        sa.Column("why", sa.Text(), nullable=True, comment="a key: why it wasn't said"),
        sa.Column("message_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "telling_id", "conversation_id", name=op.f("pk_survey_told")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tag",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column(
            "name",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
            comment="a word that somebody put on a ticket or contact",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "name", name=op.f("pk_tag")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tally",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("hour", sa.BigInteger(), autoincrement=False, nullable=False, comment="when it began"),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False, comment="that answered for the ticket; or model.NO_TEAM"),
        sa.Column("messages_in", sa.Integer(), nullable=False),
        sa.Column("messages_out", sa.Integer(), nullable=False),
        sa.Column("resolved", sa.Integer(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("waited_0", sa.Integer(), nullable=False),
        sa.Column("waited_1", sa.Integer(), nullable=False),
        sa.Column("waited_2", sa.Integer(), nullable=False),
        sa.Column("waited_3", sa.Integer(), nullable=False),
        sa.Column("waited_4", sa.Integer(), nullable=False),
        sa.Column("waited_5", sa.Integer(), nullable=False),
        sa.Column("waited_open_0", sa.Integer(), nullable=False),
        sa.Column("waited_open_1", sa.Integer(), nullable=False),
        sa.Column("waited_open_2", sa.Integer(), nullable=False),
        sa.Column("waited_open_3", sa.Integer(), nullable=False),
        sa.Column("waited_open_4", sa.Integer(), nullable=False),
        sa.Column("waited_open_5", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "hour", "inbox_id", "team_id", name=op.f("pk_tally")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "task",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False, comment="the ticket's: reach"),
        sa.Column("asks", sa.String(length=10), nullable=False, comment="do or approve"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_agent_id", ID, nullable=True),
        sa.Column("owner_team_id", ID, nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False, comment="agent:<id>, or who else"),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False, comment="open, done, withdrawn, approved or refused"),
        sa.Column("answer", sa.Text(), nullable=False, comment="why it was approved or refused"),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False, comment="what a rule was called that asked, else empty"),
        sa.Column(
            "stands_at",
            sa.BigInteger(),
            nullable=False,
            comment="the order of its list, ascending: see model.stands_at",
        ),
        sa.Column("reminded_at", sa.BigInteger(), nullable=True, comment="when its owner was told that it is due"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_task")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_task_agent",
        "task",
        ["workspace_id", "owner_agent_id", "stands_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_task_asked",
        "task",
        ["workspace_id", "asked_by", "stands_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_task_conversation", "task", ["workspace_id", "conversation_id"], unique=False)
    op.create_index(
        "ix_task_due",
        "task",
        ["due_at", "workspace_id"],
        unique=False,
        sqlite_where=sa.text("state = 'open' AND due_at IS NOT NULL AND reminded_at IS NULL"),
        postgresql_where=sa.text("state = 'open' AND due_at IS NOT NULL AND reminded_at IS NULL"),
    )
    op.create_index(
        "ix_task_team",
        "task",
        ["workspace_id", "owner_team_id", "stands_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "team",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_answers", sa.Integer(), nullable=True, comment="1 or 0; null: as the workspace says"),
        sa.Column("schedule_id", ID, nullable=True, comment="whose hours it keeps; null: the workspace's"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("demo", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_team")),
    )
    op.create_table(
        "team_agent",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("agent_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "team_id", "agent_id", name=op.f("pk_team_agent")),
    )
    op.create_table(
        "team_inbox",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "team_id", "inbox_id", name=op.f("pk_team_inbox")),
    )
    op.create_table(
        "template",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False, comment="as the channel's owner names it"),
        sa.Column("body", sa.Text(), nullable=False, comment="exchange.Template"),
        sa.PrimaryKeyConstraint("workspace_id", "inbox_id", "id", name=op.f("pk_template")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "template_list",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=False, comment="an inbox whose channel has templates"),
        sa.Column("asked_at", sa.BigInteger(), nullable=False, comment="when they were to be fetched last"),
        sa.Column("fetched_at", sa.BigInteger(), nullable=True, comment="when they came last"),
        sa.Column(
            "problem", sa.Text(), nullable=False, comment="why they didn't come, as a message key; empty where they did"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "inbox_id", name=op.f("pk_template_list")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "theme",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False, comment="by which it is called, each used by several customers"),
        sa.Column(
            "weeks",
            sa.Text(),
            nullable=False,
            comment="how many wrote about it in each of four weeks, the earliest first",
        ),
        sa.Column("looked_at", sa.Text(), nullable=False, comment="how many wrote at all in each"),
        sa.Column("trend", sa.String(length=10), nullable=False, comment="new, growing or steady"),
        sa.Column(
            "chance", sa.Float(), nullable=False, comment="how likely it grew so much by chance: model.chance_of"
        ),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "dismissed_at",
            sa.BigInteger(),
            nullable=True,
            comment="it isn't shown any more, however often it is found again",
        ),
        sa.Column("reason_id", sa.String(length=40), nullable=True, comment="that somebody made of it"),
        sa.Column(
            "named",
            sa.Text(),
            nullable=True,
            comment="model.Named: as a language model calls it, or that it can't; null: nobody asked one",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_theme")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "theme_message",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("theme_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("example", sa.Integer(), nullable=True, comment="its place among those that are shown; else null"),
        sa.Column(
            "digest",
            sa.String(length=64),
            nullable=True,
            comment="sha256 of the words that became an example of the reason, to find them again",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "theme_id", "message_id", name=op.f("pk_theme_message")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_theme_message_conversation", "theme_message", ["workspace_id", "conversation_id"], unique=False)
    op.create_index("ix_theme_message_message", "theme_message", ["workspace_id", "message_id"], unique=False)
    op.create_table(
        "theme_round",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=False, comment="when themes were looked for last"),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_theme_round")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ticket",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="ticket_kind.id"),
        sa.Column("status", sa.String(length=10), nullable=False, comment="open, pending, snoozed or resolved"),
        sa.Column("owner_agent_id", ID, nullable=True),
        sa.Column("owner_team_id", ID, nullable=True),
        sa.Column("title", sa.Text(), nullable=False, comment="who: the contact's name"),
        sa.Column("preview", sa.Text(), nullable=False, comment="the last words"),
        sa.Column("preview_by", sa.String(length=4), nullable=False, comment="in or out"),
        sa.Column(
            "place",
            sa.Text(),
            nullable=True,
            comment="of the last words, where everybody can read them: how the post begins; else null",
        ),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("inbox_id", ID, nullable=True, comment="that carried the last message"),
        sa.Column("last_message_id", ID, nullable=False),
        sa.Column("last_inbound_id", ID, nullable=True),
        sa.Column("waiting_since", sa.BigInteger(), nullable=True, comment="since when the customer is owed an answer"),
        sa.Column(
            "waits_at", sa.BigInteger(), nullable=False, comment="the order of its shelf, ascending: see model.waits_at"
        ),
        sa.Column("last_activity_at", sa.BigInteger(), nullable=False),
        sa.Column("snoozed_until", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("resolved_at", sa.BigInteger(), nullable=True),
        sa.Column("spam_at", sa.BigInteger(), nullable=True, comment="when it was resolved as spam"),
        sa.Column("tags", sa.Text(), nullable=False, comment="words with a space between"),
        sa.Column(
            "due_at",
            sa.BigInteger(),
            nullable=True,
            comment="when the next of what was promised is due; kept by the follower of levels",
        ),
        sa.Column("risk_at", sa.BigInteger(), nullable=True, comment="from when on it is nearly due; kept likewise"),
        sa.Column(
            "shelf", sa.String(length=10), nullable=False, comment="active (open or pending), snoozed or resolved"
        ),
        sa.Column(
            "begins_id",
            ID,
            nullable=True,
            comment="the message from which on its conversation's words were about it first",
        ),
        sa.Column(
            "matter",
            sa.Text(),
            nullable=True,
            comment="what it is about, as an agent put it; else the subject of the words says so",
        ),
        sa.Column(
            "stage",
            sa.String(length=20),
            nullable=True,
            comment="of its kind, that was chosen last: see kinds.model.stage_of",
        ),
        sa.Column(
            "reason_id", sa.String(length=40), nullable=True, comment="the first of its reasons: why the customer wrote"
        ),
        sa.Column(
            "mood",
            sa.String(length=10),
            nullable=True,
            comment="of what the customer said last: angry, unhappy, neutral, happy or delighted",
        ),
        sa.Column(
            "signs", sa.Text(), server_default="", nullable=False, comment="reasons.signs.Sign, with a space between"
        ),
        sa.Column(
            "rating",
            sa.String(length=6),
            nullable=True,
            comment="what its customer said last who was asked about it: good, middle or bad",
        ),
        sa.Column("rating_score", sa.Integer(), nullable=True, comment="the score of that rating"),
        sa.Column(
            "rating_survey",
            sa.String(length=10),
            nullable=True,
            comment="which kind of survey it answers: csat, nps or effort",
        ),
        sa.Column("attributes", sa.Text(), server_default="{}", nullable=False),
        sa.Column(
            "current",
            sa.Integer(),
            nullable=True,
            comment="1 on the ticket that a conversation's next words are about, else null",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_ticket")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_ticket_agent", "ticket", ["workspace_id", "owner_agent_id", "shelf", "waits_at", "id"], unique=False
    )
    op.create_index(
        "ix_ticket_complaint",
        "ticket",
        ["workspace_id", "shelf", "waits_at", "id"],
        unique=False,
        sqlite_where=sa.text("kind = 'complaint'"),
        postgresql_where=sa.text("kind = 'complaint'"),
    )
    op.create_index(
        "ix_ticket_due",
        "ticket",
        ["workspace_id", "shelf", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("ix_ticket_list", "ticket", ["workspace_id", "shelf", "waits_at", "id"], unique=False)
    op.create_index(
        "ix_ticket_snoozed",
        "ticket",
        ["snoozed_until", "workspace_id"],
        unique=False,
        sqlite_where=sa.text("snoozed_until IS NOT NULL"),
        postgresql_where=sa.text("snoozed_until IS NOT NULL"),
    )
    op.create_index(
        "ix_ticket_team", "ticket", ["workspace_id", "owner_team_id", "shelf", "waits_at", "id"], unique=False
    )
    op.create_index("uq_ticket_current", "ticket", ["workspace_id", "conversation_id", "current"], unique=True)
    op.create_table(
        "ticket_course",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("level_id", ID, nullable=True, comment="the ticket's; null: none fits it"),
        sa.Column(
            "current",
            sa.Integer(),
            nullable=True,
            comment="1 on the one that the conversation's next words are about, as far as the log was followed",
        ),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("waits", sa.BigInteger(), nullable=True, comment="since when the customer is owed an answer"),
        sa.Column("heard_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("resolved_at", sa.BigInteger(), nullable=False, comment="0: never"),
        sa.PrimaryKeyConstraint("workspace_id", "ticket_id", name=op.f("pk_ticket_course")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_ticket_course_conversation", "ticket_course", ["workspace_id", "conversation_id", "ticket_id"], unique=False
    )
    op.create_table(
        "ticket_kind",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", sa.String(length=20), nullable=False, comment="as ticket.kind names it"),
        sa.Column("name", sa.Text(), nullable=False, comment="empty for those built in"),
        sa.Column("place", sa.Integer(), nullable=False, comment="in the list, ascending"),
        sa.Column("attributes", sa.Text(), nullable=False, comment="model.KindAttribute, in the order of the form"),
        sa.Column("stages", sa.Text(), nullable=False, comment="model.Stage, in their order"),
        sa.Column(
            "removed_at", sa.BigInteger(), nullable=True, comment="no ticket becomes one any more; those that are stay"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_ticket_kind")),
    )
    op.create_table(
        "ticket_message",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False, comment="that isn't about the ticket whose turn it was"),
        sa.Column("ticket_id", ID, nullable=False, comment="but about this one"),
        sa.PrimaryKeyConstraint("workspace_id", "message_id", name=op.f("pk_ticket_message")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ticket_message", "ticket_message", ["workspace_id", "ticket_id", "message_id"], unique=False)
    op.create_table(
        "ticket_reason",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="from 0: the first is the ticket's own"),
        sa.Column("reason_id", sa.String(length=40), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=False, comment="in thousandths"),
        sa.Column(
            "by", sa.Text(), nullable=False, comment="model, unsure (one of those that it may be), or agent:<id>"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "ticket_id", "place", name=op.f("pk_ticket_reason")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ticket_reason", "ticket_reason", ["workspace_id", "reason_id", "ticket_id"], unique=False)
    op.create_table(
        "ticket_trait",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="of an attribute"),
        sa.Column("value", sa.Text(), nullable=False, comment="folded as search folds: what filters compare"),
        sa.PrimaryKeyConstraint("workspace_id", "ticket_id", "key", name=op.f("pk_ticket_trait")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ticket_turn",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column(
            "from_id", ID, nullable=False, comment="the message from which on its words are about the ticket again"
        ),
        sa.Column("ticket_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "conversation_id", "from_id", name=op.f("pk_ticket_turn")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ticket_turn", "ticket_turn", ["workspace_id", "ticket_id"], unique=False)
    op.create_table(
        "told_promise",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False, comment="carries when it was told"),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=True),
        sa.Column("way", sa.String(length=10), nullable=False, comment="chat or reply"),
        sa.Column(
            "hour",
            sa.Integer(),
            nullable=False,
            comment="of the week, from Monday's first, in the workspace's time zone",
        ),
        sa.Column("waits", sa.BigInteger(), nullable=False, comment="since when the customer had waited then"),
        sa.Column("due_at", sa.BigInteger(), nullable=False, comment="by when they were promised an answer"),
        sa.Column("ended_at", sa.BigInteger(), nullable=True, comment="when nobody waited for it any more"),
        sa.Column("ended_by", ID, nullable=True, comment="the answer"),
        sa.Column("kept", sa.Integer(), nullable=True, comment="1 or 0 once it has ended by an answer"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_told_promise")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_told_promise_answer",
        "told_promise",
        ["workspace_id", "ended_by"],
        unique=False,
        sqlite_where=sa.text("ended_by IS NOT NULL"),
        postgresql_where=sa.text("ended_by IS NOT NULL"),
    )
    op.create_index("ix_told_promise_ticket", "told_promise", ["workspace_id", "ticket_id"], unique=False)
    op.create_table(
        "trained_model",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="of findings: reason"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False, comment="sha256 in the file store"),
        sa.Column("figures", sa.Text(), nullable=False, comment="how it was measured: trials.Figures"),
        sa.Column(
            "state",
            sa.String(length=10),
            nullable=False,
            comment="current, earlier, or worse (than the one that stayed)",
        ),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "kind", "version", name=op.f("pk_trained_model")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "translator",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("settings", sa.Text(), nullable=False, comment="model.Settings"),
        sa.Column("secrets", sa.Text(), nullable=True, comment="sealed by kit.secrets; null where it asks for no key"),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_translator")),
    )
    op.create_table(
        "turn",
        sa.Column("workspace_id", ID, nullable=False, comment="that of what looks across workspaces"),
        sa.Column("name", sa.String(length=120), nullable=False, comment="timer:sign-in"),
        sa.Column("holder", sa.Text(), nullable=False, comment="a process"),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "name", name=op.f("pk_turn")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "visitor",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False, comment="the identity that this browser speaks for"),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column(
            "signed_until", sa.BigInteger(), nullable=True, comment="until when the company's site vouches for it"
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "token_hash", name=op.f("pk_visitor")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_visitor_token_hash")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "visitor_push",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False, comment="the identity that this browser spoke for"),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False, comment="the visit's: whoever ends it is told no more"),
        sa.Column("endpoint_hash", sa.Text(), nullable=False),
        sa.Column(
            "sealed",
            sa.Text(),
            nullable=False,
            comment="kit.push.Receiver and the page to go back to, sealed by kit.secrets",
        ),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("seen_id", ID, nullable=True, comment="the last message that the identity was shown"),
        sa.Column(
            "told_id", ID, nullable=True, comment="the message that was last told of; nothing more is until it was seen"
        ),
        sa.Column("seen_at", sa.BigInteger(), nullable=False, comment="when the identity was last here"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_visitor_push")),
        sa.UniqueConstraint(
            "workspace_id",
            "inbox_id",
            "endpoint_hash",
            name=op.f("uq_visitor_push_workspace_id_inbox_id_endpoint_hash"),
        ),
    )
    op.create_index("ix_visitor_push_identity", "visitor_push", ["workspace_id", "scheme", "value"], unique=False)
    op.create_index("ix_visitor_push_seen", "visitor_push", ["workspace_id", "seen_at"], unique=False)
    op.create_index("ix_visitor_push_token", "visitor_push", ["workspace_id", "token_hash"], unique=False)
    op.create_table(
        "vital",
        sa.Column("workspace_id", ID, nullable=False, comment="that of nowhere"),
        sa.Column("name", sa.String(length=120), nullable=False, comment="worker:<machine>:<process>, backup"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "name", name=op.f("pk_vital")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "watch",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("agent_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "agent_id", "conversation_id", name=op.f("pk_watch")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_watch_conversation", "watch", ["workspace_id", "conversation_id", "agent_id"], unique=False)
    op.create_table(
        "wording",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("use", sa.String(length=10), nullable=False, comment="summaries or cases"),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column(
            "reach",
            sa.String(length=16),
            nullable=False,
            comment="model.Order.reach_key: readers who may read other messages",
        ),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False, comment="asked, made or failed"),
        sa.Column(
            "stamp",
            sa.String(length=64),
            nullable=False,
            comment="of which words it was made, or failed: model.stamp_of",
        ),
        sa.Column("body", sa.Text(), nullable=True, comment="model.Body; null as long as nothing was made"),
        sa.Column("problem", sa.String(length=60), nullable=False, comment="why it failed: a message key"),
        sa.Column("changed_at", sa.BigInteger(), nullable=False, comment="since when it is in this state"),
        sa.PrimaryKeyConstraint("workspace_id", "ticket_id", "use", "locale", "reach", name=op.f("pk_wording")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_wording_conversation", "wording", ["workspace_id", "conversation_id"], unique=False)
    op.create_table(
        "workspace",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False, comment="model.WorkspaceSettings"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "ready_at", sa.BigInteger(), nullable=True, comment="when the guided first run was finished or put aside"
        ),
        sa.Column(
            "ends_at",
            sa.BigInteger(),
            nullable=True,
            comment="when all of it is erased, if nobody takes that back; null: it stays",
        ),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_workspace")),
    )
    guard(
        "agent",
        "api_token",
        "attachment",
        "attribute",
        "audit",
        "bulk_step",
        "canned_reply",
        "changed_row",
        "clock",
        "clue",
        "coaching_note",
        "complaint",
        "complaint_hint",
        "complaint_look",
        "complaint_settings",
        "complaint_week",
        "consent",
        "contact",
        "contact_import",
        "contact_trait",
        "conversation",
        "conversation_inbox",
        "cursor",
        "delivery",
        "directory",
        "draft",
        "duplicate",
        "earlier_words",
        "early_status",
        "entity_book",
        "event",
        "fact",
        "factor",
        "group_change",
        "heard",
        "heard_correction",
        "idempotency",
        "identity",
        "import_row",
        "inbox",
        "job",
        "keeping",
        "language_model",
        "language_model_day",
        "log",
        "macro",
        "mention",
        "message",
        "message_part",
        "notification",
        "notification_preference",
        "one_time_link",
        "opt_out",
        "organization",
        "organization_domain",
        "participant",
        "peer",
        "public_holiday",
        "push_subscription",
        "queued_ticket",
        "raw_payload",
        "reaction",
        "read_position",
        "reason",
        "recovery_code",
        "replay",
        "reply_promise",
        "report",
        "review",
        "role",
        "route",
        "routing_agent",
        "routing_decision",
        "routing_inbox",
        "rule",
        "rule_firing",
        "saved_view",
        "schedule",
        "scheduled_reply",
        "score_card",
        "service_level",
        "session",
        "set_aside",
        "share",
        "shared_draft",
        "signature",
        "silent_customer",
        "silent_round",
        "spent",
        "surge",
        "surge_call",
        "surge_member",
        "surge_saying",
        "surge_text",
        "survey",
        "survey_asking",
        "survey_rules",
        "survey_telling",
        "survey_told",
        "tag",
        "tally",
        "task",
        "team",
        "team_agent",
        "team_inbox",
        "template",
        "template_list",
        "theme",
        "theme_message",
        "theme_round",
        "ticket",
        "ticket_course",
        "ticket_kind",
        "ticket_message",
        "ticket_reason",
        "ticket_trait",
        "ticket_turn",
        "told_promise",
        "trained_model",
        "translator",
        "turn",
        "visitor",
        "visitor_push",
        "vital",
        "watch",
        "wording",
        "workspace",
    )
