"""From what counts in a text to moods and complaints: weights fitted by `tools/mood_model.py` for all languages at once."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from math import exp, log

from msgspec import Struct, json

LEAST_SHARE = 0.01
"""A reason that is less probable than that is none."""
SPREAD = 2.0
"""Signs are as large, so that none is learned faster than the others."""
MOODS = ("angry", "unhappy", "neutral", "happy", "delighted")


class Weights(Struct, frozen=True):
    """By mood, and for complaints, a weight for each of `signs.SIGNS`, and last one that always counts.

    `complaint_from`: how probable a complaint must be, by language ("" for those that aren't named), so that few are missed.
    """

    moods: dict[str, list[float]]
    complaint: list[float]
    complaint_from: dict[str, float]


class Own(Struct, frozen=True):
    """What a workspace's answers add to how complaints are told: a weight for each of the numbers of `weigh`; none before it has learned.

    `complaint_from`: from how probable on one is heard, by language ("" for those that aren't named), as far as answers told it.
    """

    weights: tuple[float, ...] = ()
    complaint_from: tuple[tuple[str, float], ...] = ()
    version: int = 0


@cache
def weights() -> Weights:
    """Those that ship."""
    return json.decode(files("lyhord.hearing.mood").joinpath("models/weights.json").read_bytes(), type=Weights)


def moods_of(signs: Sequence[float]) -> dict[str, float]:
    """How probable each mood is."""
    raised = {mood: exp(min(_sum(own, signs), 50.0)) for mood, own in weights().moods.items()}
    whole = sum(raised.values())
    return {mood: one / whole for mood, one in raised.items()}


def complains(signs: Sequence[float], own: Own | None = None, reasons: Sequence[float] = ()) -> float:
    """How probable it is that the text is a complaint. What was learned from other numbers than there are now counts nothing."""
    said, numbers = weigh(signs, reasons)
    if own is not None and len(own.weights) == len(numbers):
        said += sum(weight * one for weight, one in zip(own.weights, numbers, strict=True))
    return 1 / (1 + exp(-max(min(said, 50.0), -50.0)))


def weigh(signs: Sequence[float], reasons: Sequence[float]) -> tuple[float, list[float]]:
    """How much speaks for a complaint by what came with the product, in nats, and the numbers by which answers may change that.

    `reasons`: how probable each is, by the model that came with the product.
    """
    said = _sum(weights().complaint, signs)
    why = [log(max(one, LEAST_SHARE) / LEAST_SHARE) for one in reasons]
    return said, [one / SPREAD for one in (said, *signs, *why, SPREAD)]


def complaint_from(language: str, own: Own | None = None) -> float:
    """From how probable on it is heard as one."""
    known = (own and dict(own.complaint_from)) or weights().complaint_from
    return known.get(language, known[""])


def _sum(own: list[float], signs: Sequence[float]) -> float:
    return own[-1] + sum(weight * one for weight, one in zip(own, signs, strict=False))
