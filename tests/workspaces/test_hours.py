"""Opening hours: when the company is open again, and who has waited longer than was promised within them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from lyhord.kit.problems import Invalid
from lyhord.workspaces.hours import check_hours, late_since, open_between, opens_at
from lyhord.workspaces.model import Opening, WorkspaceSettings

ZONE = "Europe/Helsinki"
NINE, FIVE = 9 * 60, 17 * 60
WEEK = tuple(Opening(day, NINE, FIVE) for day in range(5))


def at(text: str) -> int:
    """A moment as the clocks of Helsinki show it (Unix milliseconds)."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)


def settings(**more: object) -> WorkspaceSettings:
    """Open from nine to five on weekdays."""
    return WorkspaceSettings(**{"time_zone": ZONE, "hours": WEEK, **more})  # type: ignore[arg-type]


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
    assert opens_at(settings(), at(now)) == (at(opens) if opens else None)


def test_a_holiday_is_closed() -> None:
    assert opens_at(settings(holidays=("2026-03-04",)), at("2026-03-03 18:00")) == at("2026-03-05 09:00")


def test_who_says_no_hours_is_always_open_and_who_never_opens_says_nothing() -> None:
    assert opens_at(settings(hours=()), at("2026-03-07 03:00")) is None
    assert opens_at(settings(hours=(), holidays=("2026-03-07",)), at("2026-03-07 03:00")) is None


@pytest.mark.parametrize(
    ("now", "minutes", "since"),
    [
        ("2026-03-03 12:00", 60, "2026-03-03 11:00"),
        ("2026-03-03 09:30", 60, "2026-03-02 16:30"),
        ("2026-03-03 20:00", 60, "2026-03-03 16:00"),
        ("2026-03-09 09:10", 30, "2026-03-06 16:40"),
        ("2026-03-09 10:00", 8 * 60 + 60, "2026-03-06 09:00"),
    ],
)
def test_only_the_time_counts_in_which_the_company_is_open(now: str, minutes: int, since: str) -> None:
    assert late_since(settings(reply_promise_minutes=minutes), at(now)) == at(since)


def test_without_hours_all_time_counts_and_without_a_promise_nobody_waits_too_long() -> None:
    now = at("2026-03-07 03:00")
    assert late_since(settings(hours=(), reply_promise_minutes=30), now) == now - 30 * 60_000
    assert late_since(settings(), now) is None


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
def test_hours_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        check_hours(settings(**wrong))


def test_a_lunch_break_and_the_end_of_the_day_are_hours_too() -> None:
    check_hours(settings(hours=(Opening(6, 13 * 60, 1_440), Opening(6, NINE, 12 * 60))))


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
    assert open_between(settings(), at(since), at(until)) == minutes * 60_000
    assert open_between(settings(hours=()), at(since), at(until)) == at(until) - at(since)
