"""The database: one writer that groups commits, readers beside it, SQLAlchemy Core as the language."""

from lyhord.kit.database.columns import Bytes, Id, Json, Millis, Sorted, metadata, partial_index
from lyhord.kit.database.database import Database
from lyhord.kit.database.statement import Statement, upsert, values_in, words_in
from lyhord.kit.database.tx import ListAction, ReadTx, Tx, batched
from lyhord.kit.storing import Busy, Conflict, StorageFull

__all__ = [
    "Busy",
    "Bytes",
    "Conflict",
    "Database",
    "Id",
    "Json",
    "ListAction",
    "Millis",
    "ReadTx",
    "Sorted",
    "Statement",
    "StorageFull",
    "Tx",
    "batched",
    "metadata",
    "partial_index",
    "upsert",
    "values_in",
    "words_in",
]
