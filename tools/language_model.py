"""Makes the model of languages anew: `python -m tools.language_model <wheel of lingua-language-detector 1.3.5>`, with numpy and brotli.

That package (Apache-2.0, by Peter M. Stahl; counted in the Leipzig Corpora Collection, CC BY) tells for 75 languages how often a letter
follows up to four others. How often a word begins or ends there follows from what is missing: of "och", what isn't followed by a letter.
From these counts we make a language model (Dirichlet back-off), keep the groups of letters by which languages differ most, and for each,
by how much. No text for evaluation was read; `bench/hearing/` measures.
"""

import json
import sys
import zipfile
import zlib
from collections import defaultdict
from pathlib import Path

import brotli
import numpy as np

HERE = Path(__file__).parent.parent / "src/lyhord/hearing/models"
LATIN = [
    *("en", "sv", "nb", "da", "fi", "is", "de", "nl", "fr", "es", "pt", "it", "pl"),
    *("cs", "sk", "hr", "et", "lv", "lt", "hu", "ro", "sq", "tr", "so", "vi"),
]
CYRILLIC = ["ru", "uk", "bg"]
CORE = ("en", "sv", "nb", "da", "fi", "de")
NORDIC = ("sv", "nb", "da")
SIZES = ("unigrams", "bigrams", "trigrams", "quadrigrams", "fivegrams")
LEAST = 4e-7
"""Groups of letters that are rarer in a language are left out."""
BACK_OFF = 3e-6
STEP = 0.15
"""Nats in one step of a weight."""


def read_counts(wheel: zipfile.ZipFile, language: str) -> dict[str, float]:
    """How large a share of all letters each group is, up to five long; ^ and $ stand for the edges of a word."""
    share: dict[str, float] = {}
    for size in SIZES:
        stored = wheel.read(f"lingua/language-models/{language}/{size}.json.br")
        for fraction, groups in json.loads(brotli.decompress(stored))["ngrams"].items():
            above, below = map(int, fraction.split("/"))
            for group in groups.split():
                share[group] = above / below * (share.get(group[:-1], 0.0) if len(group) > 1 else 1)
    return with_edges(share)


def with_edges(share: dict[str, float]) -> dict[str, float]:
    """The same with the beginnings and ends of words, and with whole words of up to three letters."""
    right: dict[str, float] = defaultdict(float)
    left: dict[str, float] = defaultdict(float)
    for group, much in share.items():
        if len(group) > 1:
            right[group[:-1]] += much
            left[group[1:]] += much
    ends = {group: share[group] - right[group] for group in share if len(group) < 5}
    longer: dict[str, float] = defaultdict(float)
    for group, much in ends.items():
        if len(group) > 1:
            longer[group[1:]] += max(much, 0.0)
    found = dict(share)
    found |= {f"{group}$": much for group, much in ends.items()}
    found |= {f"^{group}": share[group] - left[group] for group in ends}
    found |= {f"^{group}$": much - longer[group] for group, much in ends.items() if len(group) <= 3}
    begun = sum(much for group, much in found.items() if len(group) == 2 and group[0] == "^" and much > 0)
    found |= {"^": begun, "$": begun}
    return {group: much for group, much in found.items() if much >= LEAST or (len(group) <= 2 and much > 0)}


def make(wheel: zipfile.ZipFile, name: str, languages: list[str], most: int) -> None:
    """Write the model of one script with its `most` telling groups of letters."""
    counts = [read_counts(wheel, language) for language in languages]
    groups = sorted(set().union(*counts), key=lambda group: (len(group), group))
    shares = np.array([[one.get(group, 0.0) for one in counts] for group in groups])
    weights = weigh(groups, shares)
    telling = np.argsort(-tell(weights, shares, languages))[:most]
    kept = np.sort(telling)
    steps = np.clip(np.rint(weights[kept] / STEP) + 128, 0, 255).astype(np.uint8)
    head = json.dumps({"languages": languages, "groups": [groups[place] for place in kept], "step": STEP})
    body = zlib.compress(head.encode() + b"\n" + steps.T.tobytes(), 9)
    HERE.mkdir(parents=True, exist_ok=True)
    (HERE / f"{name}.model").write_bytes(body)
    print(name, len(groups), "groups,", len(kept), "kept,", len(body), "bytes")


def weigh(groups: list[str], shares: np.ndarray) -> np.ndarray:
    """What each group adds to the log likelihood of each language beyond what its shorter ones said, without what all have in common."""
    place = {group: at for at, group in enumerate(groups)}
    length = np.array(list(map(len, groups)))
    before = np.array([place.get(group[:-1], -1) for group in groups])
    shorter = np.array([place.get(group[1:], -1) for group in groups])
    likely = np.zeros_like(shares)
    first = length == 1
    likely[first] = (shares[first] + 1e-4) / (shares[first].sum(0) + 1e-4 * first.sum())
    for size in range(2, 6):
        rows = np.where(length == size)[0]
        context = np.where(before[rows, None] >= 0, shares[np.maximum(before[rows], 0)], 0)
        low = np.where(shorter[rows, None] >= 0, likely[np.maximum(shorter[rows], 0)], 1e-6)
        likely[rows] = (shares[rows] + BACK_OFF * low) / (context + BACK_OFF)
    logs = np.log(likely)
    added = logs.copy()
    rest = np.where(length > 1)[0]
    added[rest] -= np.where(shorter[rest, None] >= 0, logs[np.maximum(shorter[rest], 0)], np.log(1e-6))
    centred: np.ndarray = added - added.mean(1, keepdims=True)
    return centred


def tell(weights: np.ndarray, shares: np.ndarray, languages: list[str]) -> np.ndarray:
    """How much a group tells: how often it stands there, and how far it sets languages apart, above all those that are near each other."""

    def spread(some: tuple[str, ...]) -> np.ndarray:
        places = [languages.index(one) for one in some if one in languages]
        width: np.ndarray = np.ptp(weights[:, places], axis=1) if places else np.zeros(len(weights))
        return width

    often = np.array([1.0 if one in CORE or "en" not in languages else 0.1 for one in languages])
    telling: np.ndarray = ((shares * often) ** 0.75).max(1) * (
        0.3 * np.ptp(weights, axis=1) + spread(CORE) + spread(NORDIC)
    )
    return telling


def main() -> None:
    """Both models."""
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        make(wheel, "cyrillic", CYRILLIC, 6_000)
        make(wheel, "latin", LATIN, 60_000)


if __name__ == "__main__":
    main()
