"""The follower that hears what is said, in batches behind the log: whoever writes waits for nothing, and a crash repeats nothing."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from lyhord.conversations.events import MessageChanged, MessageReceived, MessageRemoved, MessageReplied
from lyhord.hearing.actions import DEAF, Ears, forget_messages, hear_messages
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower


def hear_events(tx: Tx, events: Sequence[Logged], ears: Ears = DEAF) -> None:
    """Hear what was said or edited, and forget what was taken back; the words come from the rows as they are now."""
    ids: dict[str, None] = {}
    gone: set[str] = set()
    quiet: set[str] = set()
    for logged in events:
        event: Any = logged.event
        if isinstance(event, MessageRemoved):
            gone.add(event.message_id)
        elif not isinstance(event, MessageChanged) or event.change == "edited":
            ids[event.message_id] = None
        if getattr(event, "imported", 0):
            quiet.add(event.message_id)
    if ids:
        hear_messages(tx, ids, quiet, ears=ears)
    if gone:
        forget_messages(tx, gone, ears)


def make_follower(ears: Ears) -> Follower:
    """From the first message of a workspace on. Small batches: hearing shares the one writer with people who wait."""
    kinds = (MessageReceived, MessageReplied, MessageChanged, MessageRemoved)
    return Follower(name="hearing", kinds=kinds, handle=partial(hear_events, ears=ears), batch=50)


FOLLOWER = make_follower(DEAF)
"""Hears what needs no model of the workspace."""
