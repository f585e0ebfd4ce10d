"""What a language model wrote about a ticket, as values."""

import hashlib
from typing import Literal

import msgspec
from msgspec import Struct

from lyhord.hearing.language_model.model import Settings
from lyhord.kit.clock import HOUR, MINUTE

TicketUse = Literal["summaries", "cases"]
State = Literal["none", "asked", "made", "failed"]
LOST_AFTER = 10 * MINUTE
"""When what was asked for and isn't there may be asked for again: whoever was to write it died."""
AGAIN_AFTER = HOUR
"""When what failed is asked for again by itself, the words being the same."""
PAUSE = MINUTE
"""Between two askings about one ticket: customers write in several messages what they could write in one."""


class WrittenLine(Struct, frozen=True):
    """A sentence, and the messages that it rests on, at least one. Its kind is one of a summary's, or `solved`."""

    kind: str
    text: str
    sources: tuple[str, ...]


class Written(Struct, frozen=True, kw_only=True):
    """What a language model makes of a ticket. `none`: nobody has asked it yet, and it may be asked; `asked`: it is about to be there.

    `made`: the lines stand, each proved by its sources, with the name of the `model`; `failed`: for `problem`, a message key.
    """

    state: State
    lines: tuple[WrittenLine, ...] = ()
    model: str = ""
    made_at: int | None = None
    problem: str = ""


class Body(Struct, frozen=True):
    """What is kept of it."""

    lines: tuple[WrittenLine, ...]
    model: str


class Order(Struct, frozen=True):
    """What a job writes, for readers with a language and a reach; `inbox_ids` None means all."""

    use: TicketUse
    ticket_id: str
    locale: str
    inbox_ids: tuple[str, ...] | None

    @property
    def reach_key(self) -> str:
        """By which readers with the same reach share what is written; "" for those who reach everything."""
        if self.inbox_ids is None:
            return ""
        return hashlib.sha256("\n".join(sorted(self.inbox_ids)).encode()).hexdigest()[:16]


def stamp_of(settings: Settings, *parts: object) -> str:
    """By which it is told whether something was made of these words by this model."""
    return hashlib.sha256(msgspec.json.encode([settings.model, settings.hides, *parts])).hexdigest()
