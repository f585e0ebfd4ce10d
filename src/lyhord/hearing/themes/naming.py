"""By which words a cluster of texts is called: those that many of its texts have and few others (class-TF-IDF, Grootendorst 2022)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

from lyhord.hearing.reasons.grams import is_signs, pieces_of
from lyhord.hearing.themes.model import MOST_WORDS

LEAST_WRITERS = 3
"""Customers who used a word: a name or an address is no name of a theme."""
LEAST_LIFT = 1.5
"""By how much more often its texts have a word than all texts do."""
SHORTEST = 3
"""Letters of a word; of Chinese signs two stand for one."""


def key_words(texts: Sequence[str], whose: Sequence[str], clusters: Sequence[Sequence[int]]) -> list[tuple[str, ...]]:
    """Of each cluster, as places in `texts`, at most five words, the most telling first. `whose` says which texts are one customer's."""
    words = [words_in(text) for text in texts]
    everywhere = Counter(word for one in words for word in one)
    mean = sum(everywhere.values()) / max(1, len(clusters))
    return [_named(words, whose, cluster, everywhere, mean) for cluster in clusters]


def words_in(text: str) -> set[str]:
    """The words of a text that may name something: no numbers, nothing short; of Chinese, pairs of signs."""
    found: set[str] = set()
    for piece in pieces_of(text):
        if is_signs(piece):
            found.update(piece[at : at + 2] for at in range(len(piece) - 1))
        elif len(piece) >= SHORTEST and piece.isalpha():
            found.add(piece)
    return found


def _named(
    words: Sequence[set[str]], whose: Sequence[str], cluster: Sequence[int], everywhere: Counter[str], mean: float
) -> tuple[str, ...]:
    here = Counter(word for at in cluster for word in words[at])
    weights = {}
    for word, much in here.items():
        lift = much / len(cluster) / (everywhere[word] / len(words))
        if lift >= LEAST_LIFT or len(cluster) == len(words):
            weights[word] = much * log(1 + mean / everywhere[word])
    ranked = sorted(weights, key=lambda word: (-weights[word], word))
    used = (word for word in ranked if len({whose[at] for at in cluster if word in words[at]}) >= LEAST_WRITERS)
    return _apart(used)


def _apart(words: Iterable[str]) -> tuple[str, ...]:
    """The first few, without those that begin as another one does: `invoice` beside `invoices` says nothing."""
    found: list[str] = []
    for word in words:
        if not any(word.startswith(one) or one.startswith(word) for one in found):
            found.append(word)
        if len(found) == MOST_WORDS:
            break
    return tuple(found)
