"""The database: one writer that groups commits, readers beside it, SQLAlchemy Core as the language."""

from lyhord.kit.database.columns import Id, Json, Millis, metadata
from lyhord.kit.database.database import Database
from lyhord.kit.database.statement import Statement, upsert, values_in
from lyhord.kit.database.tx import ListAction, ReadTx, Tx, batched
from lyhord.kit.storing import Busy, Conflict, StorageFull

__all__ = [
    "Busy",
    "Conflict",
    "Database",
    "Id",
    "Json",
    "ListAction",
    "Millis",
    "ReadTx",
    "Statement",
    "StorageFull",
    "Tx",
    "batched",
    "metadata",
    "upsert",
    "values_in",
]
