"""When a company is open: its weekly hours and holidays, and what a promised reply time means within them. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lyhord.kit.clock import MINUTE
from lyhord.kit.problems import Invalid
from lyhord.workspaces.model import WorkspaceSettings

FAR = 60
"""Days after which nobody looks for an hour in which the company is open."""
Stretch = tuple[int, int]
"""From when until when the company is open (Unix milliseconds)."""


def check_hours(settings: WorkspaceSettings) -> None:
    """Raise `Invalid` for hours that end before they begin or overlap, and for a holiday that is no day."""
    last = (-1, 0)
    for one in sorted(settings.hours, key=lambda one: (one.day, one.opens)):
        begins = last[1] if last[0] == one.day else 0
        if not begins <= one.opens < one.closes:
            raise Invalid("Hours end after they begin, and don't overlap.", fields={"hours": "field.hours"})
        last = one.day, one.closes
    for day in settings.holidays:
        if not _is_day(day):
            raise Invalid("Write a day as 2026-12-24.", fields={"holidays": "field.day"})


def opens_at(settings: WorkspaceSettings, now: int) -> int | None:
    """When the company opens again; None while it is open, and where it says nothing or never opens."""
    opened = next(_stretches(settings, now, 1), None) if settings.hours else None
    return opened[0] if opened and opened[0] > now else None


def late_since(settings: WorkspaceSettings, now: int) -> int | None:
    """Who waits since then, or longer, waits longer than was promised; None where nothing is.

    Only the time counts in which the company is open.
    """
    if settings.reply_promise_minutes is None:
        return None
    left = settings.reply_promise_minutes * MINUTE
    if not settings.hours:
        return now - left
    for opened, closed in _stretches(settings, now, -1):
        if closed - opened >= left:
            return closed - left
        left -= closed - opened
    return 0


def open_between(settings: WorkspaceSettings, since: int, until: int) -> int:
    """How long the company was open in between, in milliseconds: all the time where it says no hours."""
    if not settings.hours:
        return until - since
    total = 0
    for opened, closed in _stretches(settings, until, -1):
        if closed <= since:
            break
        total += closed - max(opened, since)
    return total


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _stretches(settings: WorkspaceSettings, now: int, way: int) -> Iterator[Stretch]:
    """What lies after `now` of the open hours, or with -1 for `way` what lies before it, the nearest first."""
    zone = ZoneInfo(settings.time_zone)
    today = datetime.fromtimestamp(now / 1000, zone).date()
    for far in range(FAR):
        hours = _of_day(settings, today + timedelta(days=way * far), zone)
        for opened, closed in hours[::way]:
            cut = (max(opened, now), closed) if way > 0 else (opened, min(closed, now))
            if cut[0] < cut[1]:
                yield cut


def _of_day(settings: WorkspaceSettings, day: date, zone: ZoneInfo) -> list[Stretch]:
    if day.isoformat() in settings.holidays:
        return []
    hours = sorted((one.opens, one.closes) for one in settings.hours if one.day == day.weekday())
    return [(_moment(day, opens, zone), _moment(day, closes, zone)) for opens, closes in hours]


def _moment(day: date, minute: int, zone: ZoneInfo) -> int:
    """A minute of a day as the clock on the wall shows it, also on days on which that clock is changed."""
    at = datetime.combine(day + timedelta(days=minute // 1440), time(minute % 1440 // 60, minute % 60), zone)
    return int(at.timestamp() * 1000)
