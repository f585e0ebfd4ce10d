"""${message}."""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
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
    ${upgrades if upgrades else "pass"}
