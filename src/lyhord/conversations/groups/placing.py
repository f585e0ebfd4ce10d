"""What replying must know of groups: into which one words go, and whether we are in it."""

from typing import NamedTuple

from lyhord.conversations.groups import store
from lyhord.kit.database import ReadTx


class Group(NamedTuple):
    """A group as its channel knows it: the inbox that is in it, the channel's id, and since when we aren't in it any more."""

    inbox_id: str
    group_id: str
    removed_at: int | None


def group_of(tx: ReadTx, conversation_id: str) -> Group | None:
    """The group of a conversation, None where it is none."""
    row = tx.one(store.group_of, id=conversation_id)
    return Group(*row) if row else None
