"""Learning a model from examples. Belongs into a job: it takes a core for seconds to minutes, and imports scikit-learn."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lyhord.hearing.reasons.calibration import fit_heat, shares, steps_of, surprise, threshold_for
from lyhord.hearing.reasons.embedders import Embedder
from lyhord.hearing.reasons.learner import Example, UntrainableError
from lyhord.hearing.reasons.linear import OfGrams, OfPoints, centred, middles_of
from lyhord.hearing.reasons.mind import Mind, Says, best
from lyhord.hearing.reasons.vocabulary import Vocabulary

Numbers = NDArray[np.float32]
Places = NDArray[np.int32]

FOLDS = 5
PRECISION = 0.95
"""Of what is labelled by itself."""
HINT_PRECISION = 0.8
"""Of three that are offered: so often the right one is among them."""
GRAM_STRENGTH, POINT_STRENGTH = 0.5, 1.0
"""How closely examples are followed: C of the machine that learns."""
MANY = 2_000
"""Texts from which on what stands in one alone is left out."""
MIXES = 21
LEAST_OF_LANGUAGE = 100
"""Texts from which the middle of a language is known."""
LEAST_OWN = 50
"""Examples of the greatest weight from which they alone say how sure the model is; below it seeds have a say too."""


class Task(NamedTuple):
    """What is learnt: of each example the place of its label, its weight, and in which fold it isn't learnt from."""

    labels: tuple[str, ...]
    right: Places
    weights: Numbers
    folds: Places
    judges: NDArray[np.bool_]


def learn(examples: Sequence[Example], embedder: Embedder | None, unlabelled: Sequence[str]) -> bytes:
    """As `learner.train` promises."""
    task = _task_of(examples)
    texts = [one.text for one in examples]
    vocabulary = Vocabulary.fit([*texts, *unlabelled], least=2 if len(texts) + len(unlabelled) >= MANY else 1)
    rows = vocabulary.matrix(texts)
    held_out = _held_out(rows, task, GRAM_STRENGTH)
    weights, bias = fit(rows, task.right, task.weights, len(task.labels), GRAM_STRENGTH)
    mind = Mind(task.labels, OfGrams.rounded(vocabulary, weights, bias), _says(held_out, None, task))
    if embedder is None:
        return mind.packed()
    languages = [one.language for one in examples]
    points = embedder.embed(texts)
    middles = middles_of(points, languages, LEAST_OF_LANGUAGE)
    moved = centred(points, languages, middles)
    of_points = _held_out(moved, task, POINT_STRENGTH)
    weights, bias = fit(moved, task.right, task.weights, len(task.labels), POINT_STRENGTH)
    return mind._replace(
        embedder=embedder.id, points=OfPoints(weights, bias, middles), joined=_says(held_out, of_points, task)
    ).packed()


def _task_of(examples: Sequence[Example]) -> Task:
    """Raises UntrainableError."""
    labels = tuple(sorted({one.label for one in examples}))
    if len(labels) < 2:
        raise UntrainableError(
            f"Learning needs examples of two labels or more; there are {len(examples)} of {len(labels)}."
        )
    place = {label: at for at, label in enumerate(labels)}
    right = np.array([place[one.label] for one in examples], dtype=np.int32)
    weights = np.array([one.weight for one in examples], dtype=np.float32)
    if not (weights > 0).all() or not np.isfinite(weights).all():
        raise UntrainableError("Each example needs a weight above 0.")
    folds = folds_of(examples)
    judges = weights >= weights.max()
    if judges.sum() < LEAST_OWN:
        judges = np.ones(len(examples), dtype=bool)
    learnt = {(fold, label) for at, label in enumerate(right) for fold in range(FOLDS) if folds[at] != fold}
    taught = np.array([(folds[at], label) in learnt for at, label in enumerate(right)])
    return Task(labels, right, weights / weights.max(), folds, judges & taught)


def folds_of(examples: Sequence[Example]) -> Places:
    """The examples of each label spread evenly over the folds, those of one conversation in one."""
    rng = np.random.default_rng(0)
    of_group: dict[str, int] = {}
    dealt: Counter[str] = Counter()
    folds = np.zeros(len(examples), dtype=np.int32)
    for at in rng.permutation(len(examples)).tolist():
        one = examples[at]
        fold = of_group.get(one.group) if one.group else None
        if fold is None:
            fold = dealt[one.label] % FOLDS
            dealt[one.label] += 1
            if one.group:
                of_group[one.group] = fold
        folds[at] = fold
    return folds


def _held_out(rows: Any, task: Task, strength: float) -> Numbers:
    """The scores of each example by a model that hasn't learnt from its fold."""
    scores = np.zeros((len(task.right), len(task.labels)), dtype=np.float32)
    for fold in range(FOLDS):
        out = task.folds == fold
        if not out.any() or len(set(task.right[~out].tolist())) < 2:
            continue
        weights, bias = fit(rows[~out], task.right[~out], task.weights[~out], len(task.labels), strength)
        scores[out] = rows[out] @ weights + bias
    return scores


def fit(rows: Any, right: Places, weights: Numbers, count: int, strength: float) -> tuple[Numbers, Numbers]:
    """Weights, a column a label, and what is added to each of `count` labels; one without examples scores lowest."""
    from sklearn.svm import LinearSVC  # noqa: PLC0415 - is imported in a job, by who learns

    if not rows.shape[1]:
        return np.zeros((0, count), np.float32), np.zeros(count, np.float32)
    model = LinearSVC(C=strength, random_state=0)
    model.fit(rows, right, sample_weight=weights)
    learnt, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        learnt, bias = np.vstack((-learnt, learnt)), np.append(-bias, bias)
    all_weights = np.zeros((rows.shape[1], count), dtype=np.float32)
    all_bias = np.full(count, bias.min() - 1, dtype=np.float32)
    all_weights[:, model.classes_] = learnt.T
    all_bias[model.classes_] = bias
    return all_weights, all_bias


def _says(of_grams: Numbers, of_points: Numbers | None, task: Task) -> Says:
    """How scores that weren't learnt from become shares that are true."""
    right = task.right[task.judges]
    if not len(right):
        return Says(1.0, 1.0 if of_points is not None else 0.0, 1.01, 0.0, steps_of(np.zeros(0, np.float32)))
    first, second = (of_grams[task.judges], None if of_points is None else of_points[task.judges])
    gram_factor, point_factor = _factors(first, second, right)
    scores = first * np.float32(gram_factor)
    if second is not None:
        scores = scores + second * np.float32(point_factor)
    given = shares(scores)
    sure, hit = given.max(axis=1), given.argmax(axis=1) == right
    in_three = (np.argsort(-given, axis=1)[:, :3] == right[:, None]).any(axis=1)
    return Says(
        gram_factor,
        point_factor,
        threshold_for(sure, hit, PRECISION),
        threshold_for(sure, in_three, HINT_PRECISION),
        steps_of(best(scores)),
    )


def _factors(of_grams: Numbers, of_points: Numbers | None, right: Places) -> tuple[float, float]:
    """By how much each kind of scores counts: the mix that is least surprised by the right labels."""
    alone = fit_heat(of_grams, right)
    if of_points is None:
        return alone, 0.0
    by_points = fit_heat(of_points, right)
    found = []
    for share in np.linspace(0, 1, MIXES).tolist():
        mixed = of_grams * np.float32(alone * (1 - share)) + of_points * np.float32(by_points * share)
        heat = fit_heat(mixed, right)
        found.append((surprise(mixed * np.float32(heat), right), heat * alone * (1 - share), heat * by_points * share))
    _, gram_factor, point_factor = min(found)
    return gram_factor, point_factor
