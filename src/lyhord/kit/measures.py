"""What one process counts about itself: plain numbers, cheap enough for the hottest path. `web.metrics` shows them.

Labels are words of this program (a kind, an outcome), never anything that came from outside.
"""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Spread:
    """How long things took, as numbers of them up to each bound (seconds). Any thread may add."""

    __slots__ = ("_lock", "bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float] = FAST) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.total = 0.0
        self._lock = threading.Lock()

    def add(self, seconds: float) -> None:
        """One more."""
        place = bisect_left(self.bounds, seconds)
        with self._lock:
            self.counts[place] += 1
            self.total += seconds


class Measures:
    """All of them. `dead` and `gaps` are by kind; everything that is counted is counted on the event loop's thread."""

    def __init__(self) -> None:
        self.inbound_ack = Spread()
        self.commit = Spread()
        self.fanout = Spread()
        self.webhooks: Counter[str] = Counter()
        self.dedupe_hits = 0
        self.streams: Counter[str] = Counter()
        self.streams_dropped = 0
        self.unknown = 0
        self.dead: Counter[str] = Counter()
        self.gaps: Counter[str] = Counter()


measured = Measures()
"""Those of this process."""
