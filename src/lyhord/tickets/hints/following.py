"""The follower that hints at complaints: behind the hearing, and never in its way."""

from collections.abc import Sequence
from typing import Any

from lyhord.hearing.events import MessageHeard
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower
from lyhord.tickets.hints.actions import hint_messages


def follow_heard(tx: Tx, events: Sequence[Logged]) -> None:
    """Look at each message once."""
    heard: list[Any] = [one.event for one in events]
    hint_messages(tx, {message_id for event in heard for message_id in event.message_ids})


FOLLOWER = Follower(name="hints of complaints", kinds=(MessageHeard,), handle=follow_heard, batch=100, start="head")
