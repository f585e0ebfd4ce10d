"""The sets with moods, each split into what models are made from and what measures them; looked for in `../shared/data`.

GoEmotions (CC BY 4.0), XED (CC BY 4.0) and ABSAbank-Imm (CC BY 4.0) may make what ships. NoReC (CC BY-NC 4.0) only measures.
"""

import json
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lyhord.hearing.mood.cues import cues_of
from lyhord.hearing.reasons.seeding import read_seeds

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
PHRASES = Path(__file__).parent / "mood_phrases"
LANGUAGES = ("en", "fi", "nb", "sv", "zh")
_ANGER, _DISGUST, _FEAR, _JOY, _SADNESS, _TRUST = 1, 3, 4, 5, 6, 8
"""Of XED, after Plutchik."""
_XED = {
    "en": "en-annotated",
    "fi": "fi-annotated",
    "nb": "no-projections",
    "sv": "sv-projections",
    "zh": "zh-projections",
}
_GO_BAD, _GO_JOY, _GO_ANGER = {0, 1, 2, 5}, 3, 0
_LABELS = re.compile(r"\d(?:, ?\d)*")
"""A few lines have something else there."""
HELD_OUT = 5
"""One line of so many of XED measures, and makes nothing."""
_MIXED = frozenset({"late", "refund"})
"""Reasons whose phrases may be complaints or not."""
_SEEDS = "0"
"""Of which part of those phrases moods are learnt: the later ones were tried, and cost anger and threats (docs/models/complaints.md)."""
MOODS = {"a": "angry", "u": "unhappy", "h": "happy", "d": "delighted"}


class Felt(NamedTuple):
    """A text with what it shows, 1 or 0, None where its set doesn't say."""

    text: str
    bad: int | None
    good: int | None
    angry: int | None


class Phrase(NamedTuple):
    """A line of ours: what a customer might write. `marks` has c for a complaint, r urgent, x leaving, l legal, p public, t thanks."""

    text: str
    mood: str
    marks: str


def read_absabank(part: str) -> list[Felt]:
    """Swedish debate by paragraph, from 1 to 5; `part` is train or dev."""
    lines = (DATA / "absabank_imm" / f"absabank-imm_{part}.jsonl").read_text(encoding="utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line]
    return [Felt(row["text"], int(row["label"] < 2.5), int(row["label"] > 3.5), None) for row in rows]


def read_goemotions(part: str) -> list[Felt]:
    """English comments; `part` is train or dev."""
    found = []
    for line in (DATA / "goemotions" / f"{part}.tsv").read_text(encoding="utf-8").split("\n"):
        if not line:
            continue
        text, labels, _ = line.split("\t")
        felt = set(map(int, labels.split(",")))
        found.append(Felt(text, int(bool(felt & _GO_BAD)), int(_GO_JOY in felt), int(_GO_ANGER in felt)))
    return found


def read_xed(language: str, part: str) -> list[Felt]:
    """Lines of subtitles; `part` is train or dev, by a hash of the text, so that no line is in both."""
    found = []
    for line in (DATA / "xed" / f"{_XED[language]}.tsv").read_text(encoding="utf-8").split("\n"):
        text, _, labels = line.partition("\t")
        if not _LABELS.fullmatch(labels) or (zlib.crc32(text.strip().lower().encode()) % HELD_OUT == 0) != (
            part == "dev"
        ):
            continue
        felt = set(map(int, labels.replace(" ", "").split(",")))
        bad, good = bool(felt & {_ANGER, _DISGUST, _FEAR, _SADNESS}), bool(felt & {_JOY, _TRUST})
        found.append(Felt(text, int(bad), int(good), int(_ANGER in felt)))
    return found


def read_norec(part: str) -> list[tuple[str, str]]:
    """Norwegian sentences of reviews with Negative, Neutral or Positive. Non-commercial: nothing that ships is made from them."""
    rows = json.loads((DATA / "norec_sentence" / f"3class_{part}.json").read_text(encoding="utf-8"))
    return [(row["text"], row["label"]) for row in rows]


def read_shipped(language: str) -> list[Felt]:
    """All that may make the model of a language."""
    felt = read_xed(language, "train")
    if language == "sv":
        felt += read_absabank("train")
    return felt + read_goemotions("train") if language == "en" else felt


def read_phrases(language: str) -> list[Phrase]:
    """Our own, `tools/mood_phrases`, and behind them those by which reasons are told from the first minute."""
    own = _phrases((PHRASES / f"{language}.tsv").read_text(encoding="utf-8").split("\n"))
    seeds = [
        _seed(one.text, one.key, language)
        for one in read_seeds()
        if one.language == language and one.key not in _MIXED and one.part == _SEEDS
    ]
    return [*own, *seeds]


def _seed(text: str, key: str, language: str) -> Phrase:
    """Complaints and praise are what they are; how strong, their cues say."""
    cues = cues_of(language)
    kinds = {one.kind for one in cues.find(text)} if cues else set()
    if key == "complaint":
        return Phrase(text, "angry" if kinds & {"swear", "anger"} else "unhappy", "c")
    if key == "praise":
        return Phrase(text, "delighted" if "delight" in kinds else "happy", "t" if "thanks" in kinds else "")
    return Phrase(text, "neutral", "")


def _phrases(lines: Sequence[str]) -> Iterator[Phrase]:
    for line in filter(None, lines):
        marks, _, text = line.partition("\t")
        mood = next((MOODS[one] for one in marks if one in MOODS), "neutral")
        yield Phrase(text, mood, marks)
