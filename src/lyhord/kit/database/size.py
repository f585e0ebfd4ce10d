"""How large the database is."""

from sqlalchemy import text

from lyhord.kit.database.statement import Statement
from lyhord.kit.database.tx import ReadTx

_SIZE = {
    "sqlite": Statement(text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")),
    "postgresql": Statement(text("SELECT pg_database_size(current_database())")),
}


def read_size(tx: ReadTx) -> int:
    """In bytes, of all workspaces together."""
    return int(tx.value(_SIZE[tx.dialect]) or 0)
