"""That somebody writes, and that they do no more: Apple is told both."""

import asyncio
from collections.abc import Awaitable, Callable

LASTS_SECONDS = 10.0
"""How long after the last sign of it somebody writes no more."""


class Composing:
    """To whom the inboxes of one process show that somebody writes, each by (inbox, customer)."""

    def __init__(self) -> None:
        self._ends: dict[tuple[str, str], asyncio.Task[None]] = {}

    def begin(self, who: tuple[str, str], end: Callable[[], Awaitable[object]]) -> bool:
        """Have `end` called once nobody has written for a while. False: the customer sees it already."""
        new = not self.end(who)
        self._ends[who] = asyncio.create_task(self._wait(who, end))
        return new

    def end(self, who: tuple[str, str]) -> bool:
        """A message ended it. False: nobody was writing."""
        task = self._ends.pop(who, None)
        if task is not None:
            task.cancel()
        return task is not None

    async def _wait(self, who: tuple[str, str], end: Callable[[], Awaitable[object]]) -> None:
        await asyncio.sleep(LASTS_SECONDS)
        self._ends.pop(who, None)
        await end()

    def close(self) -> None:
        """Nobody is told any more."""
        for who in tuple(self._ends):
            self.end(who)
