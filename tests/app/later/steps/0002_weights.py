"""A step that expands, as the next release may bring it: a table, a column and an index that old code doesn't know."""

import sqlalchemy as sa
from alembic import op

revision = "0002.0001"
down_revision = "0001"
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
        "weight",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("grams", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "message_id", name=op.f("pk_weight")),
    )
    op.add_column("message", sa.Column("weighed_at", sa.BigInteger(), nullable=True))
    op.add_column("ticket", sa.Column("heavy", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_ticket_heavy", "ticket", ["workspace_id", "heavy"], unique=False)
    guard("weight")
