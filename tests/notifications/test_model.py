"""When agents want quiet."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from lyhord.kit.problems import Invalid
from lyhord.notifications.model import DEFAULTS, Hours, Preferences, check_preferences, quiet_until

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).timestamp()) * 1000


def wanting(**hours: object) -> Preferences:
    return Preferences(hours=Hours(time_zone="Europe/Stockholm", **hours))  # type: ignore[arg-type]


def test_without_hours_anybody_may_be_disturbed_at_any_time() -> None:
    assert quiet_until(DEFAULTS, at("2026-03-01T03:00")) is None


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-02T08:00", None),  # a Monday
        ("2026-03-02T17:59", None),
        ("2026-03-02T18:00", "2026-03-03T08:00"),
        ("2026-03-02T07:59", "2026-03-02T08:00"),
        ("2026-03-06T18:00", "2026-03-09T08:00"),  # over the weekend
        ("2026-03-29T02:30", "2026-03-30T08:00"),  # the night in which summer time begins
    ],
)
def test_outside_the_hours_it_is_quiet_until_they_begin(now: str, until: str | None) -> None:
    assert quiet_until(wanting(), at(now)) == (at(until) if until else None)


def test_a_night_shift_ends_on_the_next_day() -> None:
    night = wanting(days=(5,), start=22 * 60, end=6 * 60)
    assert quiet_until(night, at("2026-03-06T23:00")) is None
    assert quiet_until(night, at("2026-03-07T05:59")) is None
    assert quiet_until(night, at("2026-03-07T06:00")) == at("2026-03-13T22:00")


def test_the_same_start_and_end_is_the_whole_day() -> None:
    whole = wanting(days=(6,), start=0, end=0)
    assert quiet_until(whole, at("2026-03-07T23:59")) is None
    assert quiet_until(whole, at("2026-03-08T00:00")) == at("2026-03-14T00:00")


def test_a_pause_ends_when_it_said_or_with_the_hours_after_it() -> None:
    until = at("2026-03-02T13:00")
    assert quiet_until(Preferences(paused_until=until), until - 1) == until
    assert quiet_until(Preferences(paused_until=until), until) is None
    hours = Hours(time_zone="Europe/Stockholm")
    assert quiet_until(Preferences(paused_until=until, hours=hours), until - 1) == until
    evening = at("2026-03-02T19:00")
    paused = Preferences(paused_until=evening, hours=hours)
    assert quiet_until(paused, evening - 1) == at("2026-03-03T08:00")


def test_what_a_type_cannot_say_is_checked() -> None:
    check_preferences(wanting())
    with pytest.raises(Invalid):
        check_preferences(Preferences(hours=Hours(time_zone="Europe/Atlantis")))
    with pytest.raises(Invalid):
        check_preferences(Preferences(hours=Hours(days=())))
