"""What the company said in the app of the channel's owner: it answers the customer, and nobody here did it."""

from collections.abc import Collection

from lyhord.conversations.events import MessageReplied
from lyhord.conversations.model import AUTOMATIC, MISSED
from lyhord.kit.database import Tx


def tell_echo(
    tx: Tx, conversation_id: str, inbox_id: str, message_id: str, flags: Collection[str], *, imported: bool
) -> None:
    """Say in the log that the company said something there. What a machine said there, or a call that nobody took, ends no waiting."""
    tx.emit(
        MessageReplied(
            conversation_id=conversation_id,
            inbox_id=inbox_id,
            message_id=message_id,
            imported=1 if imported else 0,
            automatic=1 if AUTOMATIC in flags or MISSED in flags else 0,
            elsewhere=1,
        )
    )
