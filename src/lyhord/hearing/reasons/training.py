"""Learning a model from examples. Belongs into a job: it takes a core for seconds to minutes, and imports scikit-learn."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray

from lyhord.hearing.reasons.calibration import NEVER, fit_heat, shares, steps_of, summed, surprise, threshold_for
from lyhord.hearing.reasons.embedders import Embedder
from lyhord.hearing.reasons.learner import LEAST_JUDGES, Example, UntrainableError
from lyhord.hearing.reasons.linear import OfGrams, OfPoints, centred, middles_of
from lyhord.hearing.reasons.mind import Mind, Says, best
from lyhord.hearing.reasons.vocabulary import Vocabulary

Numbers = NDArray[np.float32]
Places = NDArray[np.int32]

FOLDS, TAUGHT_FOLDS = 5, 2
"""Parts of the examples, each of which is told by what was learnt from the others; and how many where learning takes rounds."""
PRECISION = 0.95
"""Of what is labelled by itself."""
HINT_PRECISION = 0.8
"""Of three that are offered: so often the right one is among them."""
GRAM_STRENGTH, FEW_STRENGTH, POINT_STRENGTH = 1.0, 50.0, 20.0
"""How closely examples are followed: C of the machines that learn."""
BRIEF_POINTS = 0.3
"""How much what has no voice counts for points, where others have one: a few key words lie elsewhere than sentences."""
MOST_FOLLOWED = 100
"""Examples a label from which on points follow each less closely the more there are: else what many say is bent by a few."""
MOST_STEPS = 60
FEW = 30
"""Examples a label below which they are few: texts without a label teach, too."""
MOST_UNLABELLED = 4_000
SHARES = (0.4, 0.85)
"""Of the texts without a label that are learnt from, round by round, as if what is told of them were true."""
OWN_WEIGHT = 0.3
"""Of such a text, beside an example's."""
MIXES = 21
LEAST_OF_LANGUAGE = 100
"""Texts from which the middle of a language is known."""


class Task(NamedTuple):
    """What is learnt: of each example the place of its label, its weight, and in which fold it isn't learnt from."""

    labels: tuple[str, ...]
    right: Places
    weights: Numbers
    folds: Places
    judges: NDArray[np.bool_]
    few: bool
    of_points: Numbers
    """How much of its weight each example has for points."""
    tops: Places
    """Of each label the place of what stands at the top of the tree above it: how sure that is, is made true."""


class Material(NamedTuple):
    """Texts as rows of grams and, with an embedder, as points seen from the middle of their language."""

    rows: Any
    points: Numbers | None

    def only(self, which: Any) -> "Material":
        """Some of the texts."""
        return Material(self.rows[which], None if self.points is None else self.points[which])

    def with_others(self, others: "Material") -> "Material":
        """These texts, then the others."""
        from scipy.sparse import vstack  # noqa: PLC0415 - is imported in a job, by who learns

        both = None if self.points is None or others.points is None else np.vstack((self.points, others.points))
        return Material(vstack((self.rows, others.rows)).tocsr(), both)


class Heads(NamedTuple):
    """What grams and points say for each label: weights, and what is added."""

    of_grams: tuple[Numbers, Numbers]
    of_points: tuple[Numbers, Numbers] | None

    def scores(self, of: Material) -> tuple[Numbers, Numbers | None]:
        """A row a text, a column a label."""
        of_grams = np.asarray(of.rows @ self.of_grams[0] + self.of_grams[1], dtype=np.float32)
        if self.of_points is None or of.points is None:
            return of_grams, None
        return of_grams, of.points @ self.of_points[0] + self.of_points[1]


def learn(
    examples: Sequence[Example],
    embedder: Embedder | None,
    unlabelled: Sequence[str],
    tops: Mapping[str, str],
    like: bytes | None = None,
) -> bytes:
    """As `learner.train` promises."""
    task = _task_of(examples, tops)
    texts = [one.text for one in examples]
    others = _some(unlabelled) if task.few else []
    model = None if like is None else Mind.unpacked(like)
    vocabulary = Vocabulary.fit([*texts, *others]) if model is None else model.grams.vocabulary
    points = middles = other_points = None
    if embedder is not None:
        languages = [one.language for one in examples]
        told, untold = embedder.embed(texts), embedder.embed(others)
        middles = middles_of(np.vstack((told, untold)), languages + [""] * len(others), LEAST_OF_LANGUAGE)
        points, other_points = centred(told, languages, middles), centred(untold, [""] * len(others), middles)
    known = Material(vocabulary.matrix(texts), points)
    unknown = Material(vocabulary.matrix(others), other_points) if others else None
    if model is not None:
        alone, joined = model.alone, model.joined
        heads = _taught(known, unknown, task, (alone.of_grams, 0.0) if joined is None else joined[:2])
    else:
        held_out = _held_out(known, None, task, (1.0, 1.0))
        factors = _factors(*_judged(held_out, task))
        if unknown is not None:
            held_out = _held_out(known, unknown, task, factors)
            task = task._replace(judges=task.judges & (task.folds < TAUGHT_FOLDS))
        heads = _taught(known, unknown, task, factors)
        alone, joined = _says(held_out[0], None, task), None if embedder is None else _says(*held_out, task)
    mind = Mind(task.labels, OfGrams.rounded(vocabulary, *heads.of_grams), alone)
    if embedder is None or heads.of_points is None or middles is None or joined is None:
        return mind.packed()
    return mind._replace(embedder=embedder.id, points=OfPoints(*heads.of_points, middles), joined=joined).packed()


def _some(unlabelled: Sequence[str]) -> list[str]:
    """At most MOST_UNLABELLED different texts, from everywhere."""
    different = list(dict.fromkeys(unlabelled))
    return different[:: -(-len(different) // MOST_UNLABELLED)] if different else []


def _task_of(examples: Sequence[Example], tops: Mapping[str, str]) -> Task:
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
    voices = np.array([one.voice for one in examples])
    judges = _judges_of(voices)
    learnt = {(fold, label) for at, label in enumerate(right) for fold in range(FOLDS) if folds[at] != fold}
    taught = np.array([(folds[at], label) in learnt for at, label in enumerate(right)])
    names = [tops.get(label, label) for label in labels]
    above = np.array([names.index(name) for name in names], dtype=np.int32)
    quiet = (voices < 1) & (voices.max() > 0)
    return Task(
        labels,
        right,
        weights / np.median(weights),
        folds,
        judges & taught,
        len(examples) < FEW * len(labels),
        np.where(quiet, BRIEF_POINTS, 1.0).astype(np.float32),
        above,
    )


def _judges_of(voices: Places) -> NDArray[np.bool_]:
    """The loudest, and as many voices below as it takes for LEAST_JUDGES."""
    judges = np.zeros(len(voices), dtype=bool)
    for voice in np.unique(voices)[::-1]:
        judges |= voices == voice
        if judges.sum() >= LEAST_JUDGES:
            break
    return judges


def folds_of(examples: Sequence[Example]) -> Places:
    """The examples of each label spread evenly over the folds, those of one conversation in one."""
    rng = np.random.default_rng(0)
    of_group: dict[str, int] = {}
    dealt: Counter[tuple[str, int]] = Counter()
    sizes = [0] * FOLDS
    folds = np.zeros(len(examples), dtype=np.int32)
    for at in rng.permutation(len(examples)).tolist():
        one = examples[at]
        fold = of_group.get(one.group) if one.group else None
        if fold is None:
            fold = min(range(FOLDS), key=lambda part: (dealt[one.label, part], sizes[part] * bool(one.group)))
            dealt[one.label, fold] += 1
            sizes[fold] += 1
            if one.group:
                of_group[one.group] = fold
        folds[at] = fold
    return folds


def _held_out(
    known: Material, unknown: Material | None, task: Task, factors: tuple[float, float]
) -> tuple[Numbers, Numbers | None]:
    """The scores of each example by heads that haven't learnt from its fold."""
    size = (len(task.right), len(task.labels))
    of_grams = np.zeros(size, np.float32)
    of_points = None if known.points is None else np.zeros(size, np.float32)
    for fold in range(FOLDS if unknown is None else TAUGHT_FOLDS):
        out = task.folds == fold
        if not out.any() or len(set(task.right[~out].tolist())) < 2:
            continue
        others = task._replace(right=task.right[~out], weights=task.weights[~out], of_points=task.of_points[~out])
        by_grams, by_points = _taught(known.only(~out), unknown, others, factors).scores(known.only(out))
        of_grams[out] = by_grams
        if of_points is not None and by_points is not None:
            of_points[out] = by_points
    return of_grams, of_points


def _taught(known: Material, unknown: Material | None, task: Task, factors: tuple[float, float]) -> Heads:
    """Heads that learnt from examples, and then in rounds from what they were themselves surest of in texts without a label."""
    heads = _heads(known, task)
    if unknown is None:
        return heads
    for share in SHARES:
        places, labels = _surest(_mixed(heads.scores(unknown), factors), share)
        right, weights, of_points = (
            np.append(task.right, labels),
            np.append(task.weights, np.full(len(labels), OWN_WEIGHT, np.float32)),
            np.append(task.of_points, np.ones(len(labels), np.float32)),
        )
        more = task._replace(right=right, weights=weights, of_points=of_points)
        heads = _heads(known.with_others(unknown.only(places)), more)
    return heads


def _surest(scores: Numbers, share: float) -> tuple[Places, Places]:
    """Of the texts of each label that share in which it leads most: their places, and the label of each."""
    labels = scores.argmax(axis=1).astype(np.int32)
    ordered = np.sort(scores, axis=1)
    lead = ordered[:, -1] - ordered[:, -2]
    chosen = []
    for label in range(scores.shape[1]):
        of_it = np.flatnonzero(labels == label)
        chosen.append(of_it[np.argsort(-lead[of_it], kind="stable")][: int(np.ceil(len(of_it) * share))])
    places = np.concatenate(chosen).astype(np.int32)
    return places, labels[places]


def _mixed(scores: tuple[Numbers, Numbers | None], factors: tuple[float, float]) -> Numbers:
    of_grams, of_points = scores
    mixed = of_grams * np.float32(factors[0])
    return mixed if of_points is None else mixed + of_points * np.float32(factors[1])


def _heads(material: Material, task: Task) -> Heads:
    right, weights, count = task.right, task.weights, len(task.labels)
    points = material.points
    of_points = None if points is None else fit_points(points, right, weights * task.of_points, count)
    return Heads(fit_grams(material.rows, right, weights, count, few=task.few), of_points)


def fit_grams(rows: Any, right: Places, weights: Numbers, count: int, *, few: bool) -> tuple[Numbers, Numbers]:
    """With few examples logistic regression of all labels at once, else a machine for each label against all others."""
    if not rows.shape[1]:
        return np.zeros((0, count), np.float32), np.zeros(count, np.float32)
    if few:
        return _of_all(_regressed(FEW_STRENGTH, rows, right, weights), count)
    from sklearn.svm import LinearSVC  # noqa: PLC0415 - is imported in a job, by who learns

    return _of_all(LinearSVC(C=GRAM_STRENGTH, tol=1e-2, random_state=0).fit(rows, right, sample_weight=weights), count)


def fit_points(points: Numbers, right: Places, weights: Numbers, count: int) -> tuple[Numbers, Numbers]:
    """Logistic regression of all labels at once."""
    strength = POINT_STRENGTH * min(1.0, MOST_FOLLOWED * count / len(right))
    return _of_all(_regressed(strength, points, right, weights), count)


def _regressed(strength: float, rows: Any, right: Places, weights: Numbers) -> Any:
    """Stopped early: to go on changes little."""
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415 - is imported in a job, by who learns
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - as above

    with catch_warnings():
        simplefilter("ignore", ConvergenceWarning)
        return LogisticRegression(C=strength, max_iter=MOST_STEPS, tol=1e-3).fit(rows, right, sample_weight=weights)


def _of_all(model: Any, count: int) -> tuple[Numbers, Numbers]:
    """Weights, a column a label, and what is added to each of `count` labels; one without examples scores lowest."""
    learnt, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        learnt, bias = np.vstack((-learnt, learnt)), np.append(-bias, bias)
    all_weights = np.zeros((learnt.shape[1], count), dtype=np.float32)
    all_bias = np.full(count, bias.min() - 1, dtype=np.float32)
    all_weights[:, model.classes_] = learnt.T
    all_bias[model.classes_] = bias
    return all_weights, all_bias


def _judged(scores: tuple[Numbers, Numbers | None], task: Task) -> tuple[Numbers, Numbers | None, Places]:
    of_grams, of_points = scores
    return of_grams[task.judges], None if of_points is None else of_points[task.judges], task.right[task.judges]


def _says(of_grams: Numbers, of_points: Numbers | None, task: Task) -> Says:
    """How scores that weren't learnt from become shares that are true."""
    of_grams, of_points, right = _judged((of_grams, of_points), task)
    factors = _factors(of_grams, of_points, right)
    if not len(right):
        return Says(*factors, NEVER, 0.0, steps_of(np.zeros(0, np.float32)))
    scores = _mixed((of_grams, of_points), factors)
    if (np.unique(task.tops).size) < len(task.labels):
        cooler = fit_heat(scores, right, task.tops)
        factors, scores = (factors[0] * cooler, factors[1] * cooler), scores * np.float32(cooler)
    given = shares(scores)
    of_tops = summed(given, task.tops)
    sure, hit = of_tops.max(axis=1), of_tops.argmax(axis=1) == task.tops[right]
    in_three = (np.argsort(-given, axis=1)[:, :3] == right[:, None]).any(axis=1)
    return Says(
        *factors,
        threshold_for(sure, hit, PRECISION),
        threshold_for(sure, in_three, HINT_PRECISION),
        steps_of(best(scores)),
    )


def _factors(of_grams: Numbers, of_points: Numbers | None, right: Places) -> tuple[float, float]:
    """By how much each kind of scores counts: the mix that is least surprised by the right labels."""
    if not len(right):
        return 1.0, 0.0 if of_points is None else 1.0
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
