"""A trained model in memory: what grams say, what points say where there are any, and how both are made into shares that are true."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lyhord.hearing.reasons.bundle import DamagedModelError, pack, unpack
from lyhord.hearing.reasons.calibration import ranks, shares
from lyhord.hearing.reasons.linear import OfGrams, OfPoints
from lyhord.hearing.reasons.vocabulary import Vocabulary

Numbers = NDArray[np.float32]


class Says(NamedTuple):
    """By how much the scores of grams and of points count, so that their shares are true, and the two thresholds.

    `steps` split the best scores of known texts into equal parts.
    """

    of_grams: float
    of_points: float
    threshold: float
    hint: float
    steps: Numbers


class Mind(NamedTuple):
    """`alone` is how it says what grams tell; `joined` how it says what points tell too, None where it was trained without an embedder."""

    labels: tuple[str, ...]
    grams: OfGrams
    alone: Says
    embedder: str = ""
    points: OfPoints | None = None
    joined: Says | None = None

    def score(self, texts: Sequence[str], points: Numbers | None, languages: Sequence[str]) -> Numbers:
        """A row a text and a column a label, so that their softmax is how probable each is."""
        scores = self.grams.score(texts)
        if points is None or self.points is None or self.joined is None:
            return scores * np.float32(self.alone.of_grams)
        of_points = self.points.score(points, languages)
        return scores * np.float32(self.joined.of_grams) + of_points * np.float32(self.joined.of_points)

    def ordered(self, scores: Numbers) -> list[list[tuple[str, float]]]:
        """Of each row all labels with their shares, the largest first."""
        if not len(scores):
            return []
        given = shares(scores)
        order = np.argsort(-given, axis=1, kind="stable")
        sorted_shares = np.take_along_axis(given, order, axis=1).tolist()
        names = self.labels
        return [
            [(names[at], share) for at, share in zip(places, row, strict=True)]
            for places, row in zip(order.tolist(), sorted_shares, strict=True)
        ]

    def packed(self) -> bytes:
        """As bytes, for `unpacked`."""
        vocabulary = self.grams.vocabulary
        told: dict[str, Any] = {
            "labels": list(self.labels),
            "words": "\n".join(vocabulary.words),
            "letters": "\n".join(vocabulary.letters),
            "alone": list(self.alone[:-1]),
        }
        arrays: dict[str, NDArray[Any]] = {
            "rarity": vocabulary.rarity,
            "weights": self.grams.weights,
            "step": self.grams.step,
            "bias": self.grams.bias,
            "steps": self.alone.steps,
        }
        if self.points is not None and self.joined is not None:
            middles = self.points.middles
            told |= {"embedder": self.embedder, "languages": list(middles), "joined": list(self.joined[:-1])}
            arrays |= {
                "point weights": self.points.weights.astype(np.float16),
                "point bias": self.points.bias,
                "middles": np.stack([middles[one] for one in middles]).astype(np.float16),
                "joined steps": self.joined.steps,
            }
        return pack(told, arrays)

    @classmethod
    def unpacked(cls, data: bytes) -> "Mind":
        """From its bytes. Raises DamagedModelError."""
        told, arrays = unpack(data)
        try:
            mind = _read(told, arrays)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DamagedModelError("The model lacks parts that belong to it: train it again.") from error
        if not mind.fits():
            raise DamagedModelError("The parts of the model don't fit each other: train it again.")
        return mind

    def fits(self) -> bool:
        """Whether there is a row for each gram, a column for each label, and finite numbers everywhere."""
        labels, grams = len(self.labels), self.grams
        sizes = [
            (grams.weights.shape, (len(grams.vocabulary), labels)),
            (grams.step.shape, (len(grams.vocabulary),)),
            (grams.vocabulary.rarity.shape, (len(grams.vocabulary),)),
            (grams.bias.shape, (labels,)),
        ]
        numbers = [grams.step, grams.vocabulary.rarity, grams.bias, *_numbers(self.alone)]
        if self.points is not None and self.joined is not None:
            wide = len(self.points.weights)
            sizes += [(self.points.weights.shape, (wide, labels)), (self.points.bias.shape, (labels,))]
            sizes += [(one.shape, (wide,)) for one in self.points.middles.values()]
            numbers += [self.points.weights, self.points.bias, *self.points.middles.values(), *_numbers(self.joined)]
        return (
            labels > 1
            and all(is_ == should for is_, should in sizes)
            and all(np.isfinite(one).all() for one in numbers)
        )


def known(scores: Numbers, says: Says) -> list[float]:
    """Of each row the share of known texts whose best score was lower."""
    return [float(one) for one in ranks(best(scores), says.steps)] if len(scores) else []


def best(scores: Numbers) -> Numbers:
    """How much the likeliest label has going for it: the higher, the more a text is like what was learnt."""
    return np.asarray(scores.max(axis=1), dtype=np.float32)


def _read(told: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Mind:
    vocabulary = Vocabulary(_lines(told["words"]), _lines(told["letters"]), arrays["rarity"])
    grams = OfGrams(vocabulary, arrays["weights"], arrays["step"], arrays["bias"])
    labels = tuple(map(str, told["labels"]))
    alone = _says_of(told["alone"], arrays["steps"])
    if "embedder" not in told:
        return Mind(labels, grams, alone)
    middles = dict(zip(map(str, told["languages"]), arrays["middles"].astype(np.float32), strict=True))
    points = OfPoints(arrays["point weights"].astype(np.float32), arrays["point bias"], {"": middles[""], **middles})
    joined = _says_of(told["joined"], arrays["joined steps"])
    return Mind(labels, grams, alone, str(told["embedder"]), points, joined)


def _says_of(told: Sequence[float], steps: Numbers) -> Says:
    of_grams, of_points, threshold, hint = map(float, told)
    return Says(of_grams, of_points, threshold, hint, steps)


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _numbers(says: Says) -> list[NDArray[Any]]:
    return [np.array(says[:-1]), says.steps]
