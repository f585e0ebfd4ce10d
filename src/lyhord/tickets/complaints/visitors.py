"""A visitor of a chat says that what they wrote is a complaint."""

from lyhord.conversations.visitors import Visitor, find_conversation_ids
from lyhord.kit.database import Tx
from lyhord.kit.problems import NotFound
from lyhord.tickets.actions import set_kind
from lyhord.tickets.kinds.model import COMPLAINT
from lyhord.tickets.views import current_of_conversations


def complain(tx: Tx, visitor: Visitor) -> None:
    """Make a complaint of the ticket that their conversation is about now. Raises `NotFound` where nothing is to be done there."""
    current = current_of_conversations(tx, find_conversation_ids(tx, visitor))
    waiting = [one for one in current if one.status != "resolved"]
    if not waiting:
        raise NotFound("Write first what happened.")
    for one in waiting:
        set_kind(tx, one.id, COMPLAINT)
