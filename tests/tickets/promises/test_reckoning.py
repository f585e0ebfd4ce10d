"""What is promised: kept by most of what happened before, longer the more there is to do, and never at an hour at which nobody is there."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.words import LOCALES
from lyhord.tickets.promises.model import (
    LEAST,
    QUARTER,
    SHARE,
    Answered,
    Load,
    Promise,
    alike_at,
    hour_of_week,
    pace_of,
    promise_at,
    reckon,
    say_promise,
)
from lyhord.workspaces.hours import ALWAYS, Schedule, open_between
from lyhord.workspaces.model import Opening

ZONE = "Europe/Helsinki"
WEEK = tuple(Opening(day, 9 * 60, 17 * 60) for day in range(5))


def at(text: str) -> int:
    """A moment as the clocks of Helsinki show it (Unix milliseconds)."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)


def office(*holidays: str, hours: tuple[Opening, ...] = WEEK) -> Schedule:
    """Open from nine to five on weekdays."""
    return Schedule(ZONE, hours, frozenset(holidays))


def answers(*minutes: int, at_: int = 0, agents: int = 1) -> list[Answered]:
    """First answers that took so long."""
    return [Answered(at_, at_ + took * MINUTE, f"agent-{n % agents}") for n, took in enumerate(minutes)]


@pytest.mark.parametrize(
    ("now", "minutes", "form", "n", "due"),
    [
        ("2026-03-03 12:00", 2, "soon", 0, "2026-03-03 12:05"),
        ("2026-03-03 12:01", 17, "minutes", 20, "2026-03-03 12:21"),
        ("2026-03-03 12:00", 46, "hours", 1, "2026-03-03 13:00"),
        ("2026-03-03 12:00", 90, "hours", 2, "2026-03-03 14:00"),
        ("2026-03-03 09:00", 300, "moment", 0, "2026-03-03 14:00"),
        ("2026-03-03 16:50", 7, "minutes", 10, "2026-03-03 17:00"),  # until the last moment
        ("2026-03-03 16:52", 7, "moment", 0, "2026-03-04 09:15"),  # what is rounded up reaches into the night
        ("2026-03-03 23:59", 12, "moment", 0, "2026-03-04 09:15"),
        ("2026-03-04 00:00", 12, "moment", 0, "2026-03-04 09:15"),
        ("2026-03-06 16:30", 60, "moment", 0, "2026-03-09 09:30"),  # over a weekend
        ("2026-03-27 16:30", 60, "moment", 0, "2026-03-30 09:30"),  # and the clocks go forward in it
        ("2026-10-23 16:30", 60, "moment", 0, "2026-10-26 09:30"),  # and back
    ],
)
def test_a_length_is_put_as_people_say_it(now: str, minutes: int, form: str, n: int, due: str) -> None:
    assert promise_at(office(), at(now), minutes * MINUTE) == Promise(at(due), form, n)  # type: ignore[arg-type]


def test_nothing_is_promised_for_a_holiday() -> None:
    now = at("2026-12-23 16:50")
    found = promise_at(office("2026-12-24", "2026-12-25"), now, 30 * MINUTE)
    assert found == Promise(at("2026-12-28 09:30"), "moment")


def test_within_the_night_on_which_clocks_change_hours_are_real_ones() -> None:
    nights = Schedule(ZONE, tuple(Opening(day, 0, 1440) for day in range(7)))
    for night in ("2026-03-29 01:30", "2026-10-25 01:30"):
        assert promise_at(nights, at(night), 2 * HOUR) == Promise(at(night) + 2 * HOUR, "hours", 2)


def test_who_never_opens_promises_nothing() -> None:
    never = office(hours=())
    assert promise_at(never, at("2026-03-03 12:00"), MINUTE) == Promise(at("2026-03-03 12:05"), "soon"), (
        "no hours: always"
    )
    closed = frozenset(datetime.fromordinal(day).date().isoformat() for day in range(739_600, 740_600))
    shut = Schedule(ZONE, WEEK, closed)
    assert promise_at(shut, at("2026-03-03 12:00"), MINUTE) is None


hours_of_week = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 46), st.integers(1, 20)), min_size=1, max_size=10
).map(
    lambda found: tuple(
        Opening(day, start * 30, min((start + length) * 30, 1440))
        for day, start, length in {one[0]: one for one in found}.values()
    )
)
schedules = st.builds(Schedule, st.sampled_from([ZONE, "Asia/Kolkata", "America/New_York"]), hours_of_week)
moments = st.integers(at("2026-01-01 00:00"), at("2026-12-31 00:00"))
lengths = st.integers(0, 20 * HOUR)


@settings(deadline=None, max_examples=80)
@given(schedules | st.just(ALWAYS), moments, lengths)
def test_a_promise_is_never_past_nor_at_an_hour_at_which_nobody_is_there(
    schedule: Schedule, now: int, length: int
) -> None:
    found = promise_at(schedule, now, length)
    assert found is not None
    assert found.due_at > now
    assert open_between(schedule, found.due_at - 1, found.due_at) == 1
    assert open_between(schedule, now, found.due_at) >= length, "it is rounded up"
    if found.form == "moment":
        assert found.due_at % QUARTER == 0
    else:
        assert open_between(schedule, now, found.due_at) == found.due_at - now, "a length is told of open hours alone"


@settings(deadline=None, max_examples=80)
@given(schedules, moments, lengths, lengths)
def test_what_takes_longer_is_never_promised_earlier(schedule: Schedule, now: int, one: int, other: int) -> None:
    short, long = (promise_at(schedule, now, length) for length in sorted((one, other)))
    assert short is not None
    assert long is not None
    assert short.due_at <= long.due_at


loads = st.builds(Load, st.integers(0, 200), st.integers(0, 20), st.integers(-5, 60))
took = st.lists(st.integers(0, 600), min_size=LEAST, max_size=60)


@settings(deadline=None, max_examples=80)
@given(took, loads, st.integers(0, 50), st.integers(0, 10), st.integers(0, 10))
def test_more_to_do_and_fewer_to_do_it_never_make_it_shorter(
    took: list[int], load: Load, more: int, fewer: int, less: int
) -> None:
    known = answers(*took)
    worse = Load(load.waiting + more, max(load.people - fewer, 0), load.free - less)
    lighter, heavier = (reckon(ALWAYS, (), known, one).length for one in (load, worse))
    assert lighter is not None
    assert heavier is not None
    assert lighter <= heavier


@settings(deadline=None, max_examples=60)
@given(took)
def test_most_of_what_happened_would_have_been_kept(took: list[int]) -> None:
    length = reckon(ALWAYS, (), answers(*took), Load()).length
    assert length is not None
    assert sum(one * MINUTE <= length for one in took) * 100 >= SHARE * len(took)


def test_too_little_is_no_knowledge_and_the_same_hour_goes_before_all_hours() -> None:
    assert reckon(ALWAYS, (), answers(*[5] * 9), Load()).length is None
    slow, quick = answers(*[90] * 20), answers(*[5] * 50)
    assert reckon(ALWAYS, slow, quick, Load()).length == 90 * MINUTE
    assert reckon(ALWAYS, slow[:19], quick, Load()).length == 5 * MINUTE, "nineteen are too few to go by"


def test_only_open_hours_are_waited() -> None:
    evening = at("2026-03-03 16:50")
    known = [Answered(evening, at("2026-03-04 09:20")) for _ in range(10)]
    assert reckon(office(), (), known, Load()).length == 30 * MINUTE


def test_a_queue_takes_as_long_as_people_answer() -> None:
    known = [Answered(0, n * 6 * MINUTE, "anna") for n in range(10)]  # ten in an hour
    assert pace_of(known) == 10
    assert reckon(ALWAYS, (), known, Load(waiting=40, people=2)).length == 3 * HOUR
    assert reckon(ALWAYS, (), known, Load(waiting=40, people=4)).length == 90 * MINUTE
    assert reckon(ALWAYS, (), known, Load(waiting=40, people=2, free=40)).length == 48 * MINUTE, "there is room for all"
    assert pace_of([Answered(0, HOUR)]) == 1


def test_the_same_hour_of_the_week_is_that_of_the_wall() -> None:
    monday = at("2026-03-30 10:00")
    (start, end), *_ = alike_at(monday, ZONE)
    assert (start + end) // 2 == at("2026-03-23 10:00"), "the clocks went forward in between"
    assert monday - (start + end) // 2 == 7 * DAY - HOUR
    assert (hour_of_week(at("2026-03-30 00:00"), ZONE), hour_of_week(at("2026-03-29 23:59"), ZONE)) == (0, 167)


def test_a_promise_in_a_sentence() -> None:
    now = at("2026-03-03 16:00")
    said = [
        say_promise(Promise(now, "soon"), "en", ZONE, now),
        say_promise(Promise(now, "minutes", 20), "en", ZONE, now),
        say_promise(Promise(now, "hours", 1), "en", ZONE, now),
        say_promise(Promise(at("2026-03-03 16:45"), "moment"), "en", ZONE, now),
        say_promise(Promise(at("2026-03-04 09:15"), "moment"), "en", ZONE, now),
        say_promise(Promise(at("2026-03-09 09:15"), "moment"), "en", ZONE, now),
        say_promise(Promise(at("2026-03-16 09:15"), "moment"), "en", ZONE, now),
    ]
    assert said == [
        "within minutes",
        "within 20 minutes",
        "within 1 hour",
        "by 16:45 today",
        "by 9:15 tomorrow",
        "by Monday at 9:15",
        "by 2026-03-16, 9:15",
    ]
    moment = Promise(at("2026-03-04 09:15"), "moment")
    assert len({say_promise(moment, locale, ZONE, now) for locale in LOCALES}) == len(LOCALES)
