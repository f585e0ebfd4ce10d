"""Which words of a text spoke for a label, and which other texts are like it."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from lyhord.hearing.reasons.grams import LONGEST_SIGNS, SHORTEST, is_signs, pieces_of, words_of
from lyhord.hearing.reasons.linear import OfGrams
from lyhord.hearing.reasons.vocabulary import Vocabulary

MOST = 5
LEAST_SHARE = 0.1
"""Of what the strongest word says: what says less isn't named."""


def words_for(grams: OfGrams, text: str, label: int) -> list[str]:
    """The words that spoke most for a label, the strongest first, small as they are compared; at most five, none where none did."""
    said = grams.said_by(text, label)
    pieces = pieces_of(text)
    shared = _share_pairs(grams, pieces, said)
    of_piece: dict[str, float] = {}
    for piece in pieces:
        groups = grams.vocabulary.groups_of(piece)
        if is_signs(piece):
            for found, much in _of_signs(grams, piece, said, shared):
                of_piece[found] = of_piece.get(found, 0.0) + much
        elif piece not in of_piece:
            of_piece[piece] = shared.get(piece, 0.0) + sum(said[at] for at in set(groups))
    ordered = sorted(of_piece.items(), key=lambda one: -one[1])
    strongest = ordered[0][1] if ordered else 0.0
    return [piece for piece, much in ordered[:MOST] if much > 0 and much >= LEAST_SHARE * strongest]


def _share_pairs(grams: OfGrams, pieces: list[str], said: dict[int, float]) -> dict[str, float]:
    """What each word says by itself, and its half of what it says with its neighbours."""
    words, shared = words_of(pieces), dict[str, float]()
    for word in dict.fromkeys(words):
        place = grams.vocabulary.place_of_words(word)
        shared[word] = said[place] if place is not None else 0.0
    for one, other in dict.fromkeys(pairwise(words)):
        place = grams.vocabulary.place_of_words(f"{one} {other}")
        if place is not None:
            shared[one] += said[place] / 2
            shared[other] += said[place] / 2
    return shared


def _of_signs(grams: OfGrams, run: str, said: dict[int, float], shared: dict[str, float]) -> list[tuple[str, float]]:
    """Stretches of signs that speak for the label, each with how much: signs have no spaces between words."""
    much = [shared.get(sign, 0.0) for sign in run]
    for size in range(SHORTEST, LONGEST_SIGNS + 1):
        for at in range(len(run) - size + 1):
            place = grams.vocabulary.place_of_letters(run[at : at + size])
            for sign in range(at, at + size) if place is not None else ():
                much[sign] += said[place or 0] / size
    found, start = [], 0
    for at in range(len(run) + 1):
        if at == len(run) or much[at] <= 0:
            if at > start:
                found.append((run[start:at], sum(much[start:at])))
            start = at + 1
    return found


def most_like(vocabulary: Vocabulary, text: str, others: Sequence[str], most: int) -> list[tuple[int, float]]:
    """Places of the other texts that share most with this one, and how much, from 0 to 1; the most like first, none that share nothing."""
    own = np.zeros(len(vocabulary), np.float32)
    places, values = vocabulary.weigh(text)
    own[places] = values
    like = [float(values @ own[places]) for places, values in map(vocabulary.weigh, others)]
    order = sorted(range(len(others)), key=lambda at: -like[at])[:most]
    return [(at, min(1.0, like[at])) for at in order if like[at] > 0]
