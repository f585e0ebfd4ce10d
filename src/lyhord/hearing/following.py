"""The follower that hears what is said, in batches behind the log: whoever writes waits for nothing, and a crash repeats nothing."""

from collections.abc import Sequence
from typing import Any

from lyhord.conversations.events import MessageChanged, MessageReceived, MessageReplied
from lyhord.hearing.actions import hear_messages
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower


def hear_events(tx: Tx, events: Sequence[Logged]) -> None:
    """Hear what was said or edited; the words come from the rows as they are now."""
    ids: dict[str, None] = {}
    quiet: set[str] = set()
    for logged in events:
        event: Any = logged.event
        if not isinstance(event, MessageChanged) or event.change == "edited":
            ids[event.message_id] = None
        if getattr(event, "imported", 0):
            quiet.add(event.message_id)
    if ids:
        hear_messages(tx, ids, quiet)


FOLLOWER = Follower(
    name="hearing", kinds=(MessageReceived, MessageReplied, MessageChanged), handle=hear_events, batch=50
)
"""From the first message of a workspace on. Small batches: hearing shares the one writer with people who wait."""
