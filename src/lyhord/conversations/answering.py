"""Who may answer, asked where words are about to be said. Tickets know, which lie above this package and can't be asked directly."""

from typing import Protocol, runtime_checkable

from lyhord.conversations.model import Reply
from lyhord.kit.database import Tx


@runtime_checkable
class Answering(Protocol):
    """What `app` offers to the routes and jobs by which somebody answers, as `answering`."""

    def check(self, tx: Tx, words: Reply) -> None:
        """Raise a problem where the transaction's actor may not say this now, in `words.conversation_id`."""


class Anybody:
    """Everybody answers everything: where nothing is owned, as in stories that are only told."""

    def check(self, tx: Tx, words: Reply) -> None:
        """Nobody is kept from it."""


ANYBODY = Anybody()
