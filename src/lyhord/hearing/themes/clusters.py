"""Finds what texts are alike: each is joined to those that are most like it, and the graph of them parted into communities.

    python -m lyhord.hearing.themes.clusters TASK

reads a `Task` and says its `Cluster`s. It is a program of its own since it takes a core and, for 4,200 texts, some hundred megabytes.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from lyhord.hearing.reasons.embedders import Embedder, NoEmbedderError, open_embedder
from lyhord.hearing.themes.community import communities_of
from lyhord.hearing.themes.model import EXAMPLES, LEAST
from lyhord.hearing.themes.naming import key_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float32]

NEAREST = 15
"""Texts that each is joined to. Chosen on questions to a bank, as all numbers here; measured on other data: docs/models/themes.md."""
STRENGTH = 2
"""The power of how like two are, with which they are joined: what is very like counts more."""
LEAST_LIKE = 0.05
"""Cosine below which texts aren't joined, however much others are less alike."""
LEAST_BACKGROUND = 100
"""Texts from which on an embedder takes part: what their points have in common is taken off, which says nothing among a few."""
LEAST_TEXTS = 2
"""In which words and groups of letters stand that count."""
LOOSE = 1 / 3
MOSTLY = 0.8
"""Texts in English from which on an embedder for English will do."""
ROWS = 512


class Task(Struct, frozen=True):
    """`whose` says which texts are of one conversation, `languages` in which each is, "" unknown."""

    texts: tuple[str, ...]
    whose: tuple[str, ...]
    languages: tuple[str, ...]


class Cluster(Struct, frozen=True):
    """Places of texts that are alike, those that stand for them first among `medoids`, and the words by which they are called."""

    places: tuple[int, ...]
    medoids: tuple[int, ...]
    words: tuple[str, ...]


def find_clusters(task: Task, embedder: Embedder | None = None) -> list[Cluster]:
    """What at least five conversations are about, the largest first; what is like nothing is left out."""
    if len(task.texts) < LEAST:
        return []
    near, like = nearest(task.texts, embedder)
    belongs = communities_of(joined(near, like))
    groups: dict[int, list[int]] = {}
    for place, number in enumerate(belongs):
        groups.setdefault(number, []).append(place)
    fits = _fits(belongs, near, like)
    tight = [_tight(one, fits) for one in groups.values()]
    kept = [one for one in tight if len({task.whose[at] for at in one}) >= LEAST]
    kept.sort(key=lambda one: (-len(one), one))
    names = key_words(task.texts, task.whose, kept)
    return [
        Cluster(tuple(places), _medoids(places, fits, task.whose), words)
        for places, words in zip(kept, names, strict=True)
        if words
    ]


def label(texts: Sequence[str], embedder: Embedder | None = None) -> list[int]:
    """Of each text the number of its community, small ones too: for the bench."""
    return communities_of(joined(*nearest(texts, embedder)))


def nearest(texts: Sequence[str], embedder: Embedder | None = None) -> "tuple[list[list[int]], list[list[float]]]":
    """Of each text the places of those most like it, at most 15, and how like they are, from 0 to 2: by its words and letters, and with
    an embedder by its meaning as well.
    """
    import numpy as np  # noqa: PLC0415 - an idle server spares it

    from lyhord.hearing.reasons.vocabulary import Vocabulary  # noqa: PLC0415 - as above

    weights = Vocabulary.fit(texts, least=LEAST_TEXTS).matrix(texts)
    points = _centred(embedder.embed(texts)) if embedder and len(texts) >= LEAST_BACKGROUND else None
    near: list[list[int]] = []
    like: list[list[float]] = []
    count = min(NEAREST, len(texts) - 1)
    for begin in range(0, len(texts), ROWS):
        rows = (weights[begin : begin + ROWS] @ weights.T).toarray()
        if points is not None:
            rows += np.maximum(points[begin : begin + ROWS] @ points.T, 0)
        rows[np.arange(len(rows)), np.arange(begin, begin + len(rows))] = -1
        best = np.argsort(-rows, axis=1, kind="stable")[:, :count]
        near += best.tolist()
        like += np.take_along_axis(rows, best, axis=1).tolist()
    return near, like


def joined(near: Sequence[Sequence[int]], like: Sequence[Sequence[float]]) -> list[dict[int, float]]:
    """The graph: two are joined where one is among those most like the other."""
    graph: list[dict[int, float]] = [{} for _ in near]
    for place, (others, much) in enumerate(zip(near, like, strict=True)):
        for other, one in zip(others, much, strict=True):
            if one >= LEAST_LIKE:
                graph[place][other] = graph[other][place] = one**STRENGTH
    return graph


def choose_embedder(languages: Sequence[str]) -> Embedder | None:
    """The one that is installed and knows the languages: that of many before the one for English; None where there is none."""
    english = sum(one == "en" for one in languages) >= MOSTLY * len(languages)
    for name in ("multilingual", "english") if english else ("multilingual",):
        try:
            return open_embedder(name)
        except NoEmbedderError:
            continue
    return None


def _fits(belongs: Sequence[int], near: Sequence[Sequence[int]], like: Sequence[Sequence[float]]) -> list[float]:
    """How much each is like those nearest ones that are of its community."""
    return [
        sum(one for other, one in zip(near[at], like[at], strict=True) if belongs[other] == belongs[at])
        for at in range(len(belongs))
    ]


def _tight(places: Sequence[int], fits: Sequence[float]) -> list[int]:
    """Without those that are in a community since they had to be somewhere: they fit less than a third as well as the middle one does."""
    least = LOOSE * median(fits[at] for at in places)
    return [at for at in places if fits[at] >= least]


def _medoids(places: Sequence[int], fits: Sequence[float], whose: Sequence[str]) -> tuple[int, ...]:
    """Those that are most like the others of their cluster, of different conversations where that can be."""
    ranked = sorted(places, key=lambda at: (-fits[at], at))
    first = list({whose[at]: at for at in reversed(ranked)}.values())
    return tuple(sorted(first, key=ranked.index)[:EXAMPLES])


def _centred(points: "Numbers") -> "Numbers":
    import numpy as np  # noqa: PLC0415 - an idle server spares it

    moved = points - points.mean(axis=0)
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def main() -> None:
    """See above."""
    task = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Task)
    sys.stdout.buffer.write(msgspec.json.encode(find_clusters(task, choose_embedder(task.languages))))


if __name__ == "__main__":
    main()
