"""What customers write who mean a reason that every workspace begins with: native phrases, for each language in a file of its own.

Of each reason a file has lists that were written at different times; on the same place of the same list several languages may say the same.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from lyhord.hearing.reasons.model import DEFAULTS

BRIEF = 24
"""Letters below which a phrase is a few key words, as nobody writes them alone: it teaches, and doesn't measure."""
BRIEF_WEIGHT = 0.95
LANGUAGES = ("en", "sv", "nb", "fi", "zh", "da", "de")


class Seed(NamedTuple):
    """A phrase of the reason with this key. Those of one `group` may say the same in several languages: none measures another."""

    text: str
    key: str
    language: str
    group: str

    @property
    def part(self) -> str:
        """At which time it was written: what was written at another one measures it most like the words of others do."""
        return self.group.split()[1]

    @property
    def weight(self) -> float:
        """How much it counts; the heaviest say how sure a model may be."""
        letters = sum(one.isalpha() for one in self.text) * (3 if self.language == "zh" else 1)
        return BRIEF_WEIGHT if letters < BRIEF else 1.0


@cache
def read_seeds() -> tuple[Seed, ...]:
    """All phrases."""
    found: list[Seed] = []
    for language in LANGUAGES:
        told = json.loads(files("lyhord.hearing.reasons").joinpath(f"seeds/{language}.json").read_bytes())
        found += [
            Seed(text, key, language, f"{key} {part} {place}")
            for key, parts in told.items()
            for part, texts in enumerate(parts)
            for place, text in enumerate(texts)
        ]
    return tuple(found)


TOPS: Mapping[str, str] = {key: top for top, below in DEFAULTS.items() for key in (top, *below)}
"""The reason at the top of the tree above each key."""


def list_keys() -> list[str]:
    """The keys of all reasons that every workspace begins with."""
    return [*DEFAULTS, *(key for below in DEFAULTS.values() for key in below)]
