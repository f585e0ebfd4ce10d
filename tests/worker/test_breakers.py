"""A breaker opens after failures in a row, rests longer each time, and lets one call through to see."""

from lyhord.worker.breakers import FAILURES, FIRST_REST, LONGEST_REST, Breakers
from tests.conftest import StoppedClock


def fail(breakers: Breakers, times: int) -> None:
    for _ in range(times):
        assert breakers.admit("i") == 0
        breakers.note("i", works=False)


def test_it_opens_after_failures_in_a_row_only(clock: StoppedClock) -> None:
    breakers = Breakers(clock)
    fail(breakers, FAILURES - 1)
    breakers.note("i", works=True)
    fail(breakers, FAILURES - 1)
    assert breakers.held() == []
    fail(breakers, 1)
    assert breakers.held() == ["i"]
    assert breakers.admit("i") == FIRST_REST
    assert breakers.admit("other") == 0


def test_after_the_rest_one_call_is_let_through(clock: StoppedClock) -> None:
    breakers = Breakers(clock)
    fail(breakers, FAILURES)
    clock.move(FIRST_REST)
    assert breakers.held() == []
    assert breakers.admit("i") == 0
    assert breakers.admit("i") == FIRST_REST
    assert breakers.held() == ["i"]
    breakers.note("i", works=True)
    assert breakers.held() == []
    assert breakers.admit("i") == 0


def test_it_rests_longer_each_time_up_to_a_limit(clock: StoppedClock) -> None:
    breakers = Breakers(clock)
    fail(breakers, FAILURES)
    rests = []
    for _ in range(8):
        rests.append(breakers.admit("i"))
        clock.move(rests[-1])
        fail(breakers, 1)
    assert rests[:3] == [FIRST_REST, 2 * FIRST_REST, 4 * FIRST_REST]
    assert rests[-1] == LONGEST_REST


def test_a_probe_that_failed_by_our_own_fault_is_made_again(clock: StoppedClock) -> None:
    breakers = Breakers(clock)
    fail(breakers, FAILURES)
    clock.move(FIRST_REST)
    assert breakers.admit("i") == 0
    breakers.excuse("i")
    assert breakers.held() == []
    fail(breakers, 1)
    assert breakers.admit("i") == 2 * FIRST_REST
