"""What stands out in a customer's words about a ticket, as words of its row, and the pure rule by which anger rises."""

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from lyhord.hearing.findings.actions import Row
from lyhord.hearing.findings.model import COMPLAINT, THANKS, THREAT, URGENCY

Sign = Literal["urgent", "churn", "legal", "public", "complaint", "falling", "thanks"]
"""Something is urgent; the customer may leave, talks of legal steps or of going public; it sounds like a complaint; anger rises; they thank
us."""
SIGNS: tuple[str, ...] = get_args(Sign)
FALLING: Sign = "falling"
LATEST = 6
"""Messages of the customer, the latest, in which we look for signs, besides the first ones: so a lifelong ticket costs no more."""
LIKELY = 500
"""Thousandths: a complaint that is heard less surely is kept as a finding, so that few are missed, but nobody is asked about it, and it
isn't shown: most of these are none."""
LEAST = 3
"""Messages that it takes to rise: a single one is a mood, two are a bad day."""
STEPS = {"angry": -2, "unhappy": -1, "neutral": 0, "happy": 1, "delighted": 2}


def falls(moods: Sequence[str]) -> bool:
    """Whether the customer's mood falls over these messages, oldest first.

    Anger in one message is heard wrongly too often to say so. The last two must both be bad, the last no better than the one before,
    and something said before was better: by one step where the last is angry, else by two.
    """
    steps = [STEPS[one] for one in moods if one in STEPS]
    if len(steps) < LEAST:
        return False
    *earlier, before, last = steps
    return last <= before < 0 and max(earlier) - last >= (1 if last == STEPS["angry"] else 2)


def signs_of(findings: Iterable[Row], moods: Sequence[str]) -> tuple[str, ...]:
    """The signs of a ticket in the order of `SIGNS`, by what is known of its messages, and the moods of the latest ones, oldest first."""
    there: set[str] = {FALLING} if falls(moods) else set()
    for one in findings:
        if one.kind in (THREAT, URGENCY, THANKS):
            there.add(one.value)
        elif one.kind == COMPLAINT and one.confidence >= LIKELY:
            there.add(COMPLAINT)
    return tuple(one for one in SIGNS if one in there)
