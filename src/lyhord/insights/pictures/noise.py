"""Whether a change is more than noise. Pure.

A count now and the count of an equally long time before are compared by the exact binomial test: if nothing changed, each of the n is as
likely to be of now as of before (Przyborowski and Wilenski 1940). Customers don't come independently of each other: one outage brings
many. So counts are first divided by how much more days vary than chance would have them, the dispersion (quasi-Poisson: Pearson's chi
square of daily counts against period and weekday, over its degrees of freedom; never less than 1).

Shares are compared by Fisher's exact test, large ones by the normal approximation of it. Of all rows of a chart those are called sure for
which the Benjamini-Hochberg procedure keeps false discoveries at 5 %. Rows with fewer than 30 are marked as few, whatever they say.
"""

from collections.abc import Sequence
from math import erfc, exp, lgamma, log, sqrt

FEW = 30
FALSE_SHARE = 0.05
EXACT_UP_TO = 2_000
WEEK = 7


def dispersion(before: Sequence[int], now: Sequence[int]) -> float:
    """By how much more daily counts vary than chance would have it. Both stretches are whole weeks of the same length, in order."""
    days = [*before, *now]
    total = sum(days)
    if not total or len(days) <= WEEK or len(before) != len(now):
        return 1.0
    half, weeks = len(before), len(before) / WEEK
    periods = [sum(before), sum(now)]
    weekdays = [sum(days[place] for place in range(weekday, len(days), WEEK)) for weekday in range(WEEK)]
    chi = 0.0
    for place, count in enumerate(days):
        expected = periods[place >= half] * weekdays[place % WEEK] / total / weeks
        chi += (count - expected) ** 2 / expected if expected else 0.0
    used = sum(one > 0 for one in periods) + sum(one > 0 for one in weekdays) - 1
    freedom = sum(1 for place in range(len(days)) if periods[place >= half] and weekdays[place % WEEK]) - used
    return max(1.0, chi / freedom) if freedom > 0 else 1.0


def count_changed(now: int, before: int, spread: float = 1.0) -> float:
    """How probable counts so unlike, or more so, are if nothing changed; `spread` is the dispersion."""
    total = round((now + before) / spread)
    if total <= 0:
        return 1.0
    share = now / (now + before)
    less = min(share, 1 - share) * total
    if total > EXACT_UP_TO:
        return erfc(max(total / 2 - less - 0.5, 0.0) / sqrt(total / 4) / sqrt(2))
    tail = sum(exp(_choose(total, k) - total * log(2)) for k in range(int(less + 1e-9) + 1))
    return min(1.0, 2 * tail)


def share_changed(part: int, whole: int, part_before: int, whole_before: int) -> float:
    """How probable shares so unlike, or more so, are if both come from one."""
    if not whole or not whole_before:
        return 1.0
    total, parts = whole + whole_before, part + part_before
    if total > EXACT_UP_TO:
        pooled = parts / total
        spread = sqrt(pooled * (1 - pooled) * (1 / whole + 1 / whole_before))
        return erfc(abs(part / whole - part_before / whole_before) / spread / sqrt(2)) if spread else 1.0
    lowest, highest = max(0, parts - whole_before), min(parts, whole)
    base = _choose(total, whole)
    found = [_choose(parts, k) + _choose(total - parts, whole - k) - base for k in range(lowest, highest + 1)]
    mine = found[part - lowest]
    return min(1.0, sum(exp(one) for one in found if one <= mine + 1e-7))


def sure(chances: Sequence[float], share: float = FALSE_SHARE) -> list[bool]:
    """Which of several findings hold, so that on average no more than `share` of them are false (Benjamini and Hochberg 1995)."""
    order = sorted(range(len(chances)), key=lambda place: chances[place])
    last = max((rank for rank, place in enumerate(order, 1) if chances[place] <= share * rank / len(order)), default=0)
    held = set(order[:last])
    return [place in held for place in range(len(chances))]


def _choose(n: int, k: int) -> float:
    """The logarithm of n over k."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
