"""The pure rules of reviews: scores by weight, fair lots, distributions, agreement."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lyhord.kit.problems import Invalid
from lyhord.tickets.reviews.model import (
    CardWords,
    Criterion,
    Review,
    agreement,
    check_card,
    check_scores,
    paired,
    pick_sample,
    share_of,
    spreads,
)

CARD = CardWords(
    name="Warmth",
    criteria=(Criterion(key="warm", name="Warm", weight=3), Criterion(key="right", name="Right", weight=1)),
    steps=5,
)
IDS = some.lists(some.uuids().map(str), unique=True, max_size=40)


@pytest.mark.parametrize(
    ("scores", "share"),
    [
        ({"warm": 5, "right": 5}, 1),
        ({"warm": 1, "right": 1}, 0),
        ({"warm": 5, "right": 1}, 0.75),
        ({"warm": None, "right": 2}, 0.25),
        ({"warm": None, "right": None}, None),
    ],
)
def test_scores_count_by_weight_and_what_does_not_apply_counts_nowhere(
    scores: dict[str, int | None], share: float | None
) -> None:
    assert share_of(CARD, scores) == share


@pytest.mark.parametrize("scores", [{}, {"warm": 1}, {"warm": 1, "right": 6}, {"warm": 0, "right": 1}, {"x": 1}])
def test_scores_must_fit_the_card(scores: dict[str, int | None]) -> None:
    with pytest.raises(Invalid):
        check_scores(CARD, scores)


def test_a_card_has_names_and_each_criterion_once() -> None:
    with pytest.raises(Invalid):
        check_card(CardWords(name=" ", criteria=CARD.criteria))
    with pytest.raises(Invalid):
        check_card(CardWords(name="Twice", criteria=(CARD.criteria[0], CARD.criteria[0])))


@settings(deadline=None)
@given(IDS, some.integers(0, 10), some.text(max_size=5), some.randoms())
def test_lots_are_the_same_whoever_draws_them_in_whatever_order(
    ids: list[str], most: int, seed: str, dice: object
) -> None:
    drawn = pick_sample(seed, ids, most)
    shuffled = list(ids)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert pick_sample(seed, shuffled, most) == drawn
    assert len(drawn) == min(len(ids), most)
    assert set(drawn) <= set(ids)


@settings(deadline=None)
@given(IDS, some.uuids().map(str), some.integers(1, 10))
def test_one_ticket_more_moves_at_most_one_out(ids: list[str], more: str, most: int) -> None:
    before, after = pick_sample("s", ids, most), pick_sample("s", [*ids, more], most)
    assert len(set(before) - set(after)) <= 1
    assert set(after) - set(before) <= {more}


def test_every_ticket_is_as_likely_as_the_others() -> None:
    ids = [f"t{number}" for number in range(10)]
    drawn = Counter(one for seed in range(2_000) for one in pick_sample(str(seed), ids, 3))
    assert all(drawn[one] == pytest.approx(600, rel=0.15) for one in ids)


def test_a_distribution_tells_every_score_and_how_many_there_are() -> None:
    told = spreads(CARD, [{"warm": 5, "right": None}, {"warm": 5, "right": 1}, {"warm": 2}])
    assert [(one.key, one.counts, one.not_applied, one.n) for one in told] == [
        ("warm", [0, 1, 0, 0, 2], 0, 3),
        ("right", [1, 0, 0, 0, 0], 1, 1),
    ]


PAIRS = some.lists(some.tuples(some.integers(1, 5), some.integers(1, 5)), max_size=40)


@settings(deadline=None)
@given(PAIRS)
def test_agreement_is_the_same_from_either_side_and_full_with_oneself(pairs: list[tuple[int, int]]) -> None:
    told = agreement(pairs, 5)
    turned = agreement([(other, one) for one, other in pairs], 5)
    assert (turned.n, turned.same, turned.near) == (told.n, told.same, told.near)
    assert turned.kappa == (None if told.kappa is None else pytest.approx(told.kappa))
    alike = agreement([(one, one) for one, _ in pairs], 5)
    assert alike.same == alike.near == len(pairs)
    assert alike.kappa in (None, 1)
    assert told.same <= told.near <= told.n
    assert told.kappa is None or told.kappa <= 1
    assert len(pairs) >= 10 or told.kappa is None


def test_kappa_of_a_worked_example() -> None:
    """Weighted by squares: seen 6/10, by chance 1.0 (both score 1 and 3 half of the time, apart by two)."""
    pairs = [(1, 1)] * 4 + [(3, 3)] * 3 + [(1, 3), (3, 1), (3, 1)]
    told = agreement(pairs, 3)
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = 4 * (ones[1] * others[3] + ones[3] * others[1]) / 100
    assert told.kappa == pytest.approx(1 - 4 * 3 / 10 / chance)


def test_pairs_are_the_first_two_reviewers_of_a_ticket_by_one_card() -> None:
    def said(key: str, reviewer: str, ticket: str = "t", card: str = "c", **scores: int | None) -> Review:
        return Review(
            id=key,
            card_id=card,
            ticket_id=ticket,
            conversation_id="v",
            agent_id="a",
            reviewer_id=reviewer,
            scores=scores,
            words="",
            share=None,
            answer="",
            answered_at=None,
            created_at=0,
            changed_at=0,
        )

    told = paired(
        [
            said("1", "x", warm=1, right=None),
            said("2", "y", warm=2, right=3),
            said("3", "z", warm=5, right=5),
            said("4", "x", "u", warm=4),
            said("5", "y", "t", "other", warm=5),
        ]
    )
    assert told == [(1, 2)]
