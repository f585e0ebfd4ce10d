"""Whether what a model says of itself is true."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.hearing.reasons.calibration import (
    NEVER,
    covered,
    error_of,
    fit_heat,
    ranks,
    shares,
    steps_of,
    summed,
    surprise,
    threshold_for,
)


def made(heat: float, count: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Scores of which it is known that, multiplied by `heat`, their shares are true."""
    rng = np.random.default_rng(3)
    true = rng.normal(0, 2, (count, 5)).astype(np.float32)
    given_shares = shares(true)
    right = np.array([rng.choice(5, p=row / row.sum()) for row in given_shares.astype(np.float64)], dtype=np.int32)
    return true / np.float32(heat), right


@pytest.mark.parametrize("heat", [0.2, 1.0, 6.0])
def test_the_heat_that_made_the_scores_is_found(heat: float) -> None:
    scores, right = made(heat)
    assert fit_heat(scores, right) == pytest.approx(heat, rel=0.08)


def test_scores_that_are_too_sure_have_a_large_error_that_heat_mends() -> None:
    scores, right = made(0.2)

    def error(factor: float) -> float:
        given_shares = shares(scores * np.float32(factor))
        return error_of(given_shares.max(axis=1), given_shares.argmax(axis=1) == right)

    assert error(1.0) > 0.1
    assert error(fit_heat(scores, right)) < 0.02


def test_without_answers_heat_changes_nothing() -> None:
    assert fit_heat(np.zeros((0, 3), np.float32), np.zeros(0, np.int32)) == 1.0


def test_heat_is_the_least_surprised() -> None:
    scores, right = made(2.0, 300)
    best = surprise(scores * np.float32(fit_heat(scores, right)), right)
    assert all(best <= surprise(scores * np.float32(heat), right) + 1e-4 for heat in (0.5, 1, 1.5, 2, 3, 10))


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=60), st.sampled_from([0.5, 0.8, 0.95]))
def test_from_the_threshold_on_answers_are_as_precise_as_promised_and_no_lower_one_is(
    answers: list[tuple[int, bool]], precision: float
) -> None:
    sure = [much / 20 for much, _ in answers]
    right = [hit for _, hit in answers]

    def precise(threshold: float) -> bool:
        hits = [hit for much, hit in zip(sure, right, strict=True) if much >= threshold]
        return len(hits) >= 10 and sum(hits) / len(hits) >= precision

    threshold = threshold_for(sure, right, precision)
    allowed = [one for one in sure if precise(one)]
    assert threshold == (min(allowed) if allowed else NEVER)


def test_coverage_is_the_share_that_reaches_the_threshold() -> None:
    assert covered([0.2, 0.5, 0.9, 0.9], 0.9) == 0.5
    assert covered([], 0.9) == 0.0


def test_shares_add_up_to_1_and_survive_large_scores() -> None:
    given_shares = shares(np.array([[1000.0, 0.0], [-1000.0, -1000.0]], np.float32))
    assert given_shares.tolist() == [[1.0, 0.0], [0.5, 0.5]]


def test_a_score_stands_where_known_ones_stand() -> None:
    steps = steps_of(np.arange(1001, dtype=np.float32))
    assert ranks(np.array([-5, 50, 500, 2000], np.float32), steps).tolist() == pytest.approx([0, 0.05, 0.5, 1])


@pytest.mark.parametrize("heat", [0.3, 3.0])
def test_heat_may_make_the_sums_above_labels_true(heat: float) -> None:
    scores, right = made(heat)
    tops = np.array([0, 0, 1, 1, 4], dtype=np.int32)
    given_sums = summed(shares(scores * np.float32(fit_heat(scores, right, tops))), tops)
    assert error_of(given_sums.max(axis=1), given_sums.argmax(axis=1) == tops[right]) < 0.03


def test_sums_add_what_stands_under_one_and_lose_nothing() -> None:
    found = summed(np.array([[0.1, 0.2, 0.7]], np.float32), np.array([1, 1, 2], dtype=np.int32))
    assert found.tolist() == [pytest.approx([0, 0.3, 0.7])]
