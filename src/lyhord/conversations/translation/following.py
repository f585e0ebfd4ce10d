"""The follower that has translated what customers write. Nobody who writes waits for it, and without a translator it does nothing."""

from collections.abc import Sequence
from typing import Any

from lyhord.conversations.events import MessageReceived
from lyhord.conversations.translation.actions import ask_for_translation, find_translator
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower


def ask_for_all(tx: Tx, events: Sequence[Logged]) -> None:
    """Queue what was said just now, but no history, to be translated."""
    if find_translator(tx) is None:
        return
    said: list[Any] = [logged.event for logged in events if isinstance(logged.event, MessageReceived)]
    ask_for_translation(tx, [event.message_id for event in said if not event.imported])


FOLLOWER = Follower(name="translation", kinds=(MessageReceived,), handle=ask_for_all, batch=200, start="head")
