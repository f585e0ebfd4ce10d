"""Scores that are sums: each gram, or each number of a point, speaks for and against each label."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lyhord.hearing.reasons.vocabulary import Vocabulary

Numbers = NDArray[np.float32]
WIDEST = 127


class OfGrams:
    """`weights` has a row a gram and a column a label, as whole numbers of that gram's `step`; `bias` is added to each label."""

    def __init__(self, vocabulary: Vocabulary, weights: NDArray[np.int8], step: Numbers, bias: Numbers) -> None:
        self.vocabulary, self.weights, self.step, self.bias = vocabulary, weights, step, bias

    @classmethod
    def rounded(cls, vocabulary: Vocabulary, weights: Numbers, bias: Numbers) -> "OfGrams":
        """With weights as they were learnt, kept in a byte each."""
        step = np.maximum(np.abs(weights).max(axis=1), 1e-9) / WIDEST
        whole = np.rint(weights / step[:, None]).astype(np.int8)
        return cls(vocabulary, whole, step.astype(np.float32), bias.astype(np.float32))

    def score(self, texts: Sequence[str]) -> Numbers:
        """A row a text, a column a label."""
        found = np.empty((len(texts), len(self.bias)), np.float32)
        for row, text in enumerate(texts):
            places, values = self.vocabulary.weigh(text)
            found[row] = (values * self.step[places]) @ self.weights[places].astype(np.float32) + self.bias
        return found

    def said_by(self, text: str, label: int) -> dict[int, float]:
        """By place of each known gram, how much it speaks for a label beyond what it says for labels on average."""
        places, values = self.vocabulary.weigh(text)
        said = self.weights[places].astype(np.float32)
        above = (said[:, label] - said.mean(axis=1)) * values * self.step[places]
        return dict(zip(places.tolist(), above.tolist(), strict=True))


class OfPoints:
    """`weights` has a row a number of a point and a column a label. Points are seen from the middle of their language's texts."""

    def __init__(self, weights: Numbers, bias: Numbers, middles: Mapping[str, Numbers]) -> None:
        self.weights, self.bias, self.middles = weights, bias, middles

    def score(self, points: Numbers, languages: Sequence[str]) -> Numbers:
        """A row a point, a column a label; "" is a language that isn't known."""
        scored: Numbers = centred(points, languages, self.middles) @ self.weights + self.bias
        return scored


def centred(points: Numbers, languages: Sequence[str], middles: Mapping[str, Numbers]) -> Numbers:
    """Points seen from the middle of their language, or of all texts where that language has none; of length 1 again."""
    if not len(points):
        return points
    moved = points - np.stack([middles.get(one, middles[""]) for one in languages])
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def middles_of(points: Numbers, languages: Sequence[str], least: int) -> dict[str, Numbers]:
    """The middle of all points as "", and that of each language with `least` of them or more."""
    named: Any = np.array(languages)
    found = {"": points.mean(axis=0)}
    for language in sorted(set(languages) - {""}):
        of_it = named == language
        if of_it.sum() >= least:
            found[language] = points[of_it].mean(axis=0)
    return found
