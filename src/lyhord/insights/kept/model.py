"""How long customers waited and what of it was promised, as numbers: never a mean, and what still runs is counted, too. Pure.

**The rule about what hasn't ended.** A clock that still runs, or that was dropped since nobody waits for it any more, has taken *at least*
so long. Leaving it out would make slow days look quick, for the quickest are over first. So it stands in the classes of waiting beside
those that ended, as *running*, with the time that it has run so far; percentiles are those of Kaplan and Meier (Nonparametric Estimation
from Incomplete Observations, 1958), to whom such a clock counts among those who wait as long as it ran, and never as one that ended.
A percentile that is beyond what has been seen is None: longer than anybody knows. A promise counts as broken at the moment at which its
time is up, whether an answer came later or never; as kept once an answer came in time; one within its time is *undecided* and stands in
neither. What was dropped within its time was neither kept nor broken.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import compress, pairwise
from math import floor
from typing import Any, NamedTuple

from msgspec import Struct

from lyhord.insights.model import WAITS
from lyhord.kit.clock import DAY, HOUR, MINUTE

SHARES = (50, 90, 95)
LATE = (15 * MINUTE, HOUR, 4 * HOUR, DAY)
"""Where one class of being late ends and the next begins (milliseconds); the last has no end."""
LATE_CLASSES = len(LATE) + 1
_NEARLY = 1e-9


class Runs(NamedTuple):
    """Clocks, reduced to what is counted: a column for each, so that 50,000 cost little. Times are milliseconds.

    `waited`: since the customer began to wait, by the clock on the wall, whatever we did meanwhile. `worked`: what of it lay within the
    hours that count, pauses left out. Of one that runs both are up to now. `allowed` is what was promised of `worked`. `ended`, `dropped`
    and `kept` are 1 or 0, `kept` None as long as that is open.
    """

    level_id: Sequence[str | None]
    team_id: Sequence[str | None]
    agent_id: Sequence[str | None]
    inbox_id: Sequence[str | None]
    started_at: Sequence[int]
    waited: Sequence[int]
    worked: Sequence[int]
    allowed: Sequence[int]
    ended: Sequence[int]
    dropped: Sequence[int]
    kept: Sequence[int | None]


def runs_of(rows: Collection[tuple[Any, ...]]) -> Runs:
    """The clocks of rows whose places are those of `Runs`."""
    return Runs(*zip(*rows, strict=True)) if rows else Runs(*[()] * len(Runs._fields))


class Spread(Struct, frozen=True):
    """How long something took: of 100, 50, 90 and 95 no longer than these milliseconds (None: not known yet), and how many by class.

    `over` counts those that ended, `running` those that run or were dropped, by how long they have run: each up to the end of its class.
    """

    p50: int | None
    p90: int | None
    p95: int | None
    over: list[int]
    running: list[int]


class Figures(Struct, frozen=True):
    """Clocks that began in a stretch of days. Every one of the `n` has ended, is running, or was dropped.

    Of the promises so many were `kept` and `broken`, and the rest is `undecided` or was dropped in time. `late` counts the broken ones by
    how much time within the hours that count passed beyond what was promised, up to now where they run still.
    """

    n: int
    ended: int
    running: int
    dropped: int
    kept: int
    broken: int
    undecided: int
    late: list[int]
    waited: Spread
    worked: Spread


class Step(Struct, frozen=True):
    """The clocks that began on a day, or in the seven days from it on."""

    day: str
    n: int
    kept: int
    broken: int


class Part(Struct, frozen=True):
    """Those of one level, team, agent, inbox or channel; `id` None: of none. The percentiles are of the customer's own waiting."""

    id: str | None
    n: int
    kept: int
    broken: int
    p50: int | None
    p90: int | None


def quantiles(over: Sequence[int], running: Sequence[int], shares: Sequence[int] = SHARES) -> list[int | None]:
    """By Kaplan and Meier, for each share (of 100) the shortest time within which so many have ended; None where that isn't known.

    `over` are times that ended, `running` those that were at least so long; both in ascending order. Between two of these each end
    weighs the same, so only where one was given up is there anything to reckon.
    """
    found: list[int | None] = [None] * len(shares)
    alive, past = 1.0, 0
    for place, until in [*enumerate(running), (len(running), None)]:
        if past == len(over):
            break
        ends = len(over) if until is None else bisect_right(over, until, past)
        left = len(over) - past + len(running) - place
        for number, share in enumerate(shares):
            if found[number] is None:
                needed = max(left - floor(left * (1 - share / 100 + _NEARLY) / alive), 1)
                found[number] = over[past + needed - 1] if needed <= ends - past else None
        alive *= (left - ends + past) / left
        past = ends
    return found


def spread_of(lengths: Sequence[int], ended: Sequence[int]) -> Spread:
    """The percentiles and classes of times, each of which has ended (1) or was at least so long (0)."""
    over = sorted(compress(lengths, ended))
    running = sorted(compress(lengths, (not one for one in ended)))
    p50, p90, p95 = quantiles(over, running)
    return Spread(p50, p90, p95, _classes(over), _classes(running))


def _classes(ordered: Sequence[int]) -> list[int]:
    ends = [0, *(bisect_right(ordered, end) for end in WAITS), len(ordered)]
    return [until - since for since, until in pairwise(ends)]


def figures_of(runs: Runs) -> Figures:
    """What is told of clocks: see the module for what counts how."""
    n = len(runs.kept)
    said = Counter(runs.kept)
    ended, dropped = sum(runs.ended), sum(runs.dropped)
    spared = Counter(zip(runs.dropped, runs.kept, strict=True))[1, None]
    broken = zip(runs.kept, runs.worked, runs.allowed, strict=True)
    late = Counter(bisect_left(LATE, worked - allowed) for kept, worked, allowed in broken if kept == 0)
    return Figures(
        n=n,
        ended=ended,
        running=n - ended - dropped,
        dropped=dropped,
        kept=said[1],
        broken=said[0],
        undecided=said[None] - spared,
        late=[late[place] for place in range(LATE_CLASSES)],
        waited=spread_of(runs.waited, runs.ended),
        worked=spread_of(runs.worked, runs.ended),
    )


def parts_of(runs: Runs, whose: Sequence[str | None]) -> list[Part]:
    """The lines of a table: by `whose` each is, the most first."""
    over: dict[str | None, list[int]] = defaultdict(list)
    running: dict[str | None, list[int]] = defaultdict(list)
    for one, length, ended in zip(whose, runs.waited, runs.ended, strict=True):
        (over if ended else running)[one].append(length)
    said = Counter(zip(whose, runs.kept, strict=True))
    found = []
    for one in {*over, *running}:
        p50, p90 = quantiles(sorted(over[one]), sorted(running[one]), (50, 90))
        found.append(Part(one, len(over[one]) + len(running[one]), said[one, 1], said[one, 0], p50, p90))
    return sorted(found, key=lambda one: (-one.n, one.id or ""))


def steps_of(runs: Runs, days: Mapping[str, int]) -> list[Step]:
    """By the day, or the first of several, in which each began. `days`: when each begins (Unix milliseconds), in order."""
    starts = list(days.values())
    places = (bisect_right(starts, at) - 1 for at in runs.started_at)
    said = Counter(zip(places, runs.kept, strict=True))
    return [
        Step(day, sum(said[place, kept] for kept in (1, 0, None)), said[place, 1], said[place, 0])
        for place, day in enumerate(days)
    ]
