"""What lies beside this package and may have rows about a person; `app` joins them."""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from lyhord.kit.database import Tx

Forget = Callable[[Tx, Sequence[str]], object]
"""Forgets what is kept about these conversations."""


@runtime_checkable
class Holdings(Protocol):
    """Whoever else has to forget, and what remembers that it was done."""

    @property
    def others(self) -> Sequence[Forget]:
        """What the neighbours do."""

    def note(self, workspace_id: str, contact_id: str) -> None:
        """Write down, durably and outside the database, that a contact is erased: a backup may bring them back. It may wait."""
