"""Ranks texts by how much they say what another one says: BM25 (Robertson and Walker 1994) over groups of four letters.

Groups of letters find a word in each of its forms, whatever the language; of scripts without spaces pairs of signs do. Pure, and small
enough to rank some hundred texts while somebody waits.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from math import log

from lyhord.kit.text import is_unspaced

LETTERS, SIGNS = 4, 2
SATURATION, BY_LENGTH = 1.2, 0.75
"""How soon it stops to matter how often something is said, and how much long texts are held back: as everybody has them."""
MOST_LETTERS = 20_000
AMONG = 20
"""Texts at least, as if others said nothing of it: among two or three nothing is rare."""

_WORD = re.compile(r"\w+")


def grams_of(text: str) -> list[str]:
    """The groups of letters of a text, with the edges of words; in order, each as often as it stands there."""
    found: list[str] = []
    for word in _WORD.findall(unicodedata.normalize("NFKC", text[:MOST_LETTERS]).casefold()):
        edged, size = (word, SIGNS) if is_unspaced(word) else (f" {word} ", LETTERS)
        found += [edged[at : at + size] for at in range(max(1, len(edged) - size + 1))]
    return found


class Ranking:
    """Texts that are ranked among each other: what many of them say counts little."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [Counter(grams_of(text)) for text in texts]
        lengths = [sum(one.values()) for one in self._texts]
        mean = sum(lengths) / max(1, len(lengths)) or 1.0
        self._brakes = [SATURATION * (1 - BY_LENGTH + BY_LENGTH * length / mean) for length in lengths]
        among = max(AMONG, len(texts))
        count = Counter(gram for one in self._texts for gram in one)
        self._rarity = {gram: log(1 + (among - much + 0.5) / (much + 0.5)) for gram, much in count.items()}
        self._unknown = log(1 + (among + 0.5) / 0.5)

    def scores(self, text: str) -> list[float]:
        """Of each text how much it says of what this one says; 0 for nothing."""
        asked = Counter(grams_of(text))
        return [
            sum(self._much(gram, times, one[gram], brake) for gram, times in asked.items() if gram in one)
            for one, brake in zip(self._texts, self._brakes, strict=True)
        ]

    def shares(self, text: str) -> list[float]:
        """How like each text is, from 0 to 1: what both say as a share of what each says of itself, so that neither has to be as long."""
        asked = Counter(grams_of(text))
        own = sum(times * self._worth(gram, times, SATURATION) for gram, times in asked.items())
        theirs = [
            sum(times * self._worth(gram, times, brake) for gram, times in one.items())
            for one, brake in zip(self._texts, self._brakes, strict=True)
        ]
        return [
            min(1.0, score / (own * much) ** 0.5) if score else 0.0
            for score, much in zip(self.scores(text), theirs, strict=True)
        ]

    def _much(self, gram: str, times: int, there: int, brake: float) -> float:
        return times * self._worth(gram, there, brake)

    def _worth(self, gram: str, there: int, brake: float) -> float:
        return self._rarity.get(gram, self._unknown) * there * (SATURATION + 1) / (there + brake)
