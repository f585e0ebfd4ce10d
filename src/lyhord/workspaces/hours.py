"""When a company is open: schedules of weekly hours and holidays, and how long a stretch of time was within them. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from lyhord.kit.clock import DAY, MINUTE, SECOND
from lyhord.kit.problems import Invalid
from lyhord.workspaces.model import Opening

FAR = 800
"""Days after which nobody looks for an hour in which the company is open."""
EPOCH = date(1970, 1, 1).toordinal()
Stretch = tuple[int, int]
"""From when until when (Unix milliseconds)."""


class Schedule(Struct, frozen=True):
    """Weekly hours in a time zone, less the days on which nobody is there (as 2026-12-24). Without hours: always open.

    Open is whenever the clock on the wall says so: an hour that is skipped in spring is none, and one that comes twice in autumn
    counts twice.
    """

    time_zone: str = "UTC"
    hours: tuple[Opening, ...] = ()
    holidays: frozenset[str] = frozenset()


ALWAYS = Schedule()
"""What counts all time alike."""


def check_hours(hours: tuple[Opening, ...], holidays: tuple[str, ...]) -> None:
    """Raise `Invalid` for hours that end before they begin or overlap, and for a holiday that is no day."""
    last = (-1, 0)
    for one in sorted(hours, key=lambda one: (one.day, one.opens)):
        begins = last[1] if last[0] == one.day else 0
        if not begins <= one.opens < one.closes:
            raise Invalid("Hours end after they begin, and don't overlap.", fields={"hours": "field.hours"})
        last = one.day, one.closes
    for day in holidays:
        if not _is_day(day):
            raise Invalid("Write a day as 2026-12-24.", fields={"holidays": "field.day"})


def opens_at(schedule: Schedule, now: int) -> int | None:
    """When the company opens again; None while it is open, and where it says nothing or never opens."""
    opened = next(_stretches(schedule, now), None) if schedule.hours else None
    return opened[0] if opened and opened[0] > now else None


def open_between(schedule: Schedule, since: int, until: int) -> int:
    """How long the company was open in between, in milliseconds: all the time where it says no hours."""
    if not schedule.hours:
        return max(until - since, 0)
    total = 0
    for opened, closed in _stretches(schedule, since):
        if opened >= until:
            break
        total += min(closed, until) - opened
    return total


def after_open(schedule: Schedule, since: int, length: int) -> int | None:
    """The first moment at which the company has been open for `length` milliseconds since then; None where it never will have been."""
    if not schedule.hours or length <= 0:
        return since + max(length, 0)
    for opened, closed in _stretches(schedule, since):
        if closed - opened >= length:
            return opened + length
        length -= closed - opened
    return None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _stretches(schedule: Schedule, since: int) -> Iterator[Stretch]:
    """What of the open hours lies after `since`, in order."""
    first = datetime.fromtimestamp(since / SECOND, ZoneInfo(schedule.time_zone)).date()
    for far in range(FAR):
        for opened, closed in _of_day(schedule, first + timedelta(days=far)):
            if closed > since:
                yield max(opened, since), closed


def _of_day(schedule: Schedule, day: date) -> list[Stretch]:
    """The open stretches of a day by the clock on the wall, also on days on which that clock is changed."""
    if day.isoformat() in schedule.holidays:
        return []
    hours = sorted((one.opens, one.closes) for one in schedule.hours if one.day == day.weekday())
    midnight = (day.toordinal() - EPOCH) * DAY
    found = []
    for begins, ends, offset in _parts_of_day(schedule.time_zone, day):
        for opens, closes in hours:
            opened = max(midnight - offset + opens * MINUTE, begins)
            closed = min(midnight - offset + closes * MINUTE, ends)
            if opened < closed:
                found.append((opened, closed))
    return found


@lru_cache(maxsize=20_000)
def _parts_of_day(time_zone: str, day: date) -> tuple[tuple[int, int, int], ...]:
    """A day as stretches in which the zone's offset from UTC stays the same: (begins, ends, offset), in milliseconds."""
    zone = ZoneInfo(time_zone)
    begins, ends = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    if begins >= ends:
        return ()
    before, after = _offset(begins, zone), _offset(ends - 1, zone)
    if before == after:
        return ((begins, ends, before),)
    low, high = begins, ends - 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return ((begins, high, before), (high, ends, after))


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp() * SECOND)


def _offset(at: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(at / SECOND, zone).utcoffset()
    return int((offset or timedelta()).total_seconds() * SECOND)
