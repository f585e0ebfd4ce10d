"""What ratings come to: always how many said what, a share or a net score only beside it, with how sure it is. Pure.

The share of satisfied customers (4 and 5 of 5) has Wilson's interval. The net promoter score is the share of 9 and 10 less that of 0 to 6,
in points from -100 to 100; its interval adds one of each of the three, which holds for small samples too (Rocks, 2016).
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from lyhord.kit.shares import wilson
from lyhord.surveys.model import SCALES, mark_of

SMALL = 30
"""With fewer ratings a figure is marked: it may look quite different next week."""
MOST_PARTS = 50


class Spread(Struct, frozen=True):
    """Ratings: how many gave each score, from the worst to the best, and how many were `asked`.

    `figure` is the share of good ones in per cent, of NPS the net score; `low` and `high` are its 95 % interval. None: nobody rated.
    """

    counts: list[int]
    n: int
    asked: int
    figure: float | None = None
    low: float | None = None
    high: float | None = None
    small: bool = True


class Part(Struct, frozen=True):
    """Those of one agent, team, inbox, channel, kind, language, tag, organization, reason or survey; `id` None: of none."""

    id: str | None
    spread: Spread


class Step(Struct, frozen=True):
    """What was asked from a day on, until the next step."""

    day: str
    spread: Spread


class Counted(NamedTuple):
    """What is counted of one that was asked. In the order of `store.asked_between`."""

    asked_at: int
    score: int | None
    kind: str
    about: str
    moment: str
    agent_id: str | None
    team_id: str | None
    inbox_id: str | None
    channel: str
    ticket_kind: str
    language: str
    survey_id: str
    conversation_id: str
    tags: tuple[str, ...]
    organization_id: str | None
    reason_id: str | None


def counted_of(row: Sequence[Any]) -> Counted:
    """A row of `store.asked_between`."""
    return Counted._make((*row[:13], tuple((row[13] or "").split()), *row[14:]))


def spread_of(kind: str, rows: Sequence[Counted]) -> Spread:
    """How those were rated that were asked by one kind of survey."""
    least, most = SCALES[kind]
    counts = [0] * (most - least + 1)
    for row in rows:
        if row.score is not None:
            counts[row.score - least] += 1
    return _spread(kind, counts, len(rows))


def _spread(kind: str, counts: list[int], asked: int) -> Spread:
    n, least = sum(counts), SCALES[kind][0]
    if not n:
        return Spread(counts, 0, asked)
    marks = [mark_of(kind, least + place) for place in range(len(counts))]
    good = sum(count for mark, count in zip(marks, counts, strict=True) if mark == "good")
    bad = sum(count for mark, count in zip(marks, counts, strict=True) if mark == "bad")
    if kind == "nps":
        low, high = net_interval(good, n - good - bad, bad)
        return Spread(counts, n, asked, 100 * (good - bad) / n, low, high, n < SMALL)
    low, high = wilson(good, n)
    return Spread(counts, n, asked, 100 * good / n, 100 * low, 100 * high, n < SMALL)


def net_interval(promoters: int, passives: int, detractors: int) -> tuple[float, float]:
    """The 95 % interval of a net promoter score, in points."""
    n = promoters + passives + detractors + 3
    up, down = (promoters + 1) / n, (detractors + 1) / n
    middle = up - down
    half = 1.96 * ((up + down - middle * middle) / n) ** 0.5
    return max(100 * (middle - half), -100.0), min(100 * (middle + half), 100.0)


def parts_of(kind: str, rows: Sequence[Counted], by: str) -> list[Part]:
    """By a field of `Counted` each, the most rated first; who has several tags counts with each."""
    grouped: dict[str | None, list[Counted]] = defaultdict(list)
    for row in rows:
        value = getattr(row, by)
        for one in (value or (None,)) if by == "tags" else (value or None,):
            grouped[one].append(row)
    found = [Part(one, spread_of(kind, theirs)) for one, theirs in grouped.items()]
    return sorted(found, key=lambda one: (-one.spread.n, -one.spread.asked, one.id or ""))[:MOST_PARTS]


def steps_of(kind: str, rows: Sequence[Counted], days: dict[str, int]) -> list[Step]:
    """By the day, or the first of several, on which each was asked. `days`: when each begins (Unix milliseconds), in order."""
    starts = list(days.items())
    grouped: list[list[Counted]] = [[] for _ in starts]
    for row in rows:
        place = next((place for place in range(len(starts) - 1, -1, -1) if starts[place][1] <= row.asked_at), None)
        if place is not None:
            grouped[place].append(row)
    return [Step(day, spread_of(kind, theirs)) for (day, _), theirs in zip(starts, grouped, strict=True)]
