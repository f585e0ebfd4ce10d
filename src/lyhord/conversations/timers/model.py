"""A chat's timer, and the life that it gives to words. Pure rules."""

import msgspec
from msgspec import Struct

from lyhord.kit.clock import SECOND

JOB = "timer"
GROUP = "group"
"""The key of a group's timer: a conversation has only one of those."""
MOST_SECONDS = 10 * 366 * 86_400
"""More is no timer that anybody sets."""


class Timer(Struct, frozen=True, omit_defaults=True):
    """What is said from `since` on (Unix milliseconds, by the channel's clock) vanishes after `seconds`, 0: stays. Earlier: `before`."""

    seconds: int
    since: int
    before: int = 0


Timers = dict[str, Timer]
_timers = msgspec.json.Decoder(Timers)


def read_timers(body: str | None) -> Timers:
    """The timers in a conversation's row, by `key_of` or `GROUP`."""
    return _timers.decode(body) if body else {}


def write_timers(timers: Timers) -> str:
    """As a conversation's row has them."""
    return msgspec.json.encode(timers).decode()


def key_of(inbox_id: str, scheme: str, value: str) -> str:
    """The key of the chat of an inbox with an identity, whose `value` is folded."""
    return f"{inbox_id} {scheme}:{value}"


class Chat(Struct, frozen=True):
    """Where words are exchanged: a group's conversation, or an identity's with an inbox (`value` folded)."""

    conversation_id: str
    inbox_id: str
    scheme: str | None = None
    value: str | None = None

    @property
    def key(self) -> str:
        """Of its timer."""
        return GROUP if self.scheme is None else key_of(self.inbox_id, self.scheme, self.value or "")


class Untimed(Struct, frozen=True):
    """The chat of a message of which nobody has told whether it has a timer."""

    inbox_id: str
    message_id: str
    scheme: str
    value: str
    group_id: str | None = None


def heard(timer: Timer | None, seconds: int, at: int) -> Timer | None:
    """The timer after it was told that `seconds` count since `at`; None where that is no news: told twice, or overtaken."""
    seconds = min(max(seconds, 0), MOST_SECONDS)
    now = timer.seconds if timer else 0
    if seconds == now or (timer is not None and at < timer.since):
        return None
    return Timer(seconds, at, now)


def end_of(timer: Timer, said_at: int, now: int) -> int | None:
    """When words vanish that were said at `said_at` (Unix milliseconds), which can't be later than now; None: they stay.

    What was said in the very second of the change gets the new life.
    """
    said_at = min(said_at, now)
    seconds = timer.seconds if said_at >= timer.since else timer.before
    return said_at + seconds * SECOND if seconds else None


def joined(one: Timers, other: Timers) -> Timers:
    """Both, of the same chat what was told later."""
    newer = {key: timer for key, timer in other.items() if key not in one or timer.since > one[key].since}
    return {**one, **newer}
