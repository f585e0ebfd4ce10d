"""The clocks of a ticket that has other words than before, since messages were moved. Pure.

What is owed moves along with the words; what was promised and is over stays where it was promised, unless its answer went away.
"""

from collections.abc import Callable, Collection, Sequence
from math import inf

from lyhord.tickets.levels.clocks import KINDS, Clock, Course, end, revive

Answer = tuple[str, int]
"""Its id and when it was given (Unix milliseconds)."""


def retell(
    clocks: Sequence[Clock], course: Course, lost_ids: Collection[str], next_answer: Callable[[int], Answer | None]
) -> list[Clock]:
    """The clocks that stay. `course`: as the words make it now; `lost_ids`: answers that aren't about the ticket any more.

    `next_answer` tells the first answer about it after a moment. Who waits and has no clock is given one by `clocks.advance`.
    """
    stay = [one for one in clocks if KINDS[one.kind].ends != "answered"]
    over: float = 0
    for clock in sorted((one for one in clocks if one not in stay), key=lambda one: (one.started_at, one.id)):
        owed = clock.ended_at is None or clock.ended_by in lost_ids
        again = _anew(clock, course, next_answer) if owed else clock
        if again is None or again.started_at < over:
            continue  # nobody waits for it here any more, or whoever does, waits since longer ago
        stay.append(again)
        over = inf if again.ended_at is None else again.ended_at
    return stay


def _anew(clock: Clock, course: Course, next_answer: Callable[[int], Answer | None]) -> Clock | None:
    """A clock that goes on, or whose answer went away: ended by another answer, going on, or none (None)."""
    clock = revive(clock) if clock.ended_at is not None else clock
    answer = next_answer(clock.started_at)
    if answer is not None:
        return end(clock, answer[1], answer[0])
    fits = KINDS[clock.kind].first in (None, course.answered_at is None)
    return clock if fits and course.waits is not None else None
