"""Waiting for what another task, thread or process brings about."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], seconds: float = 10) -> None:
    """Wait until `condition` holds; TimeoutError when it doesn't for so long."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.01)


async def grace(seconds: float = 0.05) -> None:
    """Let others go on, where nothing that could be waited for is to come: on a slow machine a test shows less then, and never fails."""
    await asyncio.sleep(seconds)
