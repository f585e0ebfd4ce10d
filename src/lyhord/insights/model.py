"""Numbers as values, and the pure rules about them."""

from bisect import bisect_left
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.ids import LOWEST_ID

WAITS = (5 * MINUTE, HOUR, 4 * HOUR, DAY, 3 * DAY)
"""Where one class of waiting ends and the next begins (milliseconds); the last has no end."""
CLASSES = len(WAITS) + 1
COUNTS = (
    "messages_in",
    "messages_out",
    "resolved",
    "reopened",
    *(f"waited_{n}" for n in range(CLASSES)),
    *(f"waited_open_{n}" for n in range(CLASSES)),
)
"""What is counted for each hour, inbox and team. `waited_open` counts the time in which the company was open."""
NOBODY = LOWEST_ID
"""Where a contact's id stands: of no single one."""
NO_TEAM = LOWEST_ID
"""Where a team's id stands: nobody's, or an agent's who is in no team or in several."""


class Day(Struct, frozen=True):
    """One day of the workspace's time zone: customers who wrote, messages both ways, tickets resolved and reopened."""

    day: str
    contacts: int
    messages_in: int
    messages_out: int
    resolved: int
    reopened: int


class Totals(Struct, frozen=True):
    """The same over a stretch of days; each customer counts once."""

    contacts: int
    messages_in: int
    messages_out: int
    resolved: int
    reopened: int


class Numbers(Struct, frozen=True):
    """A stretch of days that ends today, the stretch of the same length before it, and how many customers waited how long.

    `waits` counts answers by how long the customer had waited: up to each of `wait_ends` (milliseconds), and longer. `waits_open` counts
    the same answers by what of that time lay within opening hours; None where the company has none.
    """

    days: list[Day]
    now: Totals
    before: Totals
    wait_ends: list[int]
    waits: list[int]
    waits_open: list[int] | None


def wait_class(waited: int) -> int:
    """The class of a time waited, in milliseconds."""
    return bisect_left(WAITS, waited)


def day_of(at: int, zone: ZoneInfo) -> str:
    """The day on which a moment lies, as 2026-03-01. Hours that a zone cuts in half count to the day in which they begin."""
    return datetime.fromtimestamp(at / 1000, zone).date().isoformat()


def hour_of(at: int) -> int:
    """When the hour of a moment began (Unix milliseconds)."""
    return at - at % HOUR
