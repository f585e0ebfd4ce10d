"""Opening hours: when the company is open again, how long it was open in between, and when it will have been open so long.

The rule is driven against the plainest one there is: look at the clock on the wall, minute by minute.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyhord.kit.clock import HOUR, MINUTE
from lyhord.kit.problems import Invalid
from lyhord.workspaces.hours import ALWAYS, Schedule, after_open, check_hours, open_between, opens_at
from lyhord.workspaces.model import Opening

ZONE = "Europe/Helsinki"
NINE, FIVE = 9 * 60, 17 * 60
WEEK = tuple(Opening(day, NINE, FIVE) for day in range(5))


def at(text: str) -> int:
    """A moment as the clocks of Helsinki show it (Unix milliseconds)."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)


def schedule(hours: tuple[Opening, ...] = WEEK, holidays: tuple[str, ...] = ()) -> Schedule:
    """Open from nine to five on weekdays."""
    return Schedule(ZONE, hours, frozenset(holidays))


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-03-03 12:00", None),
        ("2026-03-03 08:59", "2026-03-03 09:00"),
        ("2026-03-03 17:00", "2026-03-04 09:00"),
        ("2026-03-06 18:00", "2026-03-09 09:00"),
        ("2026-03-27 18:00", "2026-03-30 09:00"),  # the clocks go forward in between
    ],
)
def test_when_a_company_opens_again(now: str, opens: str | None) -> None:
    assert opens_at(schedule(), at(now)) == (at(opens) if opens else None)


def test_a_holiday_is_closed() -> None:
    assert opens_at(schedule(holidays=("2026-03-04",)), at("2026-03-03 18:00")) == at("2026-03-05 09:00")


def test_who_says_no_hours_is_always_open_and_who_never_opens_says_nothing() -> None:
    assert opens_at(schedule(hours=()), at("2026-03-07 03:00")) is None
    assert opens_at(schedule(hours=(), holidays=("2026-03-07",)), at("2026-03-07 03:00")) is None


@pytest.mark.parametrize(
    ("since", "minutes", "until"),
    [
        ("2026-03-03 12:00", 60, "2026-03-03 13:00"),
        ("2026-03-03 16:30", 60, "2026-03-04 09:30"),
        ("2026-03-03 20:00", 60, "2026-03-04 10:00"),
        ("2026-03-06 16:40", 30, "2026-03-09 09:10"),
        ("2026-03-06 09:00", 9 * 60, "2026-03-09 10:00"),
        ("2026-03-03 16:00", 60, "2026-03-03 17:00"),  # at the last moment, not on the next morning
        ("2026-03-03 12:00", 0, "2026-03-03 12:00"),
    ],
)
def test_when_a_company_will_have_been_open_so_long(since: str, minutes: int, until: str) -> None:
    assert after_open(schedule(), at(since), minutes * MINUTE) == at(until)


def test_without_hours_all_time_counts_and_who_never_opens_never_gets_there() -> None:
    now = at("2026-03-07 03:00")
    assert after_open(ALWAYS, now, 30 * MINUTE) == now + 30 * MINUTE
    only = Opening(0, NINE, NINE + 1)
    mondays = frozenset((datetime(2026, 3, 9, tzinfo=UTC) + timedelta(weeks=n)).date().isoformat() for n in range(200))
    assert after_open(Schedule(ZONE, (only,), mondays), now, MINUTE) is None


def test_a_night_in_which_the_clock_is_changed_is_as_long_as_it_is() -> None:
    nights = schedule(tuple(Opening(day, 0, 6 * 60) for day in range(7)))
    assert open_between(nights, at("2026-03-29 00:00"), at("2026-03-29 12:00")) == 5 * HOUR
    assert open_between(nights, at("2026-10-25 00:00"), at("2026-10-25 12:00")) == 7 * HOUR
    skipped = schedule((Opening(6, 3 * 60, 4 * 60),))
    assert open_between(skipped, at("2026-03-29 00:00"), at("2026-03-29 12:00")) == 0
    twice = schedule((Opening(6, 3 * 60, 4 * 60),))
    assert open_between(twice, at("2026-10-25 00:00"), at("2026-10-25 12:00")) == 2 * HOUR


def test_a_stretch_over_midnight_goes_on_without_a_break() -> None:
    late = schedule((Opening(0, 22 * 60, 1_440), Opening(1, 0, 2 * 60)))
    assert after_open(late, at("2026-03-02 23:30"), 60 * MINUTE) == at("2026-03-03 00:30")


@pytest.mark.parametrize(
    "wrong",
    [
        {"hours": (Opening(0, FIVE, NINE),)},
        {"hours": (Opening(0, NINE, FIVE), Opening(0, FIVE - 1, FIVE + 1))},
        {"holidays": ("24.12.2026",)},
        {"holidays": ("20261224",)},
        {"holidays": ("2026-02-30",)},
    ],
)
def test_hours_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        check_hours(wrong.get("hours", ()), wrong.get("holidays", ()))


def test_a_lunch_break_and_the_end_of_the_day_are_hours_too() -> None:
    check_hours((Opening(6, 13 * 60, 1_440), Opening(6, NINE, 12 * 60)), ())


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        ("2026-03-03 10:00", "2026-03-03 11:30", 90),
        ("2026-03-03 16:30", "2026-03-04 09:15", 45),
        ("2026-03-06 16:00", "2026-03-09 10:00", 120),
        ("2026-03-07 10:00", "2026-03-08 10:00", 0),
        ("2026-03-02 08:00", "2026-03-06 18:00", 5 * 8 * 60),
    ],
)
def test_how_long_a_company_was_open_in_between(since: str, until: str, minutes: int) -> None:
    assert open_between(schedule(), at(since), at(until)) == minutes * 60_000
    assert open_between(schedule(hours=()), at(since), at(until)) == at(until) - at(since)


ZONES = (
    "Europe/Helsinki",
    "Europe/Oslo",
    "America/Havana",  # changes at midnight
    "America/Asuncion",
    "Asia/Beirut",
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Africa/Casablanca",
)
opening = st.builds(
    lambda day, opens, length: Opening(day, opens, min(opens + length, 1_440)),
    st.integers(0, 6),
    st.integers(0, 1_439),
    st.one_of(st.integers(1, 90), st.integers(1, 1_440)),
)


def apart(hours: list[Opening]) -> tuple[Opening, ...]:
    """Those that begin where no earlier one of the day is still open."""
    kept: list[Opening] = []
    for one in sorted(hours, key=lambda one: (one.day, one.opens)):
        if not kept or kept[-1].day != one.day or kept[-1].closes <= one.opens:
            kept.append(one)
    return tuple(kept)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Schedule, int]:
    """A schedule and a minute, often near a change of the clock."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    year = draw(st.integers(2020, 2030))
    near = [datetime(year, month, day, tzinfo=zone) for month in (3, 4, 10, 11) for day in (1, 8, 25, 29)]
    begins = draw(
        st.one_of(
            st.sampled_from(near),
            st.integers(0, 365).map(lambda day: near[0] + timedelta(days=day)),
        )
    )
    start = int(begins.timestamp()) // 60 * 60_000 + draw(st.integers(0, 5_000)) * MINUTE
    days = [datetime.fromtimestamp(start / 1000, zone).date() + timedelta(days=n) for n in range(-1, 5)]
    holidays = draw(st.frozensets(st.sampled_from(days), max_size=2))
    hours = draw(st.lists(opening, min_size=1, max_size=12).map(apart))
    return Schedule(str(zone), hours, frozenset(day.isoformat() for day in holidays)), start


def shows_open(plan: Schedule, minute: int) -> bool:
    """What the clock on the wall says at a moment."""
    wall = datetime.fromtimestamp(minute / 1000, ZoneInfo(plan.time_zone))
    of_day = wall.hour * 60 + wall.minute
    here = any(one.day == wall.weekday() and one.opens <= of_day < one.closes for one in plan.hours)
    return here and wall.date().isoformat() not in plan.holidays


@settings(deadline=None, max_examples=60)  # it goes round minute by minute
@given(cases(), st.integers(0, 4_000))
def test_hours_are_what_the_clock_on_the_wall_shows_minute_by_minute(case: tuple[Schedule, int], length: int) -> None:
    plan, start = case
    minutes = [start + n * MINUTE for n in range(length)]
    shown = [minute for minute in minutes if shows_open(plan, minute)]
    assert open_between(plan, start, start + length * MINUTE) == len(shown) * MINUTE
    if shown and not shows_open(plan, start):
        assert opens_at(plan, start) == shown[0]
    for count in {1, len(shown) // 2, len(shown)} - {0}:
        if count <= len(shown):
            assert after_open(plan, start, count * MINUTE) == shown[count - 1] + MINUTE
