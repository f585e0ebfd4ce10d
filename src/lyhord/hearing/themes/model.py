"""Themes as values, and the pure rules by which they are new or grow and stay the same from one day to the next.

Whether a theme grows is asked of its share, since chance decides how many write at all: of those who wrote in the last seven days, and of
those who wrote in the three weeks before, how many did so about it. Fisher's exact test says, one-sided, how likely a share so much larger
is if nothing changed; over all themes of a day those are believed for which the Benjamini-Hochberg procedure keeps false ones at 5 %.
"""

from collections.abc import Collection, Sequence
from math import exp, lgamma

from msgspec import Struct

WEEKS = 4
"""That are looked at; the last one is held against those before."""
LEAST = 5
"""Conversations without which something is no theme."""
MOST_THEMES = 30
MOST_MEMBERS = 500
"""Messages of a theme that are kept, the latest."""
MOST_WORDS = 5
EXAMPLES = 3
FALSE_SHARE = 0.05
SAME_MEMBERS, SAME_WORDS = 0.5, 0.6
"""Shares of messages, of the smaller theme, and of words in both, from which on two are one."""
NEW, GROWING, STEADY = "new", "growing", "steady"


class Member(Struct, frozen=True):
    """A message of a theme. `week` counts from 0, the earliest, to `WEEKS` - 1; `example` is its place among those shown."""

    message_id: str
    conversation_id: str
    week: int
    example: int | None = None


class Found(Struct, frozen=True):
    """A theme as a day's look found it. `words` stand in messages of several customers each; `members` are in order of time."""

    words: tuple[str, ...]
    members: tuple[Member, ...]

    @property
    def weeks(self) -> tuple[int, ...]:
        """How many wrote about it in each week, the earliest first."""
        return tuple(sum(one.week == week for one in self.members) for week in range(WEEKS))


class Named(Struct, frozen=True):
    """How a language model calls a theme, by which messages; an empty name is none that could be believed."""

    name: str
    model: str
    message_ids: tuple[str, ...]


class Known(Struct, frozen=True):
    """A theme as it was kept before, as far as it tells whether another one is the same."""

    id: str
    words: tuple[str, ...]
    message_ids: frozenset[str]


def chance_of(part: int, whole: int, part_before: int, whole_before: int) -> float:
    """How likely a share of this week that is so much larger, or more so, is if nothing changed; 1 where there is nothing to compare."""
    if not whole or not whole_before or not part:
        return 1.0
    total, parts = whole + whole_before, part + part_before
    base = _choose(total, whole)
    highest = min(parts, whole)
    found = (_choose(parts, k) + _choose(total - parts, whole - k) - base for k in range(part, highest + 1))
    return min(1.0, sum(map(exp, found)))


def trends_of(weeks: Sequence[Sequence[int]], looked_at: Sequence[int]) -> list[tuple[str, float]]:
    """Of each theme, by how many wrote about it in each week and how many wrote at all: what it does, and how likely that is chance."""
    before = sum(looked_at[:-1])
    chances = [chance_of(one[-1], looked_at[-1], sum(one[:-1]), before) for one in weeks]
    order = sorted(range(len(chances)), key=lambda place: chances[place])
    held = [rank for rank, place in enumerate(order, 1) if chances[place] <= FALSE_SHARE * rank / len(order)]
    believed = set(order[: max(held, default=0)])
    return [
        (STEADY if place not in believed else GROWING if sum(one[:-1]) else NEW, chances[place])
        for place, one in enumerate(weeks)
    ]


def is_same(found: Found, known: Known) -> bool:
    """Whether a theme is one that was there before: half of the smaller one's messages are the other's, or most of their words."""
    ids = {one.message_id for one in found.members}
    least = min(len(ids), len(known.message_ids))
    if least and len(ids & known.message_ids) >= SAME_MEMBERS * least:
        return True
    own, other = set(found.words), set(known.words)
    return bool(own) and len(own & other) >= SAME_WORDS * len(own | other)


def match(found: Sequence[Found], known: Collection[Known]) -> list[str | None]:
    """Of each theme the id under which it is known already, each id once; those that share most messages first."""
    pairs = [
        (len({one.message_id for one in theme.members} & each.message_ids), -place, each.id)
        for place, theme in enumerate(found)
        for each in known
        if is_same(theme, each)
    ]
    ids: list[str | None] = [None] * len(found)
    for _, place, theme_id in sorted(pairs, reverse=True):
        if ids[-place] is None and theme_id not in ids:
            ids[-place] = theme_id
    return ids


def _choose(n: int, k: int) -> float:
    """The logarithm of n over k."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
