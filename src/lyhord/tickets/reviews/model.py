"""Score cards and reviews as values, and the pure rules about them: samples, scores, agreement."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from lyhord.kit.problems import Invalid
from lyhord.kit.text import clean_name

MOST_CARDS = 50
TEXT_LIMIT = 5_000
PER_AGENT = 3
FEWEST_PAIRS = 10
"""Pairs of scores from which on agreement is told beyond what chance alone would bring."""

Key = Annotated[str, Meta(min_length=1, max_length=36)]
Text = Annotated[str, Meta(max_length=TEXT_LIMIT)]


class Criterion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is looked at, how it is judged, and how much it counts against the others. `key` names it within its card, for good."""

    key: Annotated[str, Meta(min_length=1, max_length=40, pattern="^[a-z0-9_-]+$")]
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    how: Annotated[str, Meta(max_length=400)] = ""
    weight: Annotated[int, Meta(ge=1, le=10)] = 1


class CardWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A score card to make. Each criterion is scored from 1 to `steps`, the best, or not at all where it doesn't apply."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    criteria: Annotated[tuple[Criterion, ...], Meta(min_length=1, max_length=20)]
    steps: Annotated[int, Meta(ge=2, le=10)] = 5


class Card(CardWords, frozen=True, kw_only=True):
    """A score card with its id. `removed`: no new reviews are made by it, and those that are there stay."""

    id: str
    removed: bool = False


class ReviewWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a reviewer says: by criterion a score, or None where it doesn't apply, and words if they like."""

    scores: Annotated[dict[Annotated[str, Meta(max_length=40)], int | None], Meta(max_length=20)]
    words: Text = ""


class Review(Struct, frozen=True, kw_only=True):
    """A review of what an agent did for a ticket. `share` is what it comes to, from 0 to 1; None where nothing applied.

    Times are Unix milliseconds. `answer` is what the agent says to it.
    """

    id: str
    card_id: str
    ticket_id: str
    conversation_id: str
    agent_id: str
    reviewer_id: str
    scores: dict[str, int | None]
    words: str
    share: float | None
    answer: str
    answered_at: int | None
    created_at: int
    changed_at: int


class Spread(Struct, frozen=True):
    """How one criterion was scored: how often each of 1 to `steps`, how often it didn't apply, and how many scores there are (`n`)."""

    key: str
    counts: list[int]
    not_applied: int
    n: int


class Agreement(Struct, frozen=True):
    """How two reviewers of the same tickets agree: of `n` pairs of scores `same` are the same and `near` at most one step apart.

    `kappa` is Cohen's with quadratic weights (Cohen 1968): 1 is full agreement, 0 what chance alone would bring; None of fewer than ten
    pairs, or where all scores are one and the same.
    """

    n: int
    same: int
    near: int
    kappa: float | None


def check_card(words: CardWords) -> CardWords:
    """The same, cleaned. Raises `Invalid` for a name that is empty or a criterion that stands there twice."""
    name = clean_name(words.name)
    criteria = tuple(msgspec.structs.replace(one, name=clean_name(one.name)) for one in words.criteria)
    if not name or not all(one.name for one in criteria):
        raise Invalid("A score card and its criteria need names.", fields={"name": "field.missing"})
    if len({one.key for one in criteria}) < len(criteria):
        raise Invalid("Each criterion stands once.", fields={"criteria": "field.invalid"})
    return msgspec.structs.replace(words, name=name, criteria=criteria)


def check_scores(card: CardWords, scores: Mapping[str, int | None]) -> None:
    """Raise `Invalid` unless each criterion of the card, and no other, has a score on its scale or is said not to apply."""
    if scores.keys() != {one.key for one in card.criteria}:
        raise Invalid("Score every criterion, or say that it doesn't apply.", fields={"scores": "review.every"})
    if not all(score is None or 1 <= score <= card.steps for score in scores.values()):
        raise Invalid("That score isn't on the card.", fields={"scores": "field.invalid"})


def share_of(card: CardWords, scores: Mapping[str, int | None]) -> float | None:
    """What scores come to by the weights of their criteria: 0 all at the worst, 1 all at the best; what doesn't apply counts nowhere."""
    applied = [(one.weight, score) for one in card.criteria if (score := scores.get(one.key)) is not None]
    whole = sum(weight for weight, _ in applied)
    return sum(weight * (score - 1) / (card.steps - 1) for weight, score in applied) / whole if whole else None


def pick_sample(seed: str, ticket_ids: Iterable[str], most: int) -> list[str]:
    """So many of these tickets by lot. The same seed draws the same lots, whatever the order, and a ticket that comes or goes moves no
    other: each ticket's lot is its own (a hash of seed and id), and the lowest are taken. So each is as likely as the others.
    """
    return sorted(set(ticket_ids), key=lambda one: hashlib.sha256(f"{seed} {one}".encode()).digest())[:most]


def spreads(card: CardWords, scores: Sequence[Mapping[str, int | None]]) -> list[Spread]:
    """By criterion how it was scored, in the card's order."""
    found = []
    for one in card.criteria:
        given = Counter(each[one.key] for each in scores if one.key in each)
        counts = [given[step] for step in range(1, card.steps + 1)]
        found.append(Spread(one.key, counts, given[None], sum(counts)))
    return found


def agreement(pairs: Sequence[tuple[int, int]], steps: int) -> Agreement:
    """How two reviewers agree, from the pairs of what both scored on a scale of so many steps."""
    same = sum(one == other for one, other in pairs)
    near = sum(abs(one - other) <= 1 for one, other in pairs)
    return Agreement(len(pairs), same, near, _kappa(pairs) if len(pairs) >= FEWEST_PAIRS and steps > 1 else None)


def _kappa(pairs: Sequence[tuple[int, int]]) -> float | None:
    n = len(pairs)
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    seen = sum((one - other) ** 2 for one, other in pairs) / n
    chance = sum((one - other) ** 2 * ones[one] * others[other] / n**2 for one in ones for other in others)
    return 1 - seen / chance if chance else None


def paired(reviews: Iterable[Review]) -> list[tuple[int, int]]:
    """What two reviewers scored alike or not: of each ticket the first two reviews of one card, criterion by criterion."""
    by_ticket: dict[tuple[str, str], dict[str, Review]] = {}
    for one in sorted(reviews, key=lambda one: one.id):
        by_ticket.setdefault((one.card_id, one.ticket_id), {}).setdefault(one.reviewer_id, one)
    pairs = []
    for its in by_ticket.values():
        if len(its) > 1:
            first, second = sorted(list(its.values())[:2], key=lambda one: one.reviewer_id)
            for key, score in first.scores.items():
                other = second.scores.get(key)
                if score is not None and other is not None:
                    pairs.append((score, other))
    return pairs
