"""What a day is expected to bring: rules that hold for all counts, and how good it is on days that are made up."""

import random
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lyhord.insights.forecast import LEAST, MOST, WEEKS, Expected, coverage, expect, scale_of, scaled

COUNTS = some.lists(some.integers(0, 1_000), min_size=3, max_size=WEEKS)


@settings(deadline=None)
@given(COUNTS)
def test_the_middle_lies_between_the_least_and_the_most(history: list[int]) -> None:
    found = expect(history)
    assert found == Expected(median(history), min(history), max(history))


@settings(deadline=None)
@given(some.lists(some.integers(0, 1_000), min_size=4, max_size=WEEKS), some.integers(0, 10**6))
def test_one_strange_week_moves_it_no_further_than_the_others_lie_apart(history: list[int], strange: int) -> None:
    usual, moved = expect(history), expect([*history[:-1], strange])
    assert usual is not None
    assert moved is not None
    assert min(history[:-1]) <= moved.usual <= max(history[:-1]) or len(history) == 4


@pytest.mark.parametrize("history", [[], [5], [5, 6]])
def test_of_fewer_than_three_weeks_nothing_is_told(history: list[int]) -> None:
    assert expect(history) is None
    assert coverage(len(history)) == 0


@settings(deadline=None)
@given(some.integers(0, 10**5), some.floats(0, 10**5))
def test_today_scales_within_bounds_and_the_right_way(came: int, usual: float) -> None:
    factor = scale_of(came, usual)
    assert LEAST <= factor <= MOST
    assert (factor > 1) == (came > usual) or factor == pytest.approx(1)
    assert scale_of(came + 1, usual) >= factor


def test_a_few_messages_more_at_dawn_change_little_and_a_storm_at_noon_much() -> None:
    assert scale_of(4, 2) == pytest.approx(24 / 22)
    assert scale_of(900, 300) == pytest.approx(2.875)


@settings(deadline=None)
@given(COUNTS, some.floats(LEAST, MOST), some.integers(0, 2_000))
def test_an_hour_brings_no_less_than_has_come(history: list[int], factor: float, came: int) -> None:
    usual = expect(history)
    assert usual is not None
    found = scaled(usual, factor, came)
    assert came <= found.low <= found.usual <= found.high


def poisson(dice: random.Random, mean: float) -> int:
    """How often something happens that happens evenly by chance."""
    left, count = mean, -1
    while left > 0:
        left -= dice.expovariate(1)
        count += 1
    return max(count, 0)


BY_HOUR = (30, 60, 90, 100, 80, 70, 90, 85, 60, 40)


def test_on_made_up_days_it_is_as_good_as_it_says() -> None:
    """400 days whose hours go by a pattern, each by chance and all of a day more or less; one past week in ten was a holiday.

    The forecast at noon of each afternoon hour: off by less than a quarter on average, and as often within the interval as promised.
    """
    dice = random.Random(7)
    errors: list[float] = []
    within = hours = 0
    for _ in range(400):
        weeks = [
            [poisson(dice, mean * level) for mean in BY_HOUR]
            for level in (0.2 if dice.random() < 0.1 else dice.uniform(0.85, 1.15) for _ in range(WEEKS))
        ]
        level = dice.uniform(0.85, 1.15)
        today = [poisson(dice, mean * level) for mean in BY_HOUR]
        usual = [found for hour in range(len(BY_HOUR)) if (found := expect([week[hour] for week in weeks]))]
        factor = scale_of(sum(today[:4]), sum(one.usual for one in usual[:4]))
        for hour in range(4, len(BY_HOUR)):
            found = scaled(usual[hour], factor)
            errors.append(abs(found.usual - today[hour]) / max(today[hour], 1))
            within += found.low <= today[hour] <= found.high
            hours += 1
    assert sum(errors) / len(errors) < 0.15
    assert coverage(WEEKS) - 0.05 <= within / hours <= 0.97


def test_days_alike_lie_within_the_interval_as_often_as_promised() -> None:
    dice = random.Random(11)
    tries = 4_000
    for weeks in (3, 5, 8):
        found = 0
        for _ in range(tries):
            *history, today = (dice.random() for _ in range(weeks + 1))
            found += min(history) <= today <= max(history)
        assert found / tries == pytest.approx(coverage(weeks), abs=0.03)
