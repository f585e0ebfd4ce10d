"""Side conversations as the screen of their parent shows them."""

from collections.abc import Sequence

from msgspec import Struct

from lyhord.conversations.model import Conversation
from lyhord.conversations.sides import store
from lyhord.conversations.views import carriers_of_conversations
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import HIGHEST_ID
from lyhord.workspaces.reach import Reach


class Side(Struct, frozen=True):
    """One side conversation. `read_id` is how far the agent who looks has read, `state` that of the last message's delivery."""

    conversation: Conversation
    read_id: str | None
    state: str | None


def list_sides(
    tx: ReadTx,
    reach: Reach,
    agent_id: str | None,
    conversation_ids: Sequence[str],
    *,
    before: str = HIGHEST_ID,
    most: int = 50,
) -> tuple[list[Side], str | None]:
    """Those beside the conversations of one timeline, the newest first, and the `before` of the next page."""
    rows = tx.all(store.sides_of, agent=agent_id, ids=list(conversation_ids), before=before, most=most + 1)
    page = [Side(Conversation(*row[:-2]), row[-2], row[-1]) for row in rows[:most]]
    following = page[-1].conversation.id if len(rows) > most else None
    if reach.inbox_ids is not None and page:
        carriers = carriers_of_conversations(tx, [one.conversation.id for one in page])
        page = [one for one in page if reach.covers_any(carriers.get(one.conversation.id, ()))]
    return page, following
