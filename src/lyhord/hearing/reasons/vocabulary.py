"""The words and groups of letters that a model knows, how rare each is, and texts as weights of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lyhord.hearing.reasons.grams import letters_of, pieces_of, words_of

Weights = tuple[NDArray[np.int32], NDArray[np.float32]]
"""The known grams of a text, ascending and each once, and the weight of each."""

MOST_KEPT = 20_000
"""Pieces whose groups of letters are remembered: the words of a language that are seen again and again."""
MOST_GRAMS = 150_000
WORDS_COUNT = 0.35
"""How much words count beside groups of letters, as a share of the squared length."""


class Vocabulary:
    """`words` (a word, or two joined by a space) and `letters` stand in this order; `rarity` has a number for each."""

    def __init__(self, words: Sequence[str], letters: Sequence[str], rarity: NDArray[np.float32]) -> None:
        self.words, self.letters, self.rarity = tuple(words), tuple(letters), rarity
        self._of_word = {word: at for at, word in enumerate(words)}
        self._of_letters = {group: at for at, group in enumerate(letters, start=len(words))}
        self._kept: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self.words) + len(self.letters)

    @classmethod
    def fit(cls, texts: Iterable[str], least: int = 1, most: int = MOST_GRAMS) -> "Vocabulary":
        """What stands in at least so many of the texts, the `most` frequent where there is more; rarity as scikit-learn smooths it."""
        words: Counter[str] = Counter()
        letters: Counter[str] = Counter()
        count = 0
        for text in texts:
            count += 1
            pieces = pieces_of(text)
            words.update(set(_words_and_pairs(words_of(pieces))))
            letters.update({group for piece in set(pieces) for group in letters_of(piece)})
        known = [(much, 0, gram) for gram, much in words.items() if much >= least]
        known += [(much, 1, gram) for gram, much in letters.items() if much >= least]
        known.sort(key=lambda one: (-one[0], one[1], one[2]))
        del known[most:]
        known.sort(key=lambda one: one[1:])
        rarity = [log((1 + count) / (1 + much)) + 1 for much, _, _ in known]
        return cls(
            [gram for _, kind, gram in known if kind == 0],
            [gram for _, kind, gram in known if kind == 1],
            np.array(rarity, dtype=np.float32),
        )

    def weigh(self, text: str) -> Weights:
        """A text's weights, of length 1; empty where nothing of it is known."""
        pieces = pieces_of(text)
        words = [at for one in _words_and_pairs(words_of(pieces)) if (at := self._of_word.get(one)) is not None]
        letters = [at for piece in pieces for at in self.groups_of(piece)]
        of_words, of_letters = self._block(words, WORDS_COUNT), self._block(letters, 1 - WORDS_COUNT)
        return np.concatenate((of_words[0], of_letters[0])), np.concatenate((of_words[1], of_letters[1]))

    def groups_of(self, piece: str) -> list[int]:
        """The places of a piece's groups of letters."""
        kept = self._kept.get(piece)
        if kept is None:
            kept = [at for group in letters_of(piece) if (at := self._of_letters.get(group)) is not None]
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[piece] = kept
        return kept

    def place_of_words(self, words: str) -> int | None:
        """The place of a word, or of two joined by a space."""
        return self._of_word.get(words)

    def place_of_letters(self, group: str) -> int | None:
        """The place of a group of letters."""
        return self._of_letters.get(group)

    def matrix(self, texts: Sequence[str]) -> Any:
        """The weights of texts, as rows of a sparse matrix of scipy."""
        from scipy.sparse import csr_matrix  # noqa: PLC0415 - who tells needs numpy alone

        rows = [self.weigh(text) for text in texts]
        ends = np.cumsum([0, *(len(places) for places, _ in rows)])
        places = np.concatenate([places for places, _ in rows] or [np.empty(0, np.int32)])
        values = np.concatenate([values for _, values in rows] or [np.empty(0, np.float32)])
        return csr_matrix((values, places, ends), shape=(len(texts), len(self)), dtype=np.float32)

    def _block(self, places: list[int], share: float) -> Weights:
        """One kind of grams: the logarithm of how often, by rarity, to a length whose square is `share`."""
        if not places:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        found, often = np.unique(np.array(places, dtype=np.int32), return_counts=True)
        values = (1 + np.log(often)).astype(np.float32) * self.rarity[found]
        return found, values * np.float32((share / float(values @ values)) ** 0.5)


def _words_and_pairs(words: list[str]) -> list[str]:
    return words + [f"{one} {next_one}" for one, next_one in pairwise(words)]
