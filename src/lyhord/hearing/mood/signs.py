"""What in a text counts for its mood, as numbers that mean the same in every language. Pure."""

import re
from collections import Counter
from collections.abc import Sequence

from lyhord.hearing.mood.cues import KINDS, Cue
from lyhord.hearing.mood.heads import HEADS

GOOD = frozenset({"happy", "delight", "thanks"})
BAD = frozenset({"swear", "anger", "sad", "fault", "demand"})
SIGNS = (
    *KINDS,
    *("unpraised", "unblamed", "raised_good", "raised_bad", "shouts", "marks", "asks", "long"),
    *HEADS,
    "known",
)
"""The numbers, in order: cues of each kind; praise and blame that was denied; cues said with *very*; capitals, `!!`, question marks
and length; what the language's model says (`heads.HEADS`), and whether there is one."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_MARKS = re.compile(r"[!！]{2,}|[?？][!！]|[!！][?？]|[?？]{2,}")
_ASKS = re.compile(r"[?？]")
LEAST_SHOUTED = 2
"""Words in capitals that make a text shouted; one that has no other counts from so many letters on:"""
LEAST_LETTERS = 8
LONG = 300
"""Letters, of which a Chinese sign counts as three: who complains tells more than who asks, up to there."""


def signs_of(text: str, cues: Sequence[Cue], heads: Sequence[float] | None) -> list[float]:
    """The numbers of a text, in the order of `SIGNS`."""
    counts: Counter[str] = Counter()
    for one in cues:
        if one.denied:
            counts["unpraised" if one.kind in GOOD else "unblamed"] += 1
            continue
        counts[one.kind] += 1
        if one.raised and one.kind in GOOD | BAD:
            counts["raised_good" if one.kind in GOOD else "raised_bad"] += 1
    if swears_well(counts):
        counts["raised_good"] += counts.pop("swear")
    counts["shouts"] = int(is_shouted(text))
    counts["marks"] = len(_MARKS.findall(text))
    counts["asks"] = len(_ASKS.findall(_MARKS.sub(" ", text)))
    found = [2 - 2 * 0.5 ** counts[name] for name in SIGNS[: -len(HEADS) - 2]]
    long = min(sum(3 if one > "⺀" else 1 for one in text) / LONG, 1.0)
    return [*found, long, *(heads or (0.0,) * len(HEADS)), float(heads is not None)]


def swears_well(counts: Counter[str]) -> bool:
    """Whether somebody swears for joy: *damn good*."""
    blame = counts["anger"] + counts["sad"] + counts["fault"] + counts["unpraised"]
    return bool(counts["swear"] and not blame and counts["happy"] + counts["delight"])


def is_shouted(text: str) -> bool:
    """Whether words are written in capitals that needn't be: abbreviations alone don't count."""
    words = _WORD.findall(text)
    loud = [word for word in words if word.isupper()]
    if len(loud) < LEAST_SHOUTED and not (loud and len(loud) == len(words) and len(loud[0]) >= LEAST_LETTERS):
        return False
    return len(loud) == len(words) or sum(map(len, loud)) >= LEAST_LETTERS
