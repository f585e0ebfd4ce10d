"""When to try again, and how a loop sleeps until there is something to do."""

import asyncio
import random
from contextlib import suppress

from lyhord.kit.clock import HOUR, SECOND

_random = random.Random()  # noqa: S311 - spreads load, keeps no secret


def full_jitter(attempt: int, *, base: int = SECOND, cap: int = HOUR, dice: random.Random = _random) -> int:
    """How many milliseconds to wait after attempt 1, 2, 3 …: anything up to `base` doubled each time, at most `cap`.

    Those that failed together don't come back together.
    """
    return dice.randint(0, min(cap, base << min(max(attempt - 1, 0), 40)))


class Pulse:
    """Lets one loop sleep until it is poked or some time has passed. A poke while it works isn't lost."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def poke(self) -> None:
        """There is something to do. For the event loop's thread; never waits."""
        self._event.set()

    async def wait(self, seconds: float) -> bool:
        """Return at the next poke, at once if one came meanwhile, or after `seconds`; whether there was a poke."""
        with suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0)):
                await self._event.wait()
        poked = self._event.is_set()
        self._event.clear()
        return poked
