"""How many people it takes: Erlang's formula against its definition, and what must hold of any such rule."""

from math import exp, factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lyhord.insights.staffing import IN_TIME, offered_load, people_needed, waiting_share
from lyhord.kit.clock import MINUTE

LOADS = some.floats(0.1, 200)


def by_definition(people: int, load: float) -> float:
    """Erlang C as the textbooks write it."""
    top = load**people / factorial(people) * people / (people - load)
    return top / (sum(load**k / factorial(k) for k in range(people)) + top)


@settings(deadline=None)
@given(some.integers(1, 40), some.floats(0.05, 0.99))
def test_it_is_erlangs_formula(people: int, busy: float) -> None:
    assert waiting_share(people, busy * people) == pytest.approx(by_definition(people, busy * people))


def test_a_figure_from_the_tables() -> None:
    """10 agents with 8 Erlangs: 40.9 % have to wait."""
    assert waiting_share(10, 8) == pytest.approx(0.409, abs=0.001)
    assert waiting_share(1, 1) == waiting_share(3, 4) == 1


@settings(deadline=None)
@given(LOADS, some.floats(0.5, 10), some.floats(0.5, 240))
def test_as_many_as_it_takes_and_not_one_more(load: float, work: float, promise: float) -> None:
    per_hour, work, promise = load * 60 / work, work * MINUTE, promise * MINUTE
    people = people_needed(per_hour, work, promise)
    offered = offered_load(per_hour, work)

    def late(n: int) -> float:
        return waiting_share(n, offered) * exp(-(n - offered) * promise / work) if n > offered else 1.0

    assert late(people) <= 1 - IN_TIME + 1e-9
    assert late(people - 1) > 1 - IN_TIME - 1e-9
    assert people > offered


@settings(deadline=None)
@given(LOADS, some.floats(1, 50), some.floats(1, 60))
def test_more_work_takes_more_people_and_a_longer_promise_fewer(load: float, more: float, promise: float) -> None:
    work = 3 * MINUTE
    few = people_needed(load * 20, work, promise * MINUTE)
    assert people_needed((load + more) * 20, work, promise * MINUTE) >= few
    assert people_needed(load * 20, work, 2 * promise * MINUTE) <= few


def test_nothing_takes_nobody() -> None:
    assert people_needed(0, 3 * MINUTE, MINUTE) == 0
