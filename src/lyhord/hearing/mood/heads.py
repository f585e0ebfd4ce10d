"""What groups of letters and pairs of words say about how somebody feels: models made by `tools/mood_model.py`, one a language.

A group's weights for all questions are one number with a field for each, as in `hearing/letters.py`. A model is read with the first text
of its language, and stays.
"""

import json
import re
import zlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import repeat
from math import sqrt

HEADS = ("bad", "good", "angry", "complaint")
"""The questions, in the order in which they are answered."""
LANGUAGES = ("en", "fi", "nb", "sv", "zh")
FIELD = 3
"""Bytes of an answer's field: 60,000 groups fit in."""
MIDDLE = 128
SHORTEST, LONGEST = 3, 5
MOST_LETTERS = 2_000

_WORD = re.compile(r"[^\W\d_]+")
_SIGN = re.compile(r"[一-鿿]|[a-z]+")


class Heads:
    """The model of one language."""

    def __init__(self, stored: bytes) -> None:
        head, _, body = zlib.decompress(stored).partition(b"\n")
        told = json.loads(head)
        self._steps: list[float] = told["steps"]
        self._biases: list[float] = told["biases"]
        self._signs: bool = told["signs"]
        groups, wide = told["groups"], FIELD * len(HEADS)
        spread = bytearray(len(groups) * wide)
        for place in range(len(HEADS)):
            spread[place * FIELD :: wide] = body[place * len(groups) : (place + 1) * len(groups)]
        said = (int.from_bytes(spread[at : at + wide], "little") for at in range(0, len(spread), wide))
        self._said = dict(zip(groups, said, strict=True))
        self._middle = int.from_bytes(MIDDLE.to_bytes(FIELD, "little") * len(HEADS), "little")
        self._wide = wide

    def weigh(self, text: str) -> list[float]:
        """For each of `HEADS` how much speaks for it, in nats; 0 says nothing for it or against it."""
        groups = list(groups_of(text, signs=self._signs))
        if not groups:
            return [0.0] * len(HEADS)
        total = sum(map(self._said.get, groups, repeat(self._middle)))
        fields = total.to_bytes(self._wide + FIELD, "little")
        sums = [
            int.from_bytes(fields[at : at + FIELD], "little") - MIDDLE * len(groups)
            for at in range(0, self._wide, FIELD)
        ]
        size = sqrt(len(groups))
        return [one * step / size + bias for one, step, bias in zip(sums, self._steps, self._biases, strict=True)]


@cache
def heads_of(language: str) -> Heads | None:
    """The model of a language; None where there is none."""
    if language not in LANGUAGES:
        return None
    return Heads(files("lyhord.hearing.mood").joinpath(f"models/{language}.model").read_bytes())


def groups_of(text: str, *, signs: bool) -> Iterator[str]:
    """What a text consists of: its words, groups of three to five letters, edges included, and pairs of words; or one to three signs."""
    low = text[:MOST_LETTERS].lower()
    if signs:
        said = _SIGN.findall(low)
        for size in (1, 2, 3):
            for at in range(len(said) - size + 1):
                yield "".join(said[at : at + size])
        return
    before = "^"
    for word in _WORD.findall(low):
        yield f"{before} {word}"
        before = word
        edged = f"^{word}$"
        for size in range(SHORTEST, min(LONGEST, len(edged) - 1) + 1):
            for at in range(len(edged) - size + 1):
                yield edged[at : at + size]
        yield edged
