"""Which files of the file store are models."""

from collections.abc import Sequence

from lyhord.hearing.reasons import store
from lyhord.kit.database import ReadTx


def referenced_models(tx: ReadTx, hashes: Sequence[str]) -> set[str]:
    """Which of these files are models that the workspace may go back to."""
    return {row[0] for row in tx.all(store.named_files, hashes=list(hashes))}
