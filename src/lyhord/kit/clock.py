"""Time as the product sees it: integer milliseconds since 1970 in UTC, everywhere, from the database to the API."""

import time
from collections.abc import Callable
from functools import cache
from zoneinfo import available_timezones

Clock = Callable[[], int]
"""Returns Unix milliseconds. Passed in, so that a test can hold time still."""

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def system_clock() -> int:
    """Unix milliseconds of this machine."""
    return time.time_ns() // 1_000_000


@cache
def time_zones() -> frozenset[str]:
    """The names of all time zones that this machine knew when it was asked first: finding them opens 600 files."""
    return frozenset(available_timezones())
