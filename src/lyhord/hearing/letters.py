"""The model that tells languages of one script apart by groups of up to five letters. `tools/language_model.py` makes it.

What each group says for and against each language is one number with a field for each language, so that adding up what a text says is one
sum. A model is read when the first text of its script comes, and stays.
"""

import json
import re
import zlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import repeat
from math import exp

FIELD = 3
"""Bytes of a language's field: 60,000 groups of letters fit in."""
MIDDLE = 128
"""The byte that says nothing, for or against."""
LONGEST = 5
MOST_LETTERS = 1_000
"""Of a text, or a sentence of it: what comes after changes nothing."""

_WORD = re.compile(r"[^\W\d_]+")


class Letters:
    """One script's model."""

    def __init__(self, stored: bytes) -> None:
        head, _, body = zlib.decompress(stored).partition(b"\n")
        told = json.loads(head)
        self.languages: tuple[str, ...] = tuple(told["languages"])
        self.step: float = told["step"]
        groups, wide = told["groups"], FIELD * len(self.languages)
        spread = bytearray(len(groups) * wide)
        for place in range(len(self.languages)):
            spread[place * FIELD :: wide] = body[place * len(groups) : (place + 1) * len(groups)]
        said = (int.from_bytes(spread[at : at + wide], "little") for at in range(0, len(spread), wide))
        self._said = dict(zip(groups, said, strict=True))
        self._wide = wide
        self._middle = int.from_bytes(MIDDLE.to_bytes(FIELD, "little") * len(self.languages), "little")

    def weigh(self, text: str) -> list[float]:
        """What a text's letters say for each of `languages`, in nats above what they have in common; all 0 where they say nothing."""
        total = sum(map(self._said.get, _groups(text[:MOST_LETTERS].lower()), repeat(self._middle)))
        fields = total.to_bytes(self._wide + FIELD, "little")
        sums = [int.from_bytes(fields[at : at + FIELD], "little") for at in range(0, self._wide, FIELD)]
        mean = sum(sums) / len(sums)
        return [(one - mean) * self.step for one in sums]


@cache
def letters_of(script: str) -> Letters:
    """The model of a script."""
    return Letters(files("lyhord.hearing").joinpath(f"models/{script}.model").read_bytes())


def shares_of(weights: list[float], heat: float) -> list[float]:
    """How probable each is: a higher `heat` makes them less sure."""
    top = max(weights)
    raised = [exp((one - top) / heat) for one in weights]
    whole = sum(raised)
    return [one / whole for one in raised]


def _groups(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        edged = f"^{word}$"
        for size in range(1, LONGEST + 1):
            for at in range(len(edged) - size + 1):
                yield edged[at : at + size]
