"""Which texts to ask a person about next, so that few answers teach much. Belongs into a job: it imports scikit-learn."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from lyhord.hearing.reasons.learner import Classifier

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lyhord.hearing.reasons.embedders import Embedder

RANDOM_SHARE = 0.15
"""Of what is asked: only answers to these tell how good the model is, as nobody chose them."""
WIDE = 64
"""Numbers that are left of a text's grams where there is no embedder."""
NARROWER = 4
"""So many times as many unsure texts are looked at as are asked, so that those that are asked differ."""


class Ask(Struct, frozen=True):
    """A place among the texts, and why it was chosen: in the middle of many like it, because the model is unsure, or by chance."""

    place: int
    why: Literal["middle", "unsure", "random"]


def next_to_ask(
    texts: Sequence[str],
    most: int,
    classifier: Classifier | None = None,
    *,
    answered: Collection[int] = (),
    embedder: "Embedder | None" = None,
    seed: int = 0,
) -> list[Ask]:
    """At most `most` of the texts that aren't answered yet, in the order in which to ask. The same `seed` asks the same.

    Without a classifier those in the middle of groups of like texts, so that each kind of talk is asked about once; with one those between
    whose labels it wavers, no two alike. Each time some at random beside.
    """
    import numpy as np  # noqa: PLC0415 - an idle server spares it

    rng = np.random.default_rng(seed)
    taken = set(answered)
    left = np.array([at for at in range(len(texts)) if at not in taken], dtype=np.int64)
    if not len(left) or most < 1:
        return []
    by_chance = rng.permutation(left)[: round(most * RANDOM_SHARE)].tolist()
    left = np.setdiff1d(left, by_chance)
    open_texts = [texts[at] for at in left.tolist()]
    count = min(most - len(by_chance), len(left))
    points = points_of(open_texts, embedder)
    if classifier is None:
        chosen = [Ask(int(left[at]), "middle") for at in middles(points, count)]
    else:
        unsure = unsureness(classifier, open_texts)
        chosen = [Ask(int(left[at]), "unsure") for at in unsure_and_different(points, unsure, count)]
    found = chosen + [Ask(at, "random") for at in by_chance]
    return [found[at] for at in rng.permutation(len(found)).tolist()] if classifier else found


def points_of(texts: Sequence[str], embedder: "Embedder | None") -> "NDArray[np.float32]":
    """A row a text, of length 1 or 0: where it lies among the others."""
    import numpy as np  # noqa: PLC0415 - an idle server spares it

    if embedder is not None:
        points = embedder.embed(texts)
        points = points - points.mean(axis=0)
    else:
        from sklearn.decomposition import TruncatedSVD  # noqa: PLC0415 - is imported in a job, by who learns

        from lyhord.hearing.reasons.vocabulary import Vocabulary  # noqa: PLC0415 - as numpy

        rows = Vocabulary.fit(texts, least=2 if len(texts) > 2 * WIDE else 1).matrix(texts)
        wide = min(WIDE, min(rows.shape) - 1)
        points = TruncatedSVD(wide, random_state=0).fit_transform(rows) if wide > 1 else rows.toarray()
    return np.asarray(points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def middles(points: "NDArray[np.float32]", count: int) -> list[int]:
    """The row nearest to the middle of each of `count` groups, that of the largest group first."""
    import numpy as np  # noqa: PLC0415 - an idle server spares it
    from sklearn.cluster import MiniBatchKMeans  # noqa: PLC0415 - is imported in a job, by who learns

    if count >= len(points):
        return list(range(len(points)))
    groups = MiniBatchKMeans(count, random_state=0, n_init=3, batch_size=1024).fit(points)
    found = []
    for group in np.argsort(-np.bincount(groups.labels_, minlength=count), kind="stable"):
        members = np.flatnonzero(groups.labels_ == group)
        if len(members):
            near = points[members] @ groups.cluster_centers_[group]
            found.append(int(members[near.argmax()]))
    return found


def unsureness(classifier: Classifier, texts: Sequence[str]) -> list[float]:
    """Of each text how little the first label leads the second, from 0 to 1."""
    return [1 - (told[0][1] - told[1][1]) for told in classifier.tell(texts)]


def unsure_and_different(points: "NDArray[np.float32]", unsure: Sequence[float], count: int) -> list[int]:
    """`count` rows of which the model is unsure: the one nearest to the middle of each group of the least sure."""
    import numpy as np  # noqa: PLC0415 - an idle server spares it

    least_sure = np.argsort(-np.asarray(unsure), kind="stable")[: NARROWER * count]
    return [int(least_sure[at]) for at in middles(points[least_sure], count)]
