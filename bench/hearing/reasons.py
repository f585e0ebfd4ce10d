"""How well reasons are told, beside the usual way of the same run: TF-IDF of words and groups of letters with LinearSVC of scikit-learn,
and where an embedder is installed, logistic regression on its points.

A fifth of banking77's texts, chosen by their checksum, is measured on and seen by nothing else; choices were made on folds of the rest.
xSID's texts come in translations: what is asked in one language was never taught in another. The data isn't ours to hand out: it is looked
for in `../shared/data`.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from bench.hearing import need
from bench.hearing.points import installed
from bench.hearing.reasons_data import Said, banking, draw, requests, seeds, turns, without
from bench.record import Row, record
from lyhord.hearing.reasons.asking import next_to_ask
from lyhord.hearing.reasons.calibration import covered, error_of, shares, threshold_for
from lyhord.hearing.reasons.embedders import Embedder
from lyhord.hearing.reasons.learner import Classifier, Example, train

PLAIN = "no extra"
PLAIN_SHARE = 0.9
"""What the installation without extras shall reach of a target."""
DRAWS = 3
TARGETS = {"full": 0.94, "10": 0.87, "5": 0.81, "foreign": 0.97, "abroad": 0.88, "100": 0.66, "500": 0.84}
WORST_ERROR, LEAST_COVERED, LEAST_SPEED = 0.02, 0.85, 2_000
Scores = NDArray[np.float32]


class Answers(NamedTuple):
    """What one way of telling said of texts: of each text its label, how sure that is, and how known the text is."""

    labels: list[str]
    sure: list[float]
    known: list[float]
    threshold: float


Way = Callable[[Sequence[Said], Sequence[Said], Sequence[str]], Answers]
"""Learn from the first, with the third as texts without labels, and tell the second."""


def main() -> None:
    """Measure, print and record; says what is missing where data is."""
    need("banking77", "xsid", "multidogo")
    embedders = installed()
    ways: dict[str, Way] = {PLAIN: partial(ours, None)}
    usual_ways: dict[str, Way] = {PLAIN: usual}
    for name, one in embedders.items():
        ways[name], usual_ways[name] = partial(ours, one), partial(on_points, one)
    for part in (full, few, foreign, abroad, asking):
        part(ways, usual_ways)
        for one in embedders.values():
            one.keep()
    speed()


def ours(
    embedder: Embedder | None, learnt: Sequence[Said], asked: Sequence[Said], unlabelled: Sequence[str]
) -> Answers:
    """As the product does it."""
    examples = [Example(one.text, one.label, one.language) for one in learnt]
    classifier = Classifier.load(train(examples, embedder, unlabelled), embedder)
    texts, languages = [one.text for one in asked], [one.language for one in asked]
    told = classifier.tell(texts, languages)
    sure = [first[0][1] for first in told]
    return Answers([first[0][0] for first in told], sure, classifier.known(texts, languages), classifier.threshold)


def usual(learnt: Sequence[Said], asked: Sequence[Said], _unlabelled: Sequence[str]) -> Answers:
    """TF-IDF of words, pairs and groups of 2 to 5 letters, and LinearSVC, as they come; a softmax of its margins says how sure it is."""

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    model = make_pipeline(make_union(words, letters), LinearSVC(random_state=0))
    model.fit([one.text for one in learnt], [one.label for one in learnt])
    return _answers(model.classes_, model.decision_function([one.text for one in asked]))


def on_points(embedder: Embedder, learnt: Sequence[Said], asked: Sequence[Said], _unlabelled: Sequence[str]) -> Answers:
    """Logistic regression on the points of an embedder, seen from their middle; as it comes."""

    points, others = embedder.embed([one.text for one in learnt]), embedder.embed([one.text for one in asked])
    middle = points.mean(axis=0)
    model = LogisticRegression(C=10, max_iter=1000).fit(_unit(points - middle), [one.label for one in learnt])
    return _answers(model.classes_, model.decision_function(_unit(others - middle)))


def full(ways: dict[str, Way], usual_ways: dict[str, Way]) -> None:
    """Everything that may be learnt from; and whether what is said of confidence is true."""
    learnt, asked = banking()
    for name, way in ways.items():
        own, other = way(learnt, asked, ()), usual_ways[name](learnt, asked, ())
        _put(f"all examples, {name}", asked, own, other, TARGETS["full"], name)
        _put_honesty(f"all examples, {name}", asked, own, other)


def few(ways: dict[str, Way], usual_ways: dict[str, Way]) -> None:
    """Ten and five examples a reason, three draws; the others are there without their labels, as they are in a workspace."""
    learnt, asked = banking()
    for each in (10, 5):
        draws = [draw(learnt, each, seed) for seed in range(DRAWS)]
        for name, way in ways.items():
            own = [way(some, asked, [one.text for one in rest]) for some, rest in draws]
            alone = [way(some, asked, ()) for some, _ in draws]
            other = [usual_ways[name](some, asked, ()) for some, _ in draws]
            path = f"{each} examples a reason, {name}"
            _put(path, asked * DRAWS, _joined(own), _joined(other), TARGETS[str(each)], name)
            _put(f"{path}, without other texts", asked * DRAWS, _joined(alone), _joined(other), None, name)
            _put_honesty(path, asked * DRAWS, _joined(own), _joined(other))


def foreign(ways: dict[str, Way], usual_ways: dict[str, Way]) -> None:
    """A quarter of the reasons is never taught: are texts about them less known than the others?"""

    learnt, asked = banking()
    for name, way in ways.items():
        own, other = [], []
        for seed in range(DRAWS):
            out = without(asked, seed)
            kept = [one for one in learnt if one.label not in out]
            inside = [one.label not in out for one in asked]
            own.append(roc_auc_score(inside, way(kept, asked, ()).known))
            other.append(roc_auc_score(inside, usual_ways[name](kept, asked, ()).known))
        figures = float(np.mean(own)), float(np.mean(other))
        _write(
            f"foreign texts told from known, {name}", len(asked) * DRAWS, *figures, "AUROC", _target("foreign", name)
        )


def abroad(ways: dict[str, Way], usual_ways: dict[str, Way]) -> None:
    """Taught in English with our own phrases in the other languages, and asked in those; never the translation of what was taught."""
    said = requests()
    written = seeds(["da", "nb", "zh"])
    for language in ("da", "nb", "zh"):
        for name, way in ways.items():
            own, other, asked = [], [], []
            for part in range(5):
                taught = [one for one in said["en"] if one.same % 5 != part]
                held_out = [one for one in said[language] if one.same % 5 == part]
                own.append(way([*taught, *written], held_out, ()))
                other.append(usual_ways[name]([*taught, *written], held_out, ()))
                asked += held_out
            path = f"taught in English and our phrases, asked in {language}, {name}"
            _put(path, asked, _joined(own), _joined(other), TARGETS["abroad"], name)


def asking(ways: dict[str, Way], _usual_ways: dict[str, Way]) -> None:
    """How good it is after a hundred and five hundred answers, chosen by it; beside as many by chance, told in the same way."""
    learnt, asked = banking()
    texts = [one.text for one in learnt]
    for name, way in ways.items():
        embedder = way.args[0] if isinstance(way, partial) else None
        answered: list[int] = []
        classifier = None
        rng = np.random.default_rng(0)
        for count in (100, 200, 300, 400, 500):
            asks = next_to_ask(
                texts, count - len(answered), classifier, answered=answered, embedder=embedder, seed=count
            )
            answered += [one.place for one in asks]
            some = [learnt[at] for at in answered]
            examples = [Example(one.text, one.label, one.language) for one in some]
            classifier = Classifier.load(train(examples, embedder, texts), embedder)
            if str(count) in TARGETS:
                by_chance = [learnt[at] for at in rng.permutation(len(learnt))[:count].tolist()]
                own, other = way(some, asked, texts), way(by_chance, asked, texts)
                _put(f"{count} answers, {name}", asked, own, other, TARGETS[str(count)], name)


def speed() -> None:
    """Texts a second of one core with what every installation has, on what customers say in chats; and how large a model is."""
    learnt, _ = banking()
    stored = train([Example(one.text, one.label) for one in learnt])
    start = time.process_time()
    classifier = Classifier.load(stored)
    loaded = time.process_time() - start
    said = turns()
    start = time.process_time()
    classifier.tell(said)
    figure = len(said) / (time.process_time() - start)
    print(f"a model of 77 reasons has {len(stored) / 1e6:.1f} MB and is loaded in {loaded * 1000:.0f} ms")
    record(
        Row(
            "hearing, reasons told",
            PLAIN,
            len(said),
            round(figure),
            "texts/s",
            None,
            None,
            f"at least {LEAST_SPEED:,}",
            figure >= LEAST_SPEED,
        ),
        Row(
            "hearing, model of 77 reasons",
            PLAIN,
            len(learnt),
            round(len(stored) / 1e6, 2),
            "MB",
            None,
            None,
            "at most 5",
            len(stored) < 5e6,
        ),
    )
    print(f"{figure:,.0f} texts/s")


def _put(path: str, asked: Sequence[Said], own: Answers, other: Answers, target: float | None, name: str) -> None:
    """Accuracy beside the baseline's, and macro-F1 printed."""
    figures = _right(asked, own), _right(asked, other)
    _write(
        path,
        len(asked),
        *figures,
        "accuracy",
        None if target is None else target * (PLAIN_SHARE if name == PLAIN else 1),
    )
    print(f"  macro-F1 {_macro(asked, own):.4f} ({_macro(asked, other):.4f})")


def _put_honesty(path: str, asked: Sequence[Said], own: Answers, other: Answers) -> None:
    """How far confidence is from truth, how much is told by itself at the model's own threshold, and how precise that was."""
    hits = [one.label == label for one, label in zip(asked, own.labels, strict=True)]
    others = [one.label == label for one, label in zip(asked, other.labels, strict=True)]
    error, beside = error_of(own.sure, hits), error_of(other.sure, others)
    decided = [hit for hit, much in zip(hits, own.sure, strict=True) if much >= own.threshold]
    part, precision = len(decided) / len(hits), sum(decided) / max(1, len(decided))
    best = covered(other.sure, threshold_for(other.sure, others, 0.95))
    print(
        f"{path}: told by itself {part:.1%}, of that right {precision:.1%}; with a threshold of hindsight "
        f"{covered(own.sure, threshold_for(own.sure, hits, 0.95)):.1%} (baseline {best:.1%}); error {error:.4f} ({beside:.4f})"
    )
    record(
        Row(
            f"hearing, reasons: {path}",
            "scikit-learn beside",
            len(asked),
            round(error, 4),
            "calibration error",
            round(beside, 4),
            None,
            f"at most {WORST_ERROR}",
            error <= WORST_ERROR,
        ),
        Row(
            f"hearing, reasons: {path}",
            "scikit-learn beside",
            len(asked),
            round(part, 4),
            "told by itself",
            round(best, 4),
            None,
            f"at least {LEAST_COVERED}",
            part >= LEAST_COVERED,
        ),
        Row(
            f"hearing, reasons: {path}",
            "scikit-learn beside",
            len(asked),
            round(precision, 4),
            "right of that",
            None,
            None,
            None,
            None,
        ),
    )


def _write(path: str, size: int, figure: float, ceiling: float, unit: str, target: float | None) -> None:
    goal = "" if target is None else f", target {target:.3f}: {'reached' if figure >= target else 'NOT reached'}"
    print(f"{path}: {unit} {figure:.4f} (baseline {ceiling:.4f}), n {size}{goal}", flush=True)
    met = None if target is None else figure >= target
    record(
        Row(
            f"hearing, reasons: {path}",
            "scikit-learn beside",
            size,
            round(figure, 4),
            unit,
            round(ceiling, 4),
            round(figure / ceiling, 3),
            None if target is None else f"at least {target:.3f}",
            met,
        )
    )


def _target(key: str, name: str) -> float:
    return TARGETS[key] * (PLAIN_SHARE if name == PLAIN else 1)


def _answers(classes: Sequence[str], scores: Scores) -> Answers:
    given = shares(np.asarray(scores, dtype=np.float32))
    labels = [str(classes[at]) for at in given.argmax(axis=1)]
    return Answers(labels, given.max(axis=1).tolist(), np.asarray(scores).max(axis=1).tolist(), 0.0)


def _joined(answers: Sequence[Answers]) -> Answers:
    """Of several draws one after the other; the threshold is their mean."""
    return Answers(
        [label for part in answers for label in part.labels],
        [much for part in answers for much in part.sure],
        [much for part in answers for much in part.known],
        float(np.mean([part.threshold for part in answers])),
    )


def _right(asked: Sequence[Said], answers: Answers) -> float:
    return sum(one.label == label for one, label in zip(asked, answers.labels, strict=True)) / len(asked)


def _macro(asked: Sequence[Said], answers: Answers) -> float:
    """F1, each label counted the same."""

    labels = [one.label for one in asked]
    return float(f1_score(labels, answers.labels, labels=sorted(set(labels)), average="macro", zero_division=0))


def _unit(points: Scores) -> Scores:
    return np.asarray(points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-9), dtype=np.float32)
