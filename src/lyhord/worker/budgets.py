"""Rate budgets: a channel's owner bears so many calls in so much time, and whoever would be one too many gets a place later on.

Each worker keeps its share by itself (docs/decisions/0019-a-worker-keeps-its-share-of-a-rate.md); the owner's own word, a `Retry` with
its time, stands above.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from lyhord.conversations.channel import Rate
from lyhord.kit.clock import SECOND, Clock

MOST_WINDOWS = 20_000
"""Peers remembered at a time; of more those are forgotten whose last call was longest ago."""


class _Window:
    """At most `calls` in `span` milliseconds: when the last of them were, or will be."""

    def __init__(self, calls: int, span: int) -> None:
        self.calls = calls
        self.span = span
        self.places: deque[int] = deque(maxlen=calls)

    def give(self, now: int) -> int:
        """The next place; first come, first served."""
        at = max(now, self.places[-1]) if self.places else now
        if len(self.places) == self.calls:
            at = max(at, self.places[0] + self.span)
        self.places.append(at)
        return at


class Budgets:
    """The windows of every inbox with rates, and the places that are promised. `workers` is among how many an account is shared."""

    def __init__(self, clock: Clock, workers: Callable[[], int] = lambda: 1) -> None:
        self._clock = clock
        self._workers = workers
        self._windows: dict[tuple[str, ...], _Window] = {}
        self._promised: dict[tuple[str, ...], int] = {}
        self._refused: dict[str, dict[str, int]] = {}
        """Whom each inbox's channel wants no more calls for just now, and until when."""

    def take(self, inbox_id: str, rates: Sequence[Rate], peer: str, group_id: str | None, key: str) -> int:
        """How many milliseconds the call `key` has to wait; 0: now. Whoever has to wait comes again, and has a place then.

        Its peer's window comes first: what waits there takes no place of the account's.
        """
        now = self._clock()
        for name, rate in self._applying(inbox_id, rates, peer, group_id):
            promise = (key, rate.scope)
            at = self._promised.get(promise)
            if at is None:
                at = self._promised[promise] = self._window(name, rate).give(now)
            if at > now:
                return at - now
        for scope in ("peer", "group", "account"):
            self._promised.pop((key, scope), None)
        return 0

    def is_of_account(self, inbox_id: str, rates: Sequence[Rate], to: str, *, in_group: bool, seconds: float) -> bool:
        """Whether a channel that had too many calls, and doesn't say of whom, means the whole account for the next `seconds`.

        Not where a peer or a group has a rate of its own, unless it has refused another one just now.
        """
        now, refused = self._clock(), self._refused.setdefault(inbox_id, {})
        for peer in [peer for peer, until in refused.items() if until <= now]:
            del refused[peer]
        refused[to] = now + int(seconds * SECOND)
        return len(refused) > 1 or not any(rate.scope == ("group" if in_group else "peer") for rate in rates)

    def _applying(
        self, inbox_id: str, rates: Sequence[Rate], peer: str, group_id: str | None
    ) -> Iterator[tuple[tuple[str, ...], Rate]]:
        whom = "peer" if group_id is None else "group"
        for number, rate in enumerate(rates):
            if rate.scope == whom:
                yield (inbox_id, str(number), peer if group_id is None else group_id), rate
        for number, rate in enumerate(rates):
            if rate.scope == "account":
                yield (inbox_id, str(number)), self._share(rate)

    def _share(self, rate: Rate) -> Rate:
        """Ours of what an account bears: fewer calls, or one in a longer time."""
        workers = max(self._workers(), 1)
        if rate.calls >= workers:
            return Rate(rate.scope, rate.calls // workers, rate.seconds)
        return Rate(rate.scope, 1, rate.seconds * workers / rate.calls)

    def _window(self, name: tuple[str, ...], rate: Rate) -> _Window:
        window, span = self._windows.pop(name, None), int(rate.seconds * SECOND)
        if window is None or (window.calls, window.span) != (rate.calls, span):
            fresh = _Window(rate.calls, span)
            fresh.places.extend(window.places if window else ())
            window = fresh
        self._windows[name] = window  # the latest stand last
        while len(self._windows) > MOST_WINDOWS:
            del self._windows[next(iter(self._windows))]
        while len(self._promised) > MOST_WINDOWS:
            del self._promised[next(iter(self._promised))]
        return window
