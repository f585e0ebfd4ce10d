"""From what counts in a text to moods and complaints: weights fitted by `tools/mood_model.py` for all languages at once."""

from functools import cache
from importlib.resources import files
from math import exp

from msgspec import Struct, json

MOODS = ("angry", "unhappy", "neutral", "happy", "delighted")


class Weights(Struct, frozen=True):
    """By mood, and for complaints, a weight for each of `signs.SIGNS`, and last one that always counts.

    `complaint_from`: how probable a complaint must be, by language ("" for those that aren't named), so that few are missed.
    """

    moods: dict[str, list[float]]
    complaint: list[float]
    complaint_from: dict[str, float]


@cache
def weights() -> Weights:
    """Those that ship."""
    return json.decode(files("lyhord.hearing.mood").joinpath("models/weights.json").read_bytes(), type=Weights)


def moods_of(signs: list[float]) -> dict[str, float]:
    """How probable each mood is."""
    raised = {mood: exp(min(_sum(own, signs), 50.0)) for mood, own in weights().moods.items()}
    whole = sum(raised.values())
    return {mood: one / whole for mood, one in raised.items()}


def complains(signs: list[float]) -> float:
    """How probable it is that the text is a complaint."""
    return 1 / (1 + exp(-max(min(_sum(weights().complaint, signs), 50.0), -50.0)))


def complaint_from(language: str) -> float:
    """From how probable on it is heard as one."""
    known = weights().complaint_from
    return known.get(language, known[""])


def _sum(own: list[float], signs: list[float]) -> float:
    return own[-1] + sum(weight * one for weight, one in zip(own, signs, strict=False))
