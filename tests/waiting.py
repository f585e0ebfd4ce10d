"""Waiting for what another task, thread or process brings about."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable

PATIENCE = 60.0
"""Seconds for which something may be on its way on the busiest machine. A test that passes doesn't wait for them."""


async def until(condition: Callable[[], object | Awaitable[object]], seconds: float = PATIENCE) -> None:
    """Wait until `condition` holds, or what it awaits does; TimeoutError when it doesn't for so long."""
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            if await found if isawaitable(found) else found:
                return
            await asyncio.sleep(0.01)


async def grace(seconds: float = 0.05) -> None:
    """Let others go on, where nothing that could be waited for is to come: on a slow machine a test shows less then, and never fails."""
    await asyncio.sleep(seconds)
