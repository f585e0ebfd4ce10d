"""When a report leaves next."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyhord.insights.reports.model import Every, next_after
from lyhord.kit.clock import DAY, HOUR

ZONES = ["UTC", "Europe/Stockholm", "America/St_Johns", "Asia/Shanghai", "Pacific/Auckland"]
FROM, UNTIL = 1_700_000_000_000, 1_900_000_000_000


@settings(max_examples=60, deadline=None)
@given(
    every=st.sampled_from(["day", "week", "month"]),
    hour=st.integers(0, 23),
    now=st.integers(FROM, UNTIL),
    zone=st.sampled_from(ZONES),
)
def test_it_leaves_on_its_day_at_its_hour_and_is_not_late(every: Every, hour: int, now: int, zone: str) -> None:
    at = next_after(every, hour, now, ZoneInfo(zone))
    wall = datetime.fromtimestamp(at / 1000, ZoneInfo(zone))
    assert wall.minute == wall.second == 0
    assert wall.hour in (hour, hour + 1), "the hour after it where the clock is put forward"
    assert every != "week" or wall.weekday() == 0
    assert every != "month" or wall.day == 1
    longest = {"day": 1, "week": 7, "month": 31}[every] * DAY
    assert now < at <= now + longest + HOUR


@pytest.mark.parametrize(
    ("every", "expected"),
    [("day", (2026, 3, 29)), ("week", (2026, 3, 30)), ("month", (2026, 4, 1))],
)
def test_the_hour_is_that_on_the_wall_after_the_clock_was_changed(every: Every, expected: tuple[int, int, int]) -> None:
    zone = ZoneInfo("Europe/Stockholm")
    now = int(datetime(2026, 3, 28, 12, tzinfo=UTC).timestamp() * 1000)
    assert next_after(every, 7, now, zone) == int(datetime(*expected, 7, tzinfo=zone).timestamp() * 1000)
