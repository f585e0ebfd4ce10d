"""What the file store must keep."""

from collections.abc import Sequence

from sqlalchemy import BindParameter, bindparam, select

from lyhord.contacts.imports.tables import contact_import
from lyhord.conversations.tables import attachment, raw_payload
from lyhord.kit.database import ReadTx, Statement, values_in
from lyhord.workspaces.tables import agent

W: BindParameter[str] = bindparam("workspace_id")
_named = tuple(
    Statement(select(column).where(column.table.c.workspace_id == W, values_in(column, "hashes")))
    for column in (attachment.c.file, raw_payload.c.file, agent.c.photo, contact_import.c.file)
)


def referenced_files(tx: ReadTx, hashes: Sequence[str]) -> set[str]:
    """Which of these files the workspace's messages, uploads, payloads, agents and imports name."""
    return {row[0] for statement in _named for row in tx.all(statement, hashes=list(hashes))}
