"""Makes the models of moods anew: `python -m tools.mood_model`, with numpy, scipy and scikit-learn, and the sets in `../shared/data`.

1. For each language the heads (`hearing/mood/heads.py`): logistic regressions over groups of letters, weighed by how much oftener a group
   stands on one side (NB-SVM), from the sets of `tools/mood_sets.py`; whether something is a complaint from our own phrases.
2. For all languages at once the weights of what counts (`hearing/mood/judging.py`), from our own phrases; what a head says
   of a phrase comes from a model that hadn't seen it, nor its counterparts in the other languages, which stand on nearby lines.
No text for evaluation was read; `bench/hearing/mood.py` measures.
"""

import json
import sys
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from lyhord.hearing.mood.cues import cues_of
from lyhord.hearing.mood.heads import HEADS, groups_of
from lyhord.hearing.mood.judging import MOODS
from lyhord.hearing.mood.signs import SIGNS, signs_of
from tools.mood_sets import LANGUAGES, Phrase, read_phrases, read_shipped

HERE = Path(__file__).parent.parent / "src/lyhord/hearing/mood/models"
MOST_GROUPS = 24_000
LEAST_TEXTS = 3
FOLDS = 8
LEAST = 0.03
OVERLOOKED = 0.65
"""Whoever wrote the cues wrote the phrases, too: in the words of others they stand less often. So large a share of them is left out."""
STRENGTH = 0.2
TIMES = 4
"""How often each phrase counts, with other cues left out each time."""
RECALL = 0.985
"""Of our own phrases, each judged by a model that hadn't seen it: above what is asked for, since they are few."""


class Counts:
    """Texts as counts of groups, each text as long as any other."""

    def __init__(self, texts: Sequence[str], *, signs: bool, least: int) -> None:
        self.signs = signs
        often = Counter(group for text in texts for group in set(groups_of(text, signs=signs)))
        self.groups = sorted(group for group, texts_of in often.items() if texts_of >= least)
        self._place = {group: at for at, group in enumerate(self.groups)}

    def of(self, texts: Sequence[str]) -> csr_matrix:
        """A row a text."""
        values: list[float] = []
        columns: list[int] = []
        ends = [0]
        for text in texts:
            groups = list(groups_of(text, signs=self.signs))
            known = Counter(self._place[group] for group in groups if group in self._place)
            columns += known.keys()
            values += [count / np.sqrt(len(groups)) for count in known.values()]
            ends.append(len(columns))
        return csr_matrix((values, columns, ends), shape=(len(texts), len(self.groups)))


def fit(rows: csr_matrix, told: np.ndarray, *, strength: float = 1.0) -> tuple[np.ndarray, float]:
    """A weight for each group, and one that always counts."""
    yes = 1 + np.asarray((rows[told == 1] > 0).sum(0)).ravel()
    no = 1 + np.asarray((rows[told == 0] > 0).sum(0)).ravel()
    ratio = np.log((yes / yes.sum()) / (no / no.sum()))
    model = LogisticRegression(C=strength, solver="liblinear", max_iter=200)
    model.fit(rows.multiply(ratio).tocsr(), told)
    return model.coef_[0] * ratio, float(model.intercept_[0])


class Made:
    """The heads of one language, before they are rounded."""

    def __init__(self, language: str, phrases: Sequence[Phrase]) -> None:
        self.signs = language == "zh"
        self.weights: dict[str, dict[str, float]] = {head: {} for head in HEADS}
        self.biases = dict.fromkeys(HEADS, 0.0)
        felt = read_shipped(language)
        counts = Counts([one.text for one in felt], signs=self.signs, least=LEAST_TEXTS)
        rows = counts.of([one.text for one in felt])
        for head in HEADS[:3]:
            told = [getattr(one, head) for one in felt]
            known = np.array([at for at, one in enumerate(told) if one is not None])
            own, bias = fit(rows[known], np.array([told[at] for at in known]))
            self.weights[head] = dict(zip(counts.groups, own, strict=True))
            self.biases[head] = bias
        self.learn_complaints(phrases)

    def learn_complaints(self, phrases: Sequence[Phrase]) -> None:
        """From our own phrases alone."""
        counts = Counts([one.text for one in phrases], signs=self.signs, least=2)
        told = np.array([int("c" in one.marks) for one in phrases])
        own, bias = fit(counts.of([one.text for one in phrases]), told)
        self.weights["complaint"] = dict(zip(counts.groups, own, strict=True))
        self.biases["complaint"] = bias

    def weigh(self, text: str) -> list[float]:
        """As `Heads.weigh` will."""
        groups = list(groups_of(text, signs=self.signs))
        size = np.sqrt(max(len(groups), 1))
        return [sum(self.weights[one].get(group, 0.0) for group in groups) / size + self.biases[one] for one in HEADS]

    def write(self, path: Path) -> None:
        """The groups that say most, in steps that fit into a byte."""
        most = {
            group: max(abs(self.weights[one].get(group, 0.0)) for one in HEADS)
            for group in set().union(*self.weights.values())
        }
        groups = sorted(sorted(most, key=lambda group: -most[group])[:MOST_GROUPS])
        table = np.array([[self.weights[one].get(group, 0.0) for one in HEADS] for group in groups])
        steps = np.maximum(np.quantile(np.abs(table), 0.999, axis=0), 1e-6) / 127
        bytes_of = np.clip(np.rint(table / steps) + 128, 0, 255).astype(np.uint8)
        biases = [self.biases[one] for one in HEADS]
        head = {
            "steps": [round(one, 6) for one in steps.tolist()],
            "biases": biases,
            "signs": self.signs,
            "groups": groups,
        }
        body = json.dumps(head, ensure_ascii=False).encode() + b"\n" + bytes_of.T.tobytes()
        path.write_bytes(zlib.compress(body, 9))
        print(path.name, len(most), "groups,", len(groups), "kept,", path.stat().st_size, "bytes")


def judge(rows: np.ndarray, moods: Sequence[str], complaints: np.ndarray) -> dict[str, Any]:
    """The weights of what counts, for moods and for complaints."""
    by_mood = LogisticRegression(C=STRENGTH, max_iter=5_000).fit(rows, moods)
    of_complaints = LogisticRegression(C=STRENGTH, max_iter=5_000).fit(rows, complaints)
    own = {
        mood: [*by_mood.coef_[at].tolist(), float(by_mood.intercept_[at])] for at, mood in enumerate(by_mood.classes_)
    }
    return {
        "moods": {mood: _rounded(own[mood]) for mood in MOODS},
        "complaint": _rounded([*of_complaints.coef_[0].tolist(), float(of_complaints.intercept_[0])]),
    }


def _rounded(weights: Sequence[float]) -> list[float]:
    return [round(one, 4) for one in weights]


def signs_by(made: Made, language: str, phrase: Phrase, lot: np.random.Generator) -> list[float]:
    """What counts of a phrase, where each cue of it is overlooked as often as those of other people's words are."""
    known = cues_of(language)
    assert known is not None
    cues = [one for one in known.find(phrase.text) if lot.random() >= OVERLOOKED]
    return signs_of(phrase.text, cues, made.weigh(phrase.text))


def folds_of(count: int) -> np.ndarray:
    """Which fold each phrase is in: blocks of neighbours, since phrases on the same lines are alike in all languages."""
    return np.arange(count) // 4 % FOLDS


def main() -> None:
    """All models, and the weights."""
    HERE.mkdir(parents=True, exist_ok=True)
    rows, moods, complaints, spoken, folds, texts = [], [], [], [], [], []
    lot = np.random.default_rng(7)
    for language in LANGUAGES:
        phrases = read_phrases(language)
        print(language, "…", flush=True)
        made = Made(language, phrases)
        made.write(HERE / f"{language}.model")
        fold = folds_of(len(phrases))
        for part in range(FOLDS):
            made.learn_complaints([one for one, own in zip(phrases, fold, strict=True) if own != part])
            for one in (one for one, own in zip(phrases, fold, strict=True) if own == part for _ in range(TIMES)):
                rows.append(signs_by(made, language, one, lot))
                moods.append(one.mood)
                complaints.append(int("c" in one.marks))
                spoken.append(language)
                texts.append(one.text)
                folds.append(part)
    table, told = np.array(rows), np.array(complaints)
    held = cross_judge(table, moods, told, np.array(folds))
    found = judge(table, moods, told)
    if len(sys.argv) > 1:
        for at in np.argsort(held):
            if told[at]:
                print(f"{held[at]:.3f}", spoken[at], texts[at])
            elif held[at] > 0.5:
                print(f"      {held[at]:.3f}", spoken[at], texts[at])
    found["complaint_from"] = thresholds(held, told, np.array(spoken))
    (HERE / "weights.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    for name, *weights in zip((*SIGNS, "always"), found["complaint"], *found["moods"].values(), strict=True):
        print(f"{name:12}", *(f"{one:7.2f}" for one in weights))


def cross_judge(table: np.ndarray, moods: Sequence[str], told: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """How probable a complaint each phrase is to weights that hadn't seen it; prints how well moods are told likewise."""
    held, right = np.zeros(len(told)), 0
    for part in range(FOLDS):
        out = folds == part
        rest = [mood for mood, own in zip(moods, out, strict=True) if not own]
        by_mood = LogisticRegression(C=STRENGTH, max_iter=5_000).fit(table[~out], rest)
        right += sum(by_mood.predict(table[out]) == [mood for mood, own in zip(moods, out, strict=True) if own])
        model = LogisticRegression(C=STRENGTH, max_iter=5_000).fit(table[~out], told[~out])
        held[out] = model.predict_proba(table[out])[:, 1]
    print(f"moods of phrases that weren't seen: {right / len(told):.3f}")
    return held


def thresholds(held: np.ndarray, told: np.ndarray, spoken: np.ndarray) -> dict[str, float]:
    """By language the highest probability from which on so many complaints are heard; prints what precision that leaves."""
    found = {}
    for language in LANGUAGES:
        own = held[(spoken == language) & (told == 1)]
        least = float(np.sort(own)[int(len(own) * (1 - RECALL))])
        found[language] = round(max(LEAST, least * 0.95), 3)
        heard = (spoken == language) & (held >= found[language])
        print(language, found[language], "recall", (own >= found[language]).mean(), "precision", told[heard].mean())
    found[""] = round(min(found.values()), 3)
    return found


if __name__ == "__main__":
    main()
