"""What a month of complaints comes to. Times as distributions: half of them, nine in ten, how many within what was promised. Pure."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from lyhord.kit.clock import SECOND
from lyhord.kit.problems import Invalid
from lyhord.tickets.complaints.model import ComplaintSettings


class Reported(Struct, frozen=True):
    """What the report looks at of a complaint. In the order of `store.REPORTED`."""

    severity: str
    cause: str
    channel: str
    cost: int
    began_at: int
    told_at: int | None
    promised_at: int
    ended_at: int | None
    climbed: int
    earlier: int
    alike: int


class Times(Struct, frozen=True):
    """How long something took, in milliseconds: of how many complaints, half of them at most, nine in ten at most.

    `within`: how many of `due` kept what was promised; `due` counts those of which that is certain.
    """

    count: int
    p50: int | None
    p90: int | None
    within: int = 0
    due: int = 0


class Share(Struct, frozen=True):
    """How many there were of something; "" stands for those of which nobody said it."""

    name: str
    count: int
    before: int


class Figures(Struct, frozen=True):
    """A month's. `cost` is in minor units, that of remedies. `recurring`: complaints of customers who had complained before, of the same
    cause `alike`. `climbed`: those that went up since time was up. `told`: until the customer was told; `resolved`: until it was resolved.
    """

    count: int
    resolved_count: int
    cost: int
    recurring: int
    alike: int
    climbed: int
    told: Times
    resolved: Times


class Report(Struct, frozen=True):
    """A month beside the one before. Months are those of the workspace's time zone, as 2026-11; complaints count where they began."""

    month: str
    currency: str
    now: Figures
    before: Figures
    severities: tuple[Share, ...]
    causes: tuple[Share, ...]
    channels: tuple[Share, ...]


def span_of(month: str, time_zone: str) -> tuple[int, int]:
    """From when until when (Unix milliseconds) a month lasts. Raises `Invalid` for what is none."""
    try:
        year, number = (int(part) for part in month.split("-"))
        begins = datetime(year, number, 1, tzinfo=ZoneInfo(time_zone))
        ends = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=ZoneInfo(time_zone))
    except ValueError:
        raise Invalid("Write a month as 2026-11.", fields={"month": "field.invalid"}) from None
    return int(begins.timestamp()) * SECOND, int(ends.timestamp()) * SECOND


def month_of(at: int, time_zone: str, *, back: int = 0) -> str:
    """The month of a moment, or one `back` months before."""
    then = datetime.fromtimestamp(at / SECOND, ZoneInfo(time_zone))
    count = then.year * 12 + then.month - 1 - back
    return f"{count // 12:04}-{count % 12 + 1:02}"


def month_before(month: str) -> str:
    """The month before a month."""
    year, number = (int(part) for part in month.split("-"))
    return f"{year - (number == 1):04}-{(number - 2) % 12 + 1:02}"


def make_report(
    month: str, rows: Sequence[Reported], before: Sequence[Reported], settings: ComplaintSettings, now: int
) -> Report:
    """The report of the complaints of a month and of those of the one before."""
    return Report(
        month=month,
        currency=settings.currency,
        now=figures(rows, settings, now),
        before=figures(before, settings, now),
        severities=_shares(rows, before, lambda one: one.severity),
        causes=_shares(rows, before, lambda one: one.cause),
        channels=_shares(rows, before, lambda one: one.channel),
    )


def figures(rows: Sequence[Reported], settings: ComplaintSettings, now: int) -> Figures:
    """What some complaints come to, as known at a moment."""
    told = [one for one in rows if one.told_at is not None or one.promised_at < now]
    ended = [one.ended_at - one.began_at for one in rows if one.ended_at is not None]
    kept = [one for one in told if one.told_at is not None and one.told_at <= one.promised_at]
    unclimbed = [one for one in rows if one.ended_at is not None and not one.climbed]
    certain = [one for one in rows if one.ended_at is not None or one.climbed]
    return Figures(
        count=len(rows),
        resolved_count=len(ended),
        cost=sum(one.cost for one in rows),
        recurring=sum(one.earlier + 1 >= settings.recurs_after for one in rows),
        alike=sum(one.alike + 1 >= settings.recurs_after for one in rows),
        climbed=sum(one.climbed > 0 for one in rows),
        told=_times([one.told_at - one.began_at for one in rows if one.told_at is not None], len(kept), len(told)),
        resolved=_times(ended, len(unclimbed), len(certain)),
    )


def share_at_most(values: Sequence[int], percent: int) -> int | None:
    """The smallest of the values that at least so many of a hundred don't exceed; None of none."""
    if not values:
        return None
    return sorted(values)[-(-len(values) * percent // 100) - 1]


def _times(values: Sequence[int], within: int, due: int) -> Times:
    return Times(len(values), share_at_most(values, 50), share_at_most(values, 90), within, due)


def _shares(rows: Sequence[Reported], before: Sequence[Reported], name: Callable[[Reported], str]) -> tuple[Share, ...]:
    now, then = Counter(map(name, rows)), Counter(map(name, before))
    named = sorted({*now, *then}, key=lambda one: (-now[one], -then[one], one))
    return tuple(Share(one, now[one], then[one]) for one in named)
