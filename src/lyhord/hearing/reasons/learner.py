"""Learns from examples why people write, and tells it of new texts: how sure it is, which words spoke for it, and that it doesn't know.

This file is light: who imports it imports no numpy. `train` needs scikit-learn and belongs into a job; telling needs numpy alone.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lyhord.hearing.reasons.embedders import Embedder
    from lyhord.hearing.reasons.mind import Mind


class Example(Struct, frozen=True):
    """A text and the label that is right for it.

    `language` as `sv`, "" unknown. `weight`: a workspace's own labels count 1, seeds a twentieth. `group`: examples of one
    conversation have the same one and are never learnt from and measured on at the same time; "" stands alone. `voice`: those with
    the loudest say how sure a model may be, where there are enough of them.
    """

    text: str
    label: str
    language: str = ""
    weight: float = 1.0
    group: str = ""
    voice: int = 0


LEAST_JUDGES = 50
"""Examples of the loudest voice from which they alone say how sure the model is; below it those with the next one do too."""
LEAST_KNOWN = 0.05
"""Below this share a text is foreign to all labels."""


class Decision(Struct, frozen=True):
    """`sure`: `labels` has the one; `choose`: the three likeliest; `unclear`: none. Each with its confidence.

    `known` as `Classifier.known` says.
    """

    verdict: Literal["sure", "choose", "unclear"]
    labels: list[tuple[str, float]]
    known: float


def decision_of(told: list[tuple[str, float]], known: float, threshold: float, hint: float) -> Decision:
    """What follows from labels, the most probable first, and from how much the text is like known ones."""
    confidence = told[0][1]
    if known >= LEAST_KNOWN and confidence >= threshold:
        return Decision("sure", told[:1], known)
    if known >= LEAST_KNOWN and confidence >= hint:
        return Decision("choose", told[:3], known)
    return Decision("unclear", [], known)


class UntrainableError(ValueError):
    """There is nothing to learn from yet; the message says what is missing."""


def train(
    examples: Sequence[Example],
    embedder: "Embedder | None" = None,
    unlabelled: Sequence[str] = (),
    tops: Mapping[str, str] | None = None,
    like: bytes | None = None,
) -> bytes:
    """A model as bytes for `Classifier.load`; the same examples give the same bytes. Seconds to minutes of a core, in a job.

    `unlabelled` are texts of the same kind without a label: some thousands help where examples are few. With an `embedder` the model holds
    what it needs to tell with it, and what it needs to tell without. With `tops`, the top of the tree above each label that has one,
    confidence is made true there, for the sum of all labels under one. `like` is a model of nearly the same examples: its words are
    looked at, and how sure it may be is taken from there instead of being found out again, at six times the work. Raises
    UntrainableError with fewer than two labels.
    """
    from lyhord.hearing.reasons.training import learn  # noqa: PLC0415 - scikit-learn is for jobs

    return learn(examples, embedder, unlabelled, tops or {}, like)


class Classifier:
    """A model that was trained. Several threads may ask it at once."""

    def __init__(self, mind: "Mind", embedder: "Embedder | None" = None) -> None:
        joined = mind.joined if embedder and embedder.id == mind.embedder else None
        self._mind, self._says = mind, joined or mind.alone
        self._embedder = embedder if joined else None

    @classmethod
    def load(cls, data: bytes, embedder: "Embedder | None" = None) -> "Classifier":
        """A model from its bytes. Raises DamagedModelError (a ValueError).

        It uses the embedder that it was trained with; without, or with another, it tells by words and letters, which it has learnt too.
        """
        from lyhord.hearing.reasons.mind import Mind  # noqa: PLC0415 - an idle server spares numpy

        return cls(Mind.unpacked(data), embedder)

    def using(self, embedder: "Embedder") -> "Classifier":
        """The same model with points from elsewhere, where they are of the embedder that it was trained with."""
        return Classifier(self._mind, embedder)

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels it knows, in order."""
        return self._mind.labels

    @property
    def embedder(self) -> str:
        """The id of the embedder that is in use; "" for none."""
        return self._embedder.id if self._embedder else ""

    @property
    def wants(self) -> str:
        """The id of the embedder that it was trained with; "" for none."""
        return self._mind.embedder

    @property
    def threshold(self) -> float:
        """From this confidence on, the first label was right in 95 of 100 answers to texts that weren't learnt from. Above 1: never."""
        return self._says.threshold

    @property
    def hint(self) -> float:
        """Below this confidence not even the first three labels hold the right one in 80 of 100: say that it is unclear."""
        return self._says.hint

    def tell(self, texts: Sequence[str], languages: Sequence[str] = ()) -> list[list[tuple[str, float]]]:
        """Of each text all labels and how probable each is, the most probable first; they add up to 1.

        `languages` of the texts, where they are known: only an embedder has a use for them.
        """
        return self._mind.ordered(self._scores(texts, languages))

    def known(self, texts: Sequence[str], languages: Sequence[str] = ()) -> list[float]:
        """How much each text is like those that were learnt: the share of known texts that were less so, from 0 to 1.

        Below 0.05 a text is more foreign than 95 of 100 known ones: it is likely about something that no label covers.
        """
        return self._known(self._scores(texts, languages))

    def decide(self, texts: Sequence[str], languages: Sequence[str] = ()) -> list[Decision]:
        """What to do with each text: its label where that is sure, three to choose from where it is likely among them, else nothing."""
        scores = self._scores(texts, languages)
        told = self._mind.ordered(scores)
        says = self._says
        return [
            decision_of(first, known, says.threshold, says.hint)
            for first, known in zip(told, self._known(scores), strict=True)
        ]

    def why(self, text: str, label: str) -> list[str]:
        """The words of a text that spoke for a label, the strongest first, at most five; none for a label that isn't known."""
        from lyhord.hearing.reasons.why import words_for  # noqa: PLC0415 - an idle server spares numpy

        return words_for(self._mind.grams, text, self.labels.index(label)) if label in self.labels else []

    def nearest(self, text: str, others: Sequence[str], most: int = 3) -> list[tuple[int, float]]:
        """Which of other texts are most like this one: their places and how like they are, from 0 to 1, the most like first."""
        from lyhord.hearing.reasons.why import most_like  # noqa: PLC0415 - an idle server spares numpy

        return most_like(self._mind.grams.vocabulary, text, others, most)

    def _known(self, scores: "NDArray[np.float32]") -> list[float]:
        from lyhord.hearing.reasons.mind import known  # noqa: PLC0415 - an idle server spares numpy

        return known(scores, self._says)

    def _scores(self, texts: Sequence[str], languages: Sequence[str]) -> "NDArray[np.float32]":
        points = self._embedder.embed(texts) if self._embedder and texts else None
        return self._mind.score(texts, points, languages or [""] * len(texts))
