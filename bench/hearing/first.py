"""How well reasons are told from the first minute on, before anybody has corrected one: the default tree, asked of our own utterances.

Whoever wrote the seeds has never read the utterances, and nothing is chosen by them but what the card names. Beside each figure: TF-IDF
of words and groups of letters with LinearSVC of scikit-learn on the same seeds; and logistic regression on points where an embedder is
installed.
"""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.metrics import f1_score

from bench.hearing.points import installed
from bench.hearing.reasons import PLAIN, PLAIN_SHARE, Answers, on_points, usual
from bench.hearing.reasons_data import Said
from bench.record import Row, record
from lyhord.hearing.reasons.calibration import error_of
from lyhord.hearing.reasons.embedders import Embedder
from lyhord.hearing.reasons.learner import LEAST_KNOWN, Classifier, train
from lyhord.hearing.reasons.model import DEFAULTS
from lyhord.hearing.reasons.seeding import TOPS, list_examples, read_seeds
from lyhord.hearing.reasons.telling import seed_model

UTTERANCES = Path(__file__).parent / "utterances"
TARGET, LEAST_SPEED = 0.85, 2_000


class Told(NamedTuple):
    """Of each text the likeliest reason at the top, how sure that is, and whether it would be said."""

    labels: list[str]
    sure: list[float]
    said: list[bool]


def main() -> None:
    """Measure, print and record."""
    seeds = [Said(one.text, TOPS[one.key], one.language) for one in read_seeds()]
    asked = {path.stem: _read(path) for path in sorted(UTTERANCES.glob("*.jsonl"))}
    every = [one for some in asked.values() for one in some]
    plain, other = told_by(seed_model(), every), usual(seeds, every, ())
    put(PLAIN, asked, plain, other, TARGET * PLAIN_SHARE)
    for name, embedder in installed().items():
        own = told_by(_with(embedder), every)
        put(name, asked, own, on_points(embedder, seeds, every, ()), TARGET)
        embedder.keep()
    _speed([one.text for one in every])


def _read(path: Path) -> list[Said]:
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Said(row["text"], row["reason"], path.stem) for row in rows]


def _with(embedder: Embedder) -> Classifier:
    """What came with the product, where it knows the embedder's points; else the same seeds learnt with it."""
    if seed_model().wants == embedder.id:
        return seed_model().using(embedder)
    return Classifier.load(train(list_examples(), embedder, tops=TOPS), embedder)


def told_by(model: Classifier, asked: Sequence[Said]) -> Told:
    """As the product tells: a reason is as probable as it and all below it together."""
    texts, languages = [one.text for one in asked], [one.language for one in asked]
    labels, sure, said = [], [], []
    for told, known in zip(model.tell(texts, languages), model.known(texts, languages), strict=True):
        whole = dict.fromkeys(DEFAULTS, 0.0)
        for key, share in told:
            whole[TOPS[key]] += share
        best = max(whole, key=lambda key: whole[key])
        labels.append(best)
        sure.append(whole[best])
        said.append(known >= LEAST_KNOWN and whole[best] >= model.threshold)
    return Told(labels, sure, said)


def put(name: str, asked: dict[str, list[Said]], own: Told, other: Answers, target: float) -> None:
    """Print and record the figures of each language, and of all together."""
    start = 0
    for language, some in asked.items():
        part = slice(start, start := start + len(some))
        of_language = Told(own.labels[part], own.sure[part], own.said[part])
        _put_one(f"{language}, {name}", some, of_language, other.labels[part], target)
    every = [one for some in asked.values() for one in some]
    _put_one(f"all, {name}", every, own, other.labels, None)
    right = [one.label == told for one, told in zip(every, own.labels, strict=True)]
    _write(f"all, {name}", len(every), error_of(own.sure, right, 10), None, "calibration error", None)


def _put_one(path: str, asked: Sequence[Said], own: Told, other: Sequence[str], target: float | None) -> None:
    truth = [one.label for one in asked]
    right = np.array([one == told for one, told in zip(truth, own.labels, strict=True)])
    usual_right = float(np.mean([one == told for one, told in zip(truth, other, strict=True)]))
    _write(path, len(asked), float(right.mean()), usual_right, "accuracy", target)
    scores = [float(f1_score(truth, list(labels), average="macro")) for labels in (own.labels, other)]
    _write(path, len(asked), scores[0], scores[1], "macro-F1", None)
    said = np.array(own.said)
    _write(path, len(asked), float(said.mean()), None, "told", None)
    _write(path, len(asked), float(right[said].mean()) if said.any() else 0.0, None, "right of told", None)


def _speed(texts: Sequence[str]) -> None:
    model = seed_model()
    start = time.process_time()
    model.tell(texts)
    _write("one core", len(texts), len(texts) / (time.process_time() - start), None, "texts/s", LEAST_SPEED)


def _write(path: str, count: int, own: float, other: float | None, unit: str, target: float | None) -> None:
    print(f"first minute, {path}: {unit} {own:.3f}{'' if other is None else f' ({other:.3f})'}, n {count}", flush=True)
    reached = None if target is None else own >= target
    record(
        Row(
            "hearing, reasons from the first minute",
            path,
            count,
            round(own, 3),
            unit,
            None if other is None else round(other, 3),
            None if not other else round(own / other, 2),
            None if target is None else f"at least {target:,.3g}",
            reached,
        )
    )


if __name__ == "__main__":
    main()
