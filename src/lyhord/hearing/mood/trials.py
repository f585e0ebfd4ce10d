"""Learns from yes and no whether messages are complaints, and measures it beside what is in use, in a process of its own that ends.

`python -m lyhord.hearing.mood.trials`. What is learned are weights of the signs that count anyway, and of reasons: it holds no word of
anybody. The less is known the nearer it stays to what came with the product.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from lyhord.hearing.mood.answers import Answered, Task
from lyhord.hearing.mood.detector import read_reasons, read_signs
from lyhord.hearing.mood.judging import Own, complains, weigh
from lyhord.hearing.reasons.trials import FOLDS, Figures, Outcome, fold_of

Numbers = NDArray[np.float64]
Known = tuple[list[float], list[float]]
"""What counts in a message: its signs, and how probable each reason is."""
HALF = 0.5
"""From so much on somebody is asked."""
PULL = 3.0
"""How strongly weights are pulled to nothing."""
STEPS = 30
LEAST_COMPLAINTS = 20
"""Before so many are known nobody can say how few a threshold misses: the product's stays."""
MISSED = 0.03
"""The share of complaints that a threshold may miss of those that were held out; of others it misses a little more."""


def train_and_measure(answered: Sequence[Answered]) -> tuple[Own, Outcome]:
    """A candidate from all answers, and how it compares with one from those that were known before. Held out are whole conversations."""
    began = time.perf_counter()
    known = list(zip(map(_signs_of, answered), read_reasons([one.text for one in answered]), strict=True))
    told = np.array([one.yes for one in answered], dtype=np.float64)
    now, before = np.zeros(len(answered)), np.zeros(len(answered))
    folds = [fold_of(one.conversation_id) for one in answered]
    for fold in range(FOLDS):
        others = [at for at, one in enumerate(folds) if one != fold]
        older = [at for at in others if not answered[at].fresh]
        candidate, current = (learn([known[at] for at in some], told[some]) for some in (others, older))
        for at in (at for at, one in enumerate(folds) if one == fold):
            signs, reasons = known[at]
            now[at], before[at] = complains(signs, candidate, reasons), complains(signs, current, reasons)
    right, old = (float(np.mean((one >= HALF) == (told == 1))) for one in (now, before))
    own = msgspec.structs.replace(learn(known, told), complaint_from=thresholds(answered, now))
    figures = Figures(
        corrections=len(answered),
        conversations=len({one.conversation_id for one in answered}),
        right=round(right, 4),
        before=round(old, 4),
        held_out=True,
        **_by_chance(answered, now),
        seconds=round(time.perf_counter() - began, 1),
    )
    return own, Outcome(figures, right >= old)


def _signs_of(one: Answered) -> list[float]:
    return read_signs(one.text, one.language)


def _by_chance(answered: Sequence[Answered], now: Numbers) -> dict[str, Any]:
    hits = [(said >= HALF) == one.yes for one, said in zip(answered, now.tolist(), strict=True) if one.random]
    return {"random": round(sum(hits) / len(hits), 4), "randoms": len(hits)} if hits else {}


def learn(known: Sequence[Known], told: Numbers) -> Own:
    """Logistic regression beside what the product says, by Newton's steps, of messages with their signs and reasons."""
    if not known:
        return Own()
    pairs = [weigh(*one) for one in known]
    offset, rows = np.array([one for one, _ in pairs]), np.array([row for _, row in pairs])
    wide = rows.shape[1]
    weights = np.zeros(wide)
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-np.clip(offset + rows @ weights, -30, 30)))
        slope = rows.T @ (likely - told) + PULL * weights
        bend = (rows * (likely * (1 - likely))[:, None]).T @ rows + PULL * np.eye(wide)
        weights -= np.linalg.solve(bend, slope)
    return Own(weights=tuple(round(float(one), 4) for one in weights))


def thresholds(answered: Sequence[Answered], now: Numbers) -> tuple[tuple[str, float], ...]:
    """Thresholds of all languages together as "", and of each that has enough complaints; none where all have too few."""
    found = []
    for language in ("", *sorted({one.language for one in answered if one.language})):
        of = [at for at, one in enumerate(answered) if one.yes and language in ("", one.language)]
        least = threshold(now[of], np.array([answered[at].weight for at in of]))
        if least is not None:
            found.append((language, least))
    return tuple(found)


def threshold(complaints: Numbers, weights: Numbers) -> float | None:
    """From how probable on a message is heard as a complaint, so that few are missed of these; None where they are too few to say."""
    if len(complaints) < LEAST_COMPLAINTS:
        return None
    order = np.argsort(complaints)
    below = np.cumsum(weights[order]) / weights.sum()
    return round(float(complaints[order][np.searchsorted(below, MISSED)]), 4)


def main() -> None:
    """Reads a `Task` from a file, writes the model to a second one, and its `Outcome` to the standard output."""
    given, made = Path(sys.argv[1]), Path(sys.argv[2])
    own, outcome = train_and_measure(msgspec.json.decode(given.read_bytes(), type=Task).answered)
    made.write_bytes(msgspec.json.encode(own))
    sys.stdout.buffer.write(msgspec.json.encode(outcome))


if __name__ == "__main__":
    main()
