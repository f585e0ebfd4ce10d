"""Token buckets: how often, how long to wait, and that memory stays bounded."""

import pytest

from lyhord.kit import rates
from lyhord.kit.problems import TooMany
from lyhord.kit.rates import Limiter, Rate, caller_block
from tests.conftest import StoppedClock

FIVE = Rate("five", 5, 300_000)


def drain(limiter: Limiter, rate: Rate, caller: str) -> int:
    """How many calls pass at once."""
    for taken in range(1000):
        try:
            limiter.take(rate, caller)
        except TooMany:
            return taken
    raise AssertionError


def test_as_many_at_once_as_the_rate_says(clock: StoppedClock) -> None:
    limiter = Limiter(clock)
    assert drain(limiter, FIVE, "a") == 5
    assert drain(limiter, FIVE, "b") == 5, "callers don't share"
    assert drain(limiter, Rate("other", 2, 1000), "a") == 2, "kinds of call don't share"


def test_waiting_as_long_as_told_is_enough_and_less_is_not(clock: StoppedClock) -> None:
    limiter = Limiter(clock)
    drain(limiter, FIVE, "a")
    with pytest.raises(TooMany) as refused:
        limiter.take(FIVE, "a")
    assert refused.value.retry_after == 60
    clock.move(59_000)
    assert drain(limiter, FIVE, "a") == 0
    clock.move(1_000)
    assert drain(limiter, FIVE, "a") == 1


def test_after_the_whole_period_all_is_forgotten_and_no_more_is_saved_up(clock: StoppedClock) -> None:
    limiter = Limiter(clock)
    drain(limiter, FIVE, "a")
    clock.move(10 * 300_000)
    assert drain(limiter, FIVE, "a") == 5


def test_trying_while_refused_costs_nothing(clock: StoppedClock) -> None:
    limiter = Limiter(clock)
    drain(limiter, FIVE, "a")
    for _ in range(60):
        clock.move(999)
        assert drain(limiter, FIVE, "a") == 0
    clock.move(60)
    assert drain(limiter, FIVE, "a") == 1


def test_a_call_given_back_does_not_count_and_never_makes_more_than_full(clock: StoppedClock) -> None:
    limiter = Limiter(clock)
    limiter.give_back(FIVE, "a")
    for _ in range(20):
        limiter.take(FIVE, "a")
        limiter.give_back(FIVE, "a")
    assert drain(limiter, FIVE, "a") == 5


def test_a_flood_of_callers_keeps_memory_bounded(clock: StoppedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_BUCKETS", 100)
    limiter = Limiter(clock)
    drain(limiter, FIVE, "kept")
    for number in range(99):
        limiter.take(FIVE, f"flood {number}")
    assert drain(limiter, FIVE, "kept") == 0
    limiter.take(FIVE, "one more")
    assert drain(limiter, FIVE, "kept") == 5, "the one seen longest ago is forgotten first"


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.5", "::ffff:203.0.113.5"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_the_block_that_one_caller_commands(address: str, block: str) -> None:
    assert caller_block(address) == block
