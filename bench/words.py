"""What customers of a made-up company write: four languages, words as uneven as in any of them (Zipf), Chinese without spaces.

Sentences are put together from a few thousand halves of seven words, with a word of its own between them, so that ten million of them are
made in a minute, the same in every run. `Piece` knows beforehand what `kit.text.segment` makes of it, and a test compares.
"""

import bisect
import itertools
import random
from typing import NamedTuple

HALF = 7
HALVES = 8_192
MARK = "~"
"""Stands in vectors where PostgreSQL's index has workspace and era."""

SYLLABLES = {
    "en": "th er on an re he in ed nd ha at en es of or nt ea ti to it st io le is ou ar as de rt ve",
    "sv": "de en för att om med på var han til kan när ska män hög dag hus väg bil åka öl säng ning het",
    "fi": "ja on si nä mi kä tä se ha ka ssa lla kin ko ta va li ri mu sta pu hu yö tie maa vesi kuu",
}
SHARES = ("en", "sv", "en", "zh", "fi", "en", "sv", "zh", "en", "fi")
"""The language of a message, by its number."""
VOCABULARY = 20_000
SIGNS = 3_000


class Piece(NamedTuple):
    """Some text, its words as search has them, and as vectors at the beginning, in the middle and at the end of a message."""

    text: str
    words: str
    vectors: tuple[str, str, str]


class Language:
    """One language's words, the most frequent first, and its pieces."""

    def __init__(self, name: str) -> None:
        self._dice = random.Random(name)
        self.unspaced = name == "zh"
        self.words = self._signs() if self.unspaced else self._spell(SYLLABLES[name].split())
        self._weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(self.words))))
        middle = 2 if self.unspaced else 1
        self.halves = [self._piece([self.word() for _ in range(HALF)], middle) for _ in range(HALVES)]
        self.single = [self._piece(self._dice.choices(self.words, k=middle), middle) for _ in range(VOCABULARY)]

    def word(self) -> str:
        """A word (a character of Chinese), common ones more often."""
        return self.words[bisect.bisect(self._weights, self._dice.random() * self._weights[-1])]

    def _spell(self, syllables: list[str]) -> list[str]:
        words: dict[str, None] = {}
        while len(words) < VOCABULARY:
            longest = 1 if len(words) < 20 else min(2 + len(words) // 500, 4)
            words["".join(self._dice.choices(syllables, k=self._dice.randint(1, longest)))] = None
        return list(words)

    def _signs(self) -> list[str]:
        return self._dice.sample([chr(0x4E00 + n) for n in range(SIGNS)], SIGNS)

    def _piece(self, words: list[str], middle: int) -> Piece:
        if self.unspaced:
            text = "".join(words)
            terms = [*map("".join, itertools.pairwise(words)), words[-1]]
        else:
            text, terms = " ".join(words), [_folded(word) for word in words]
        starts = (1, HALF + 1, HALF + middle + 1)
        return Piece(
            text, " ".join(terms), (vector(terms, starts[0]), vector(terms, starts[1]), vector(terms, starts[2]))
        )


def vector(terms: list[str], start: int) -> str:
    """A text vector, its words from this position on."""
    return " ".join(f"'{MARK}{term}':{place}" for place, term in enumerate(terms, start))


def _folded(word: str) -> str:
    return word.translate(str.maketrans("åäöé", "aaoe"))


class Said(NamedTuple):
    """A message's text in all forms."""

    text: str
    words: str
    vector: str


class Writer:
    """What the message of a number says, always the same."""

    def __init__(self) -> None:
        self.languages = {name: Language(name) for name in sorted(set(SHARES))}

    def say(self, number: int) -> Said:
        """One or two halves, a word of its own, and in one of four an order's number, which nothing else has."""
        language = self.languages[SHARES[number % len(SHARES)]]
        mixed = number * 2_654_435_761 & 0xFFFFFFFFFF
        first = language.halves[mixed % HALVES]
        middle = language.single[(mixed >> 13) % VOCABULARY]
        last = language.halves[(mixed >> 21) % HALVES] if number % 3 else None
        gap = "，" if language.unspaced else " "
        text = f"{first.text}{gap}{middle.text}"
        words = f"{first.words} {middle.words}"
        vectors = f"{first.vectors[0]} {middle.vectors[1]}"
        if last:
            text, words, vectors = f"{text}{gap}{last.text}", f"{words} {last.words}", f"{vectors} {last.vectors[2]}"
        if number % 4 == 0:
            place = words.count(" ") + 2
            text, words, vectors = f"{text} A{number}", f"{words} a{number}", f"{vectors} '{MARK}a{number}':{place}"
        return Said(text, words, vectors)
