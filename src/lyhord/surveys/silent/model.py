"""The signals of the silent unhappy, as pure rules over what is known of a customer.

A customer is listed whose signals weigh `LISTED` or more, who hasn't complained lately, and who isn't gone already. Weights are whole
numbers that anybody can add up: 3 for what the customer themselves said or does (a bad mark, staying away), 2 for what was done to them and
shows in them, 1 for what often has other reasons. They were set by looking at other simulated lives than those by which
`bench/leaving.py` measures them, and fitted to none.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Literal

from msgspec import Struct

from lyhord.kit.clock import DAY, HOUR
from lyhord.kit.shares import wilson

Name = Literal[
    "low_rating",
    "falling_mood",
    "longer_gap",
    "came_back",
    "repeated_reason",
    "unanswered",
    "broken_promise",
    "slower_answer",
    "stopped_rating",
    "fewer_words",
]
WEIGHTS: dict[Name, int] = {
    "longer_gap": 3,
    "low_rating": 3,
    "falling_mood": 2,
    "came_back": 2,
    "repeated_reason": 2,
    "unanswered": 2,
    "broken_promise": 1,
    "slower_answer": 1,
    "stopped_rating": 1,
    "fewer_words": 1,
}
LISTED = 5
"""No signal alone lists anybody, nor do two of those that often have other reasons."""
LATELY = 4
"""Of so many approaches, the last ones, is counted what happened: who comes often isn't unhappier for having more of everything."""
LONGER = 3
"""So many usual gaps are a long one, if it is the longest that there was."""
COMPLAINED = 90 * DAY
"""Who complained within this time isn't silent: the complaint has an owner already."""
LEAST = 3
"""Approaches without which nobody knows what is usual for somebody."""
GONE = 5
"""Who hasn't written for so many of their usual gaps is gone: nothing of theirs is left to be saved by noticing."""
LONGEST = 365 * DAY
SOON = 3 * DAY
"""Who comes back within this time comes back about the same."""
PAUSE = 12 * HOUR
"""After so long a pause words begin an approach of their own."""
MOODS = {"angry": -2, "unhappy": -1, "neutral": 0, "happy": 1, "delighted": 2}


class Signal(Struct, frozen=True):
    """One thing that speaks for it: its weight, and how often or how many times as much as usual (`n`)."""

    name: Name
    weight: int
    n: int = 1


class Approach(Struct, frozen=True):
    """Something that a customer came about. Times are Unix milliseconds; `waited` is None where nobody answered.

    `words`: characters of what they wrote. `reason`, `mood`: as far as hearing or an agent told; `late`: a promise was broken.
    """

    at: int
    last_at: int
    waited: int | None
    words: int
    reason: str | None = None
    mood: str | None = None
    late: bool = False


class Said(Struct, frozen=True):
    """That somebody was asked how it was: the mark that they gave (None: no answer), and whether they wrote anything beside it."""

    at: int
    mark: str | None
    words: bool = False


class History(Struct, frozen=True):
    """What is known of a customer up to a moment, in the order of time. `complained_at`: when they complained last."""

    approaches: Sequence[Approach]
    said: Sequence[Said] = ()
    complained_at: int | None = None


class Spoken(Struct, frozen=True):
    """One message of a timeline: when, whether the customer wrote it, how long it is. `person`: no machine said it."""

    at: int
    inbound: bool
    length: int
    person: bool = True


def approaches_of(spoken: Sequence[Spoken]) -> list[Approach]:
    """The approaches in a timeline: each begins with words of the customer after a pause."""
    found: list[Approach] = []
    first: Spoken | None = None
    last_at, answered_at, words = 0, None, 0
    for one in spoken:
        if not one.person:
            continue
        if one.inbound and (first is None or one.at - last_at > PAUSE):
            if first is not None:
                found.append(_approach(first, last_at, answered_at, words))
            first, answered_at, words = one, None, 0
        if first is None:
            continue  # the company wrote first
        if one.inbound:
            words += one.length
        elif answered_at is None:
            answered_at = one.at
        last_at = one.at
    if first is not None:
        found.append(_approach(first, last_at, answered_at, words))
    return found


def _approach(first: Spoken, last_at: int, answered_at: int | None, words: int) -> Approach:
    return Approach(first.at, last_at, None if answered_at is None else answered_at - first.at, words)


def usual_gap(history: History, now: int) -> float | None:
    """How long it usually takes until somebody comes again (milliseconds); None for whoever is too new, speaks up, or is gone."""
    before = [one for one in history.approaches if one.at <= now]
    if len(before) < LEAST or (history.complained_at is not None and history.complained_at > now - COMPLAINED):
        return None
    usual = max(median(_gaps(before)), DAY)
    silent = now - before[-1].last_at
    return None if silent > GONE * usual or silent > LONGEST else usual


def signals_of(history: History, now: int) -> list[Signal]:
    """What speaks for it that a customer is unhappy without a word, the weightiest first; nothing for whoever speaks, or is gone."""
    usual = usual_gap(history, now)
    if usual is None:
        return []
    before = [one for one in history.approaches if one.at <= now]
    silent = now - before[-1].last_at
    lately = before[-LATELY:]
    counts: dict[Name, int] = {
        "longer_gap": int(silent / usual) if silent > max(LONGER * usual, *_gaps(before)) else 0,
        "came_back": _at_least(2, sum(gap <= min(SOON, usual / 4) for gap in _gaps(lately))),
        "repeated_reason": _at_least(3, max(Counter(one.reason for one in lately if one.reason).values(), default=0)),
        "unanswered": _unanswered(lately, now),
        "broken_promise": sum(one.late for one in lately),
        "slower_answer": _slower(before),
        "fewer_words": _fewer(before),
        "falling_mood": _falling(before),
        **_of_ratings([one for one in history.said if one.at <= now], lately[0].at),
    }
    found = [Signal(name, WEIGHTS[name], n) for name, n in counts.items() if n]
    return sorted(found, key=lambda one: (-one.weight, one.name))


def weigh(signals: Sequence[Signal]) -> int:
    """What signals weigh together."""
    return sum(one.weight for one in signals)


def _gaps(before: Sequence[Approach]) -> list[int]:
    return [later.at - earlier.last_at for earlier, later in pairwise(before)]


def _at_least(least: int, n: int) -> int:
    return n if n >= least else 0


def _unanswered(lately: Sequence[Approach], now: int) -> int:
    """Approaches that nobody answered; the last one counts once a day has passed."""
    return sum(one.waited is None and now - one.last_at > DAY for one in lately)


def _slower(before: Sequence[Approach]) -> int:
    """By how many times the last answer took longer than usual for them, from three times and four hours on."""
    waited = [one.waited for one in before[:-1] if one.waited is not None]
    last = before[-1].waited
    if last is None or len(waited) < 2:
        return 0
    return _at_least(3, int(last / max(median(waited), HOUR / 4))) if last > 4 * HOUR else 0


def _fewer(before: Sequence[Approach]) -> int:
    """Whether they write less than half of what they used to."""
    earlier, latest = [one.words for one in before[:-2]], [one.words for one in before[-2:]]
    return int(len(earlier) >= 3 and sum(latest) / len(latest) < median(earlier) / 2)


def _falling(before: Sequence[Approach]) -> int:
    """Whether the mood of the last two approaches lies a whole step below what it was."""
    moods = [MOODS[one.mood] for one in before if one.mood in MOODS]
    if len(moods) < 4:
        return 0
    return int(sum(moods[-2:]) / 2 <= sum(moods[:-2]) / len(moods[:-2]) - 1)


def _of_ratings(said: Sequence[Said], since: int) -> dict[Name, int]:
    """A bad rating of late, without a word to go by; and silence of somebody who used to answer half of what they were asked."""
    rated = [one for one in said if one.mark is not None]
    last = rated[-1] if rated else None
    unanswered = len(said) - said.index(last) - 1 if last is not None else 0
    answers = len(rated) >= 2 and 2 * len(rated) >= len(said) - unanswered
    return {
        "low_rating": int(last is not None and last.mark == "bad" and not last.words and last.at >= since),
        "stopped_rating": _at_least(2, unanswered) if answers else 0,
    }


class Backtest(Struct, frozen=True, kw_only=True):
    """How the list of an earlier day held: of `customers` so many `left`, and of those `listed` then so many (`listed_left`).

    `lift` is by how many times more often who was listed left than anybody did; `low` and `high` are its 95 % interval. None: nobody was
    listed, or nobody left.
    """

    at: int
    customers: int
    left: int
    listed: int
    listed_left: int
    base_rate: float
    listed_rate: float
    lift: float | None = None
    low: float | None = None
    high: float | None = None


def hold_against(at: int, outcomes: Sequence[tuple[bool, bool]]) -> Backtest:
    """A back-test from whether each customer was listed, and whether they left later."""
    n, left = len(outcomes), sum(gone for _, gone in outcomes)
    listed, hit = sum(one for one, _ in outcomes), sum(one and gone for one, gone in outcomes)
    base, rate = left / n if n else 0.0, hit / listed if listed else 0.0
    low, high = wilson(hit, listed)
    known = base > 0 and listed > 0
    return Backtest(
        at=at,
        customers=n,
        left=left,
        listed=listed,
        listed_left=hit,
        base_rate=base,
        listed_rate=rate,
        lift=rate / base if known else None,
        low=low / base if known else None,
        high=high / base if known else None,
    )
