"""The texts that reasons are measured on, split once and for all by checksums."""

import csv
import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np

from bench.hearing import DATA

PARTS = 5


class Said(NamedTuple):
    """A text and its label; `same` is alike in all translations of a text."""

    text: str
    label: str
    language: str = "en"
    same: int = 0


def fold_of(text: str, salt: str = "") -> int:
    """Which of five parts a text is in, whatever its capitals."""
    return crc32((salt + text.lower()).encode()) % PARTS


def banking() -> tuple[list[Said], list[Said]]:
    """What may be learnt from, and what is measured on: 8,089 and 1,914 questions to a bank with 77 reasons."""
    with (DATA / "banking77" / "train.csv").open(newline="") as lines:
        said = [Said(row["text"].strip(), row["category"]) for row in csv.DictReader(lines)]
    return [one for one in said if fold_of(one.text)], [one for one in said if not fold_of(one.text)]


def draw(said: Sequence[Said], each: int, seed: int) -> tuple[list[Said], list[Said]]:
    """So many of each label, and the others."""
    order = np.random.default_rng(seed).permutation(len(said)).tolist()
    taken: list[int] = []
    counts: dict[str, int] = {}
    for at in order:
        if counts.get(said[at].label, 0) < each:
            counts[said[at].label] = counts.get(said[at].label, 0) + 1
            taken.append(at)
    left = set(range(len(said))) - set(taken)
    return [said[at] for at in sorted(taken)], [said[at] for at in sorted(left)]


def without(said: Sequence[Said], seed: int, share: float = 0.25) -> set[str]:
    """A share of the labels, by chance: those that are taken out."""
    labels = sorted({one.label for one in said})
    return set(np.random.default_rng(seed).permutation(labels)[: round(share * len(labels))].tolist())


def requests() -> dict[str, list[Said]]:
    """xSID's 300 short requests of 15 kinds by language: English, Danish, Bokmål, Chinese. `same` is a request's place in all of them."""
    return {
        language: [Said(text, label, language, at) for at, (text, label) in enumerate(_blocks(DATA / "xsid" / name))]
        for language, name in {
            "en": "en.valid.conll",
            "da": "da.valid.conll",
            "nb": "no.valid.conll",
            "zh": "zh.valid.conll",
        }.items()
    }


def seeds(languages: Collection[str]) -> list[Said]:
    """Our own phrases for these kinds, written before anything of xSID but its English was read."""
    written = json.loads((Path(__file__).parent / "requests.json").read_text())
    return [
        Said(text, label, language)
        for language in languages
        for label, texts in written[language].items()
        for text in texts
    ]


def turns() -> list[str]:
    """What customers said in multidogo's dialogues, a turn a text."""
    found = []
    for path in sorted((DATA / "multidogo").glob("*.tsv")):
        with path.open(newline="") as lines:
            rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            found += [row["utterance"] for row in rows if row["utterance"]]
    return found


def _blocks(path: Path) -> list[tuple[str, str]]:
    found = []
    for block in path.read_text().split("\n\n"):
        told = dict(line[2:].split(" = ", 1) for line in block.splitlines() if line.startswith("# ") and " = " in line)
        if told.get("text") and told.get("dialect", "B") == "B":
            found.append((told["text"], told["intent"]))
    return found
