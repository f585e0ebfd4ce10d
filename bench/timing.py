"""Times the product's way beside the plainest one, turn by turn, so that whatever else the machine does falls on both.

What counts is work: the CPU that the reading thread uses, and on PostgreSQL that of the server's process for this connection. On a quiet
machine with its data in memory that is the time of the clock; on a busy one the clock tells how busy it is. The clock's 95th percentile
is recorded beside.
"""

import gc
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.record import Row

Reader = Callable[[Any], Any]
"""Reads one page, by a place or a query."""


class Clock:
    """Milliseconds of CPU that this thread and the server's processes `pids` have used."""

    def __init__(self, *pids: int) -> None:
        self._files = [Path(f"/proc/{pid}/schedstat") for pid in pids]

    def __call__(self) -> float:
        """So far."""
        theirs = sum(int(file.read_bytes().split()[0]) for file in self._files)
        return (time.thread_time_ns() + theirs) / 1e6


class Timed(NamedTuple):
    """Milliseconds of each turn, sorted: of the product, of the ceiling, and of the product by the clock on the wall."""

    product: list[float]
    ceiling: list[float]
    wall: list[float]


def measure(clock: Clock, product: Reader, ceiling: Reader | None, inputs: Sequence[Any], turns: int) -> Timed:
    """Read every input that often with both, after a turn to warm up."""
    taken = Timed([], [], [])
    gc.collect()
    for number in range(turns + 1):
        for one in inputs:
            ours, wall = _time(clock, product, one)
            theirs, _ = _time(clock, ceiling, one) if ceiling else (0.0, 0.0)
            if number:
                taken.product.append(ours)
                taken.wall.append(wall)
                taken.ceiling.append(theirs)
    return Timed(*map(sorted, taken))


def _time(clock: Clock, read: Reader, one: Any) -> tuple[float, float]:
    start, wall = clock(), time.perf_counter()
    read(one)
    wall = time.perf_counter() - wall
    return clock() - start, wall * 1e3


def rows(path: str, engine: str, size: int, timed: Timed, *, ratio: float | None, p95: float | None) -> list[Row]:
    """The median with its ceiling, and the 95th percentiles. `ratio` and `p95` (milliseconds) are the targets, None where there is none."""
    middle, high = at(timed.product, 0.5), at(timed.product, 0.95)
    ceiling = at(timed.ceiling, 0.5) or None
    times = round(middle / ceiling, 2) if ceiling else None
    most = f"at most {ratio} times" if ratio and ceiling else None
    under = f"under {p95:g} ms" if p95 else None
    met = times <= ratio if ratio and times else None
    return [
        Row(path, engine, size, middle, "ms, median", ceiling, times, most, met),
        Row(path, engine, size, high, "ms, p95", None, None, under, high < p95 if p95 else None),
        Row(path, engine, size, at(timed.wall, 0.95), "ms by the clock, p95", None, None, None, None),
    ]


def at(times: Sequence[float], share: float) -> float:
    """The time that this share of the turns stays below."""
    return round(times[min(int(len(times) * share), len(times) - 1)], 3)
