"""What processes have used and hold, as the kernel counts it; those that they started, and those that have ended since, included."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

REST_SECONDS = 3_600.0
QUIET, QUIET_SECONDS = 0.03, 70.0
"""The share of a core below which nothing is done, and for how long: longer than a child may be idle, or than memory isn't given back."""
_STEP = 5.0
_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Of a process and all below it, in steps of 10 ms each."""
    return sum(sum(map(int, _fields(one)[11:15])) for one in tree(pid)) / _TICKS


def megabytes(pid: int) -> float:
    """What a process and all below it hold alone, and their share of what they hold together (PSS)."""
    return sum(_proportional(one) for one in tree(pid)) * 1024 / 1e6


def let_rest(pid: int) -> None:
    """Wait until a process and all below it have done what there is to do, in the background too."""
    began = since = time.monotonic()
    before = cpu_seconds(pid)
    while (now := time.monotonic()) - since < QUIET_SECONDS:
        if now - began > REST_SECONDS:
            raise SystemExit("the server doesn't come to rest")
        time.sleep(_STEP)
        used = cpu_seconds(pid)
        if used - before > QUIET * _STEP:
            since = time.monotonic()
        before = used


def tree(pid: int) -> Iterator[int]:
    """The process, its children, and theirs."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from tree(int(child))


def _fields(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:  # ended since it was listed: its parent counts it now
        return ["0"] * 15


def _proportional(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
