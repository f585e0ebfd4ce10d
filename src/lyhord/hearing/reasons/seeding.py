"""What customers write who mean a reason that every workspace begins with: native phrases, for each language in a file of its own.

Of each reason a file has lists that were written at different times; on the same place of the first ones several languages may say the
same.
"""

import json
from collections import Counter
from collections.abc import Mapping
from importlib.resources import files
from typing import NamedTuple

from lyhord.hearing.reasons.learner import Example
from lyhord.hearing.reasons.model import DEFAULTS

BRIEF = 24
"""Letters below which a phrase is a few key words, as nobody writes them alone: it teaches, and doesn't measure."""
LANGUAGES = ("en", "sv", "nb", "fi", "zh", "da", "de")
ALIKE = 5
"""Lists by the first hand, of which languages may say the same; each one after these is by a hand that had read nothing of others …"""
THIRD = ("fi", "zh", "da", "de")
"""… and wrote all of its languages, but the list right after these, which two wrote: the second, and for these languages the third."""


class Seed(NamedTuple):
    """A phrase of the reason with this key. Those of one `group` may say the same in several languages: none measures another."""

    text: str
    key: str
    language: str
    group: str
    weight: float
    """How much it teaches: all phrases of a reason together as much as those of another."""

    @property
    def part(self) -> str:
        """At which time it was written."""
        return self.group.split()[1]

    @property
    def hand(self) -> str:
        """Who wrote it: what is told of others' words by what somebody wrote is told as worse as that of customers will be."""
        place = int(self.part) - ALIKE
        if place < 0:
            return "hand 1"
        return f"hand {place + 3 if place or self.language in THIRD else 2}"

    @property
    def voice(self) -> int:
        """Whether it measures: 1, or 0 for a few key words."""
        if int(self.part) >= ALIKE:
            return 1
        letters = sum(one.isalpha() for one in self.text) * (3 if self.language == "zh" else 1)
        return int(letters >= BRIEF)


def read_seeds() -> tuple[Seed, ...]:
    """All phrases, read anew: who learns needs them for a minute, and a server would keep 30 MB of them for ever."""
    found: list[Seed] = []
    for language in LANGUAGES:
        told = json.loads(files("lyhord.hearing.reasons").joinpath(f"seeds/{language}.json").read_bytes())
        found += [
            Seed(text, key, language, _group(key, part, language, place), 1.0)
            for key, parts in told.items()
            for part, texts in enumerate(parts)
            for place, text in enumerate(texts)
        ]
    of_key = Counter(one.key for one in found)
    return tuple(one._replace(weight=len(found) / len(of_key) / of_key[one.key]) for one in found)


def _group(key: str, part: int, language: str, place: int) -> str:
    return f"{key} {part} {place}" if part < ALIKE else f"{key} {part} {language} {place}"


def list_examples() -> list[Example]:
    """What is learnt before anybody has said anything: what one hand wrote says how well that of the others tells it."""
    return [Example(one.text, one.key, one.language, one.weight, one.hand, one.voice) for one in read_seeds()]


TOPS: Mapping[str, str] = {key: top for top, below in DEFAULTS.items() for key in (top, *below)}
"""The reason at the top of the tree above each key."""


def list_keys() -> list[str]:
    """The keys of all reasons that every workspace begins with."""
    return [*DEFAULTS, *(key for below in DEFAULTS.values() for key in below)]
