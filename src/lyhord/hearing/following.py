"""The follower that hears what is said, in batches behind the log: whoever writes waits for nothing, and a crash repeats nothing."""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from lyhord.conversations.events import MessageChanged, MessageReceived, MessageRemoved, MessageReplied
from lyhord.hearing.actions import DEAF, Ears, forget_messages, hear_messages, think_before
from lyhord.hearing.thinking import Thoughts
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower, Read


class _Batch(NamedTuple):
    """The ids of messages that were said or edited, of those that were taken back, and of those at which nobody looks."""

    said: tuple[str, ...]
    gone: frozenset[str]
    quiet: frozenset[str]


async def think_of_events(read: Read, events: Sequence[Logged], ears: Ears = DEAF) -> Thoughts:
    """Think of what was said or edited, while others write."""
    return await think_before(read, lambda _: _batch(events).said, ears)


def hear_events(tx: Tx, events: Sequence[Logged], thoughts: Thoughts, ears: Ears = DEAF) -> None:
    """Hear what was said or edited, and forget what was taken back; the words come from the rows as they are now."""
    batch = _batch(events)
    if batch.said:
        hear_messages(tx, batch.said, batch.quiet, ears=ears, thoughts=thoughts)
    if batch.gone:
        forget_messages(tx, batch.gone, ears)


def _batch(events: Sequence[Logged]) -> _Batch:
    said: dict[str, None] = {}
    gone: set[str] = set()
    quiet: set[str] = set()
    for logged in events:
        event: Any = logged.event
        if isinstance(event, MessageRemoved):
            gone.add(event.message_id)
        elif not isinstance(event, MessageChanged) or event.change == "edited":
            said[event.message_id] = None
        if getattr(event, "imported", 0):
            quiet.add(event.message_id)
    return _Batch(tuple(said), frozenset(gone), frozenset(quiet))


def make_follower(ears: Ears) -> Follower:
    """From the first message of a workspace on. Small batches: hearing shares the one writer with people who wait, and thinks before."""
    kinds = (MessageReceived, MessageReplied, MessageChanged, MessageRemoved)
    return Follower(
        name="hearing",
        kinds=kinds,
        handle=partial(hear_events, ears=ears),
        batch=50,
        prepare=partial(think_of_events, ears=ears),
    )


FOLLOWER = make_follower(DEAF)
"""Hears what needs no model of the workspace."""
