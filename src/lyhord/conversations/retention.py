"""What is forgotten after a while, and what the file store must keep."""

from collections.abc import Sequence

from sqlalchemy import BindParameter, bindparam, delete, select

from lyhord.contacts.imports.tables import contact_import
from lyhord.conversations.tables import attachment, raw_payload
from lyhord.kit.clock import DAY
from lyhord.kit.database import ReadTx, Statement, Tx, values_in
from lyhord.kit.ids import first_id_at
from lyhord.workspaces.tables import agent

RAW_DAYS = 30
AT_ONCE = 500

W: BindParameter[str] = bindparam("workspace_id")
_old_raw = (
    select(raw_payload.c.id)
    .where(raw_payload.c.workspace_id == W, raw_payload.c.id < bindparam("before"))
    .order_by(raw_payload.c.id)
    .limit(AT_ONCE)
)
_drop_raw = Statement(
    delete(raw_payload).where(raw_payload.c.workspace_id == W, raw_payload.c.id.in_(_old_raw.scalar_subquery()))
)
_named = tuple(
    Statement(select(column).where(column.table.c.workspace_id == W, values_in(column, "hashes")))
    for column in (attachment.c.file, raw_payload.c.file, agent.c.photo, contact_import.c.file)
)


def sweep_raw_payloads(tx: Tx) -> int:
    """Forget payloads as they came `RAW_DAYS` ago and earlier, at most `AT_ONCE`; how many. Messages stay."""
    return tx.run(_drop_raw, before=first_id_at(tx.now - RAW_DAYS * DAY))


def referenced_files(tx: ReadTx, hashes: Sequence[str]) -> set[str]:
    """Which of these files the workspace's messages, uploads, payloads, agents and imports name."""
    return {row[0] for statement in _named for row in tx.all(statement, hashes=list(hashes))}
