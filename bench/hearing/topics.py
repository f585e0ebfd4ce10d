"""How well themes are found in talk that nobody labelled, their number unknown: normalised mutual information with the intents that people
gave, beside TF-IDF and k-means of scikit-learn in the same run, which is told their number.

DSTC11 track 2's development utterances (NatCS, CDLA-Permissive-2.0): 913 calls to an insurance with 22 intents. It isn't ours to hand out:
it is looked for in `../shared/data`. What numbers there are in the method were chosen on banking77.
"""

import json
import time
from collections.abc import Sequence

from bench.hearing import DATA, need
from bench.hearing.points import installed
from bench.record import Row, record
from lyhord.hearing.reasons.embedders import Embedder
from lyhord.hearing.themes.clusters import label

LEAST = 0.86
PLAIN = 0.9
"""The share of it that the plain installation has to reach."""


def main() -> None:
    """Measure, print and record."""
    need("dstc11_natcs")
    texts, intents = read_texts()
    base = agreement(intents, by_means(texts, len(set(intents))))
    print(f"{len(texts)} utterances, {len(set(intents))} intents; TF-IDF and k-means, told how many: NMI {base:.3f}")
    rows = [measure("without extras", texts, intents, base, None)]
    for name, embedder in installed().items():
        rows.append(measure(f"with the extra {name}", texts, intents, base, embedder))
        embedder.keep()
    record(*rows)


def measure(name: str, texts: Sequence[str], intents: Sequence[str], base: float, embedder: Embedder | None) -> Row:
    """NMI of what is found."""
    start = time.process_time()
    found = label(texts, embedder)
    seconds = time.process_time() - start
    figure = agreement(intents, found)
    least = LEAST if embedder else round(LEAST * PLAIN, 3)
    print(f"{name}: NMI {figure:.3f}, {len(set(found))} themes, {seconds:.1f} s (to reach: {least})")
    return Row(
        f"hearing, themes {name}: NMI",
        "TF-IDF and k-means beside, told how many",
        len(texts),
        round(figure, 3),
        "NMI",
        round(base, 3),
        round(figure / base, 2),
        f"at least {least}",
        figure >= least,
    )


def by_means(texts: Sequence[str], count: int) -> list[int]:
    """The baseline."""
    from sklearn.cluster import KMeans  # noqa: PLC0415 - heavy, and the other parts spare it
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - as above

    rows = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2).fit_transform(texts)
    return list(map(int, KMeans(count, n_init=10, random_state=0).fit_predict(rows)))


def agreement(right: Sequence[str], found: Sequence[int]) -> float:
    """Normalised mutual information, from 0 to 1."""
    from sklearn.metrics import normalized_mutual_info_score  # noqa: PLC0415 - as above

    return float(normalized_mutual_info_score(right, found))


def read_texts() -> tuple[list[str], list[str]]:
    """Utterances and their intents."""
    lines = (DATA / "dstc11_natcs" / "development.jsonl").read_text().splitlines()
    said = [json.loads(line) for line in lines]
    return [one["utterance"] for one in said], [one["intent"] for one in said]
