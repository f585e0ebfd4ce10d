"""What agents are told of, by which ways, and when they want quiet: values and pure rules."""

from datetime import datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from lyhord.kit.clock import MINUTE, SECOND, time_zones
from lyhord.kit.problems import Invalid

Kind = Literal[
    "assigned",
    "message",
    "unassigned",
    "mention",
    "watched",
    "side",
    "draft",
    "failed",
    "rule",
    "task",
    "task_ended",
    "due",
    "coached",
    "called_in",
]
"""A ticket became mine; something new in mine; new and nobody's, where my teams read; I or my team was named; new in what I watch;
whom I asked aside, answered; somebody went on with my shared draft; what I wrote couldn't be delivered; a rule was paused since it
failed, which those are told who manage the workspace; something is asked of me or of my team, or due; what I asked for was done or
decided; something promised to a customer is nearly due, or late; somebody who coaches me wrote to me or reviewed my work, or whom I coach
answered; I am called in to a surge, until I answer or it is over."""
Way = Literal["app", "push", "mail"]

DAY_MINUTES = 24 * 60
Minutes = Annotated[int, Meta(ge=0, lt=DAY_MINUTES)]


class Hours(Struct, frozen=True, kw_only=True):
    """When an agent may be disturbed: on `days` (1 is Monday) from `start` to `end`, minutes of the day in `time_zone`.

    An `end` that isn't after `start` is one of the next day.
    """

    days: tuple[Annotated[int, Meta(ge=1, le=7)], ...] = (1, 2, 3, 4, 5)
    start: Minutes = 8 * 60
    end: Minutes = 18 * 60
    time_zone: str = "UTC"


class Preferences(Struct, frozen=True, kw_only=True):
    """What an agent wants to be told, and how. Whatever is told by any way stands in the list.

    `hours` None: at any time. `paused_until` (Unix milliseconds): nothing disturbs before.
    """

    assigned: tuple[Way, ...] = ("app", "push", "mail")
    message: tuple[Way, ...] = ("app", "push", "mail")
    unassigned: tuple[Way, ...] = ("app",)
    mention: tuple[Way, ...] = ("app", "push", "mail")
    watched: tuple[Way, ...] = ("app", "push", "mail")
    side: tuple[Way, ...] = ("app", "push", "mail")
    draft: tuple[Way, ...] = ("app", "push")
    failed: tuple[Way, ...] = ("app", "push", "mail")
    rule: tuple[Way, ...] = ("app", "mail")
    task: tuple[Way, ...] = ("app", "push", "mail")
    task_ended: tuple[Way, ...] = ("app", "push")
    due: tuple[Way, ...] = ("app", "push", "mail")
    coached: tuple[Way, ...] = ("app",)
    called_in: tuple[Way, ...] = ("app", "push", "mail")
    sound: bool = True
    mail_after_minutes: Annotated[int, Meta(ge=1, le=1440)] = 15
    hours: Hours | None = None
    paused_until: int | None = None

    def ways(self, kind: Kind) -> tuple[Way, ...]:
        """By which ways to tell of this kind."""
        chosen: tuple[Way, ...] = getattr(self, kind)
        return chosen


DEFAULTS = Preferences()


class Notification(Struct, frozen=True, kw_only=True):
    """One line of an agent's list. `agent_id` is the colleague who did it, None for a customer; `words` are what was said last then.

    `ticket_id` is the ticket concerned, None where that is the one that opens with the conversation anyway. A call to a surge has
    `surge_id`, and neither conversation nor message.
    """

    id: str
    kind: str
    conversation_id: str | None
    message_id: str | None
    title: str
    words: str
    agent_id: str | None
    at: int
    read_at: int | None
    ticket_id: str | None = None
    surge_id: str | None = None


class Device(Struct, frozen=True):
    """A browser that gets pushes. `current` is the one whose address was asked about."""

    id: str
    client: str
    created_at: int


def check_preferences(preferences: Preferences) -> None:
    """Raise `Invalid` for what a type can't say."""
    hours = preferences.hours
    if hours is not None and hours.time_zone not in time_zones():
        raise Invalid("There is no such time zone.", fields={"time_zone": "field.time_zone"})
    if hours is not None and not hours.days:
        raise Invalid("Choose at least one day.", fields={"days": "field.missing"})


def quiet_until(preferences: Preferences, now: int) -> int | None:
    """Until when (Unix milliseconds) an agent wants quiet at the moment `now`; None when they may be disturbed."""
    paused = preferences.paused_until or 0
    end = paused if paused > now else None
    if preferences.hours is None:
        return end
    opens = _next_opening(preferences.hours, max(now, paused))
    return end if opens is None else opens


def _next_opening(hours: Hours, now: int) -> int | None:
    """When the agent's hours begin next, or None within them."""
    zone = ZoneInfo(hours.time_zone)
    today = datetime.fromtimestamp(now / SECOND, zone).date()
    length = (hours.end - hours.start - 1) % DAY_MINUTES + 1
    for ahead in range(-1, 9):
        day = today + timedelta(days=ahead)
        if day.isoweekday() not in hours.days:
            continue
        began = datetime.combine(day, time(hours.start // 60, hours.start % 60), zone)
        begins = int(began.timestamp()) * SECOND
        if begins <= now < begins + length * MINUTE:
            return None
        if begins > now:
            return begins
    raise AssertionError("some day of the next week is one of theirs")
