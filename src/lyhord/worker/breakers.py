"""Circuit breakers: an inbox whose channel is down is left alone for a while, and then asked once."""

from lyhord.kit.clock import MINUTE, SECOND, Clock

FAILURES = 5
FIRST_REST = 30 * SECOND
LONGEST_REST = 10 * MINUTE


class _Breaker:
    def __init__(self) -> None:
        self.failures = 0
        self.rest = FIRST_REST
        self.open_until = 0
        self.probing = False


class Breakers:
    """One breaker for each inbox that has trouble. After `FAILURES` failures in a row it opens."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._of: dict[str, _Breaker] = {}

    def held(self) -> list[str]:
        """The inboxes that aren't called now."""
        now = self._clock()
        return [inbox_id for inbox_id, breaker in self._of.items() if breaker.open_until > now or breaker.probing]

    def next_change(self) -> int | None:
        """When the first of them may be asked again (Unix milliseconds)."""
        now = self._clock()
        return min((one.open_until for one in self._of.values() if one.open_until > now), default=None)

    def admit(self, inbox_id: str) -> int:
        """How long to wait in milliseconds before calling; 0: call now. After the rest one call is let through, to see."""
        breaker = self._of.get(inbox_id)
        if breaker is None or breaker.failures < FAILURES:
            return 0
        left = breaker.open_until - self._clock()
        if left > 0:
            return left
        if breaker.probing:
            return FIRST_REST
        breaker.probing = True
        return 0

    def note(self, inbox_id: str, *, works: bool) -> None:
        """What a call that was admitted showed. A refusal of one message is proof that the channel works."""
        if works:
            self._of.pop(inbox_id, None)
            return
        breaker = self._of.setdefault(inbox_id, _Breaker())
        breaker.failures += 1
        if breaker.failures < FAILURES:
            return
        if breaker.probing:
            breaker.rest = min(breaker.rest * 2, LONGEST_REST)
        breaker.probing = False
        breaker.open_until = self._clock() + breaker.rest

    def excuse(self, inbox_id: str) -> None:
        """A call that was admitted showed nothing of the channel: the fault was ours."""
        if inbox_id in self._of:
            self._of[inbox_id].probing = False
