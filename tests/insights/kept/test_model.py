"""Numbers of waiting: what hasn't ended counts as at least so long, and a percentile that nobody knows isn't told."""

from fractions import Fraction
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from lyhord.insights.kept.model import SHARES, figures_of, parts_of, quantiles, runs_of, steps_of
from lyhord.kit.clock import HOUR, MINUTE


class Wait(NamedTuple):
    """A time waited; with `over` False it was at least so long."""

    length: int
    over: bool = True


def shares_of(waits: list[Wait], *shares: int) -> list[int | None]:
    """The percentiles of waits in any order."""
    over, running = (sorted(one.length for one in waits if one.over is which) for which in (True, False))
    return quantiles(over, running, shares or SHARES)


lengths = st.lists(st.integers(0, 40), min_size=1, max_size=40)
waits = st.lists(st.builds(Wait, st.integers(0, 20), st.booleans()), max_size=30)


@settings(deadline=None)
@given(lengths, st.integers(1, 100))
def test_where_all_have_ended_it_is_the_ordinary_percentile(took: list[int], share: int) -> None:
    [found] = shares_of([Wait(one) for one in took], share)
    expected = next(one for one in sorted(took) if sum(other <= one for other in took) * 100 >= share * len(took))
    assert found == expected


def by_the_book(waits: list[Wait], share: int) -> int | None:
    """Kaplan and Meier in whole numbers: at each time the share of those at risk who go on."""
    alive = Fraction(1)
    for at in sorted({one.length for one in waits}):
        risk = sum(one.length >= at for one in waits)
        alive *= 1 - Fraction(sum(one.over and one.length == at for one in waits), risk)
        if 1 - alive >= Fraction(share, 100):
            return at
    return None


@settings(deadline=None)
@given(waits, st.integers(1, 100))
def test_what_runs_still_counts_as_by_the_book(waits: list[Wait], share: int) -> None:
    assert shares_of(waits, share) == [by_the_book(waits, share)]
    assert shares_of(waits, 1, share, 100)[1] == by_the_book(waits, share)


@settings(deadline=None)
@given(waits, st.integers(1, 100))
def test_leaving_out_what_runs_would_make_it_look_quicker(waits: list[Wait], share: int) -> None:
    [honest], [flattering] = shares_of(waits, share), shares_of([one for one in waits if one.over], share)
    assert honest is None or (flattering is not None and flattering <= honest)


def test_nobody_knows_how_long_nine_of_ten_take_while_half_run() -> None:
    assert shares_of([Wait(1), Wait(1), Wait(5, over=False), Wait(5, over=False)]) == [1, None, None]
    assert shares_of([]) == [None, None, None]


def run(waited: int, *, kept: bool | None, ended: bool = True, dropped: bool = False, at: int = 0) -> tuple[Any, ...]:
    return ("level", None, None, None, at, waited, waited, HOUR, ended, dropped, kept)


def test_every_clock_is_told_of_once() -> None:
    runs = [
        run(10 * MINUTE, kept=True),
        run(70 * MINUTE, kept=False),
        run(30 * MINUTE, kept=None, ended=False),
        run(9 * HOUR, kept=False, ended=False),
        run(20 * MINUTE, kept=None, ended=False, dropped=True),
        run(2 * HOUR, kept=False, ended=False, dropped=True),
    ]
    found = figures_of(runs_of(runs))
    assert (found.n, found.ended, found.running, found.dropped) == (6, 2, 2, 2)
    assert (found.kept, found.broken, found.undecided) == (1, 3, 1)
    assert found.late == [1, 1, 0, 1, 0]
    assert sum(found.waited.over) + sum(found.waited.running) == found.n
    [part] = parts_of(runs_of(runs), runs_of(runs).level_id)
    assert (part.id, part.n, part.kept, part.broken) == ("level", 6, 1, 3)
    assert (part.p50, part.p90) == (found.waited.p50, found.waited.p90)


def test_a_clock_counts_in_the_step_in_which_it_began() -> None:
    days = {"2026-03-01": 0, "2026-03-02": 24 * HOUR}
    began = runs_of([run(1, kept=True, at=at) for at in (0, 24 * HOUR - 1, 24 * HOUR)])
    assert [(one.day, one.n, one.kept) for one in steps_of(began, days)] == [("2026-03-01", 2, 2), ("2026-03-02", 1, 1)]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.sampled_from(["over", "runs", "dropped"]), st.sampled_from([True, False, None]))
    )
)
def test_the_figures_add_up(told: list[tuple[int, str, bool | None]]) -> None:
    runs = [run(n * HOUR, kept=kept, ended=what == "over", dropped=what == "dropped") for n, what, kept in told]
    found = figures_of(runs_of(runs))
    assert found.ended + found.running + found.dropped == found.n == len(told)
    assert found.kept + found.broken + found.undecided <= found.n
    assert sum(found.late) == found.broken
