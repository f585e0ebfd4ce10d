"""Who may answer, asked where words are about to be said. Tickets know, which lie above this package and can't be asked directly."""

from typing import Protocol, runtime_checkable

from lyhord.kit.database import Tx


@runtime_checkable
class Answering(Protocol):
    """What `app` offers to the routes and jobs by which somebody answers, as `answering`."""

    def check(self, tx: Tx, conversation_id: str) -> None:
        """Raise a problem where the transaction's actor may not answer this conversation now."""


class Anybody:
    """Everybody answers everything: where nothing is owned, as in stories that are only told."""

    def check(self, tx: Tx, conversation_id: str) -> None:
        """Nobody is kept from it."""


ANYBODY = Anybody()
