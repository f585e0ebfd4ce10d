"""Alembic's entry: one transaction around all steps, on the connection that `lyhord.app.schema` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from lyhord.app.migrations.env_filter import keep
from lyhord.kit.database.columns import Bytes, Id

LOCK_SECONDS = 5


def _render(kind: str, value: Any, _context: Any) -> str | Literal[False]:
    """Write our own types as the template and SQLAlchemy name them, so that steps import nothing of ours."""
    own = {Id: "ID", Bytes: "sa.LargeBinary()"}
    return own.get(type(value), False) if kind == "type" else False


def _run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # A step that can't get its lock soon gives up, rather than making everybody queue behind it.
        connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_SECONDS}s'")
    context.configure(
        connection=connection,
        target_metadata=context.config.attributes["tables"],
        transactional_ddl=True,
        include_name=keep,
        render_item=_render,
    )
    context.run_migrations()


_run(context.config.attributes["connection"])
