"""How long customers waited and what of it was promised, as numbers: never a mean, and what still runs is counted, too. Pure.

**The rule about what hasn't ended.** A clock that still runs, or that was dropped since nobody waits for it any more, has taken *at least*
so long. Leaving it out would make slow days look quick, for the quickest are over first. So it stands in the classes of waiting beside
those that ended, as *running*, with the time that it has run so far; percentiles are those of Kaplan and Meier (Nonparametric Estimation
from Incomplete Observations, 1958), to whom such a clock counts among those who wait as long as it ran, and never as one that ended.
A percentile that is beyond what has been seen is None: longer than anybody knows. A promise counts as broken at the moment at which its
time is up, whether an answer came later or never; as kept once an answer came in time; one within its time is *undecided* and stands in
neither. What was dropped within its time was neither kept nor broken.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from msgspec import Struct

from lyhord.insights.model import CLASSES, wait_class
from lyhord.kit.clock import DAY, HOUR, MINUTE

SHARES = (50, 90, 95)
LATE = (15 * MINUTE, HOUR, 4 * HOUR, DAY)
"""Where one class of being late ends and the next begins (milliseconds); the last has no end."""
LATE_CLASSES = len(LATE) + 1
_NEARLY = 1e-9


class Wait(NamedTuple):
    """A time waited (milliseconds); with `over` False it was at least so long."""

    length: int
    over: bool = True


class Run(NamedTuple):
    """One clock, reduced to what is counted. Times are milliseconds.

    `waited`: since the customer began to wait, by the clock on the wall, whatever we did meanwhile. `worked`: what of it lay within the
    hours that count, pauses left out. Of one that runs both are up to now. `allowed` is what was promised of `worked`.
    """

    level_id: str
    team_id: str | None
    agent_id: str | None
    inbox_id: str | None
    started_at: int
    waited: int
    worked: int
    allowed: int
    ended: bool
    dropped: bool
    kept: bool | None


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


def quantiles(waits: Iterable[Wait], shares: Sequence[int] = SHARES) -> list[int | None]:
    """By Kaplan and Meier, for each share (of 100) the shortest time within which so many have ended; None where that isn't known."""
    ordered = sorted(waits, key=lambda one: (one.length, not one.over))
    found: list[int | None] = [None] * len(shares)
    alive, left = 1.0, len(ordered)
    for length, group in groupby(ordered, key=lambda one: one.length):
        these = list(group)
        alive *= 1 - sum(one.over for one in these) / left
        left -= len(these)
        for place, share in enumerate(shares):
            if found[place] is None and 1 - alive >= share / 100 - _NEARLY:
                found[place] = length
    return found


def spread_of(waits: Sequence[Wait]) -> Spread:
    """The percentiles and classes of times."""
    over, running = [0] * CLASSES, [0] * CLASSES
    for one in waits:
        (over if one.over else running)[wait_class(one.length)] += 1
    p50, p90, p95 = quantiles(waits)
    return Spread(p50, p90, p95, over, running)


def figures_of(runs: Sequence[Run]) -> Figures:
    """What is told of clocks: see the module for what counts how."""
    late = [0] * LATE_CLASSES
    for one in runs:
        if one.kept is False:
            late[bisect_left(LATE, max(one.worked - one.allowed, 0))] += 1
    kept, broken = (sum(one.kept is which for one in runs) for which in (True, False))
    dropped = sum(one.dropped for one in runs)
    ended = sum(one.ended for one in runs)
    spared = sum(one.dropped and one.kept is None for one in runs)
    return Figures(
        n=len(runs),
        ended=ended,
        running=len(runs) - ended - dropped,
        dropped=dropped,
        kept=kept,
        broken=broken,
        undecided=len(runs) - kept - broken - spared,
        late=late,
        waited=spread_of([Wait(one.waited, one.ended) for one in runs]),
        worked=spread_of([Wait(one.worked, one.ended) for one in runs]),
    )


def part_of(which: str | None, runs: Sequence[Run]) -> Part:
    """A line of a table."""
    kept, broken = (sum(one.kept is said for one in runs) for said in (True, False))
    p50, p90 = quantiles([Wait(one.waited, one.ended) for one in runs], (50, 90))
    return Part(which, len(runs), kept, broken, p50, p90)
