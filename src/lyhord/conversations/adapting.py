"""What adapters do alike, whoever owns the channel: they need what they are lent, judge signatures, look after being called."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import TypeVar

from lyhord.conversations.account import Door, Health
from lyhord.conversations.exchange import Verdict
from lyhord.kit.clock import SECOND
from lyhord.kit.pacing import full_jitter

Lent = TypeVar("Lent")
T = TypeVar("T", bound=Exception)
Problem = tuple[str, str, str]


def needed(lent: Lent | None) -> Lent:
    """What a process lent an adapter. Raises `RuntimeError` where it was opened without, to read and to plan alone."""
    if lent is None:
        raise RuntimeError("this account was opened without means: it can't reach its channel")
    return lent


def judge(wanted: str, given: str, reason: str) -> Verdict:
    """Whether what a call brought is what its owner would bring, compared in constant time; `reason` where it isn't."""
    ok = hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace"))
    return Verdict(ok=ok, reason="" if ok else reason)


async def look_after(
    door: Door,
    look: Callable[[], Awaitable[Problem | None]],
    trouble: type[T],
    problem_of: Callable[[T], Problem],
    *,
    seconds: float,
    patient: bool = False,
) -> None:
    """Report every `seconds`, until cancelled, what `look` finds in the way: a problem as `Health` has it, or None.

    Where it raises `trouble`, `problem_of` says what is reported, and it looks again sooner: when the other side said so (`outcome`, as
    far as there is one), else later each time. With `patient` a single failure isn't reported: one call may fail.
    """
    tries = 0
    while True:
        try:
            problem, tries = await look(), 0
        except trouble as caught:
            problem, tries = problem_of(caught), tries + 1
            asked = getattr(getattr(caught, "outcome", None), "after_seconds", None)
            wait = asked or min(full_jitter(tries) / SECOND, seconds)
        if not (patient and tries == 1):
            await door.report(Health(ok=problem is None, problems=(problem,) if problem else ()))
        await asyncio.sleep(wait if tries else seconds)
