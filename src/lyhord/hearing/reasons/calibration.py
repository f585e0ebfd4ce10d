"""Making what a model says of itself true: how sure it is, when it may decide alone, and when it should say that it doesn't know."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]
"""Of scores: a row a text, a column a label."""
NEVER = 1.01
"""A threshold that nothing reaches."""
FEWEST = 10
"""Answers from which a threshold can be told."""


def shares(scores: Numbers) -> Numbers:
    """How probable each label is: of each row the softmax."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


def surprise(scores: Numbers, right: NDArray[np.int32]) -> float:
    """Mean negative logarithm of what was given to the right label, in nats; as if one answer had been wrong: nothing is ever certain."""
    high = scores.max(axis=1, keepdims=True)
    logs = scores - high - np.log(np.exp(scores - high).sum(axis=1, keepdims=True))
    doubt = 1 / (len(right) + 2)
    return float(-(1 - doubt) * logs[np.arange(len(right)), right].mean() - doubt * logs.mean())


def summed(given: Numbers, tops: NDArray[np.int32]) -> Numbers:
    """Shares as columns of what stands above each label, `tops`; a column that stands above none is 0."""
    found = np.zeros_like(given)
    np.add.at(found.T, tops, given.T)
    return found


def fit_heat(scores: Numbers, right: NDArray[np.int32], tops: NDArray[np.int32] | None = None) -> float:
    """The factor by which scores must be multiplied so that their shares are true: least surprise on answers that weren't learnt from.

    With `tops` as in `summed`, so that the sums are true.
    """
    if not len(right):
        return 1.0

    def told(heat: float) -> float:
        heated = scores * np.float32(heat)
        if tops is None:
            return surprise(heated, right)
        return surprise(np.log(summed(shares(heated), tops) + np.float32(1e-9)), tops[right])

    low, high = np.log(0.01), np.log(1000.0)
    golden = (5**0.5 - 1) / 2
    for _ in range(25):
        first, second = high - golden * (high - low), low + golden * (high - low)
        if told(float(np.exp(first))) < told(float(np.exp(second))):
            high = second
        else:
            low = first
    return float(np.exp((low + high) / 2))


def threshold_for(
    sure: Sequence[float] | Numbers, right: Sequence[bool] | NDArray[np.bool_], precision: float
) -> float:
    """The lowest confidence from which on answers are right in at least `precision` of all cases; NEVER where there is none, or too few."""
    confident = np.asarray(sure, dtype=np.float64)
    order = np.argsort(-confident, kind="stable")
    hits = np.cumsum(np.asarray(right, dtype=np.float64)[order])
    counts = np.arange(1, len(order) + 1)
    ordered = confident[order]
    last_of_equals = np.append(ordered[1:] < ordered[:-1], True)[: len(ordered)]
    good = np.flatnonzero((hits / np.maximum(counts, 1) >= precision) & (counts >= FEWEST) & last_of_equals)
    return float(ordered[good[-1]]) if len(good) else NEVER


def error_of(sure: Sequence[float] | Numbers, right: Sequence[bool] | NDArray[np.bool_], bins: int = 15) -> float:
    """Expected calibration error: how far confidence is from how often it is right, over bins of equal width."""
    confident, hit = np.asarray(sure, dtype=np.float64), np.asarray(right, dtype=np.float64)
    places = np.minimum((confident * bins).astype(int), bins - 1)
    far = 0.0
    for one in range(bins):
        inside = places == one
        if inside.any():
            far += float(inside.sum() * abs(confident[inside].mean() - hit[inside].mean()))
    return far / max(1, len(confident))


def covered(sure: Sequence[float] | Numbers, threshold: float) -> float:
    """The share of answers that reach the threshold."""
    return float((np.asarray(sure) >= threshold).mean()) if len(sure) else 0.0


def steps_of(scores: Numbers, count: int = 101) -> Numbers:
    """The values that split scores of known texts into equal parts, ascending."""
    return (
        np.quantile(scores, np.linspace(0, 1, count)).astype(np.float32) if len(scores) else np.zeros(count, np.float32)
    )


def ranks(scores: Numbers, steps: Numbers) -> Numbers:
    """Of each score the share of known texts that scored lower, from 0 to 1."""
    return np.interp(scores, steps, np.linspace(0, 1, len(steps))).astype(np.float32)
