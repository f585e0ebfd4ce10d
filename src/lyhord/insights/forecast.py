"""How much is going to come today, told from the same weekday of the weeks before. Pure.

Each hour is expected to bring the median of what it brought on that weekday in up to eight weeks: a holiday or an outage among them
changes it little. The least and the most of these weeks are the interval. If today is a day like them, today's count is as likely to be
in any place among the n + 1, so that (n - 1) / (n + 1) of such days lie within: 78 % with eight weeks, half with three. That holds
whatever the counts are distributed like (order statistics as a distribution-free prediction interval; Wilks 1941). It isn't told of fewer
than three.

What has come today scales what is expected of the hours to come: by (came + 20) / (expected + 20), which is the mean of a gamma
distribution that begins at 1 and is worth 20 messages. So a few messages more at dawn change little, and a storm at noon changes all.
It is never less than a quarter or more than four times. A day unlike its weekday (a holiday) is only noticed once it is under way.
"""

from collections.abc import Sequence
from statistics import median

from msgspec import Struct

WEEKS, FEWEST = 8, 3
STEADY = 20
LEAST, MOST = 0.25, 4.0


class Expected(Struct, frozen=True):
    """What an hour usually brings, and the least and the most that it brought in the weeks before."""

    usual: float
    low: float
    high: float


def expect(history: Sequence[int]) -> Expected | None:
    """What is expected of an hour from what it brought in the weeks before; None of fewer than three."""
    if len(history) < FEWEST:
        return None
    return Expected(float(median(history)), float(min(history)), float(max(history)))


def coverage(weeks: int) -> float:
    """Which share of like days lies between the least and the most of so many weeks."""
    return (weeks - 1) / (weeks + 1) if weeks >= FEWEST else 0.0


def scale_of(came: int, usual: float) -> float:
    """By how much today is more or less than usual, from what came so far and what usually would have."""
    return min(max((came + STEADY) / (usual + STEADY), LEAST), MOST)


def scaled(expected: Expected, factor: float, came: int = 0) -> Expected:
    """What is expected of an hour of today; no less than what has come of it by now."""
    return Expected(*(max(one * factor, float(came)) for one in (expected.usual, expected.low, expected.high)))
