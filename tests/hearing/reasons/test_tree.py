"""What the probabilities of a model mean in a tree of reasons."""

from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lyhord.hearing.reasons.model import DEFAULTS, Guess, Reason, Tree, weigh
from lyhord.hearing.reasons.seeding import LANGUAGES, list_examples, list_keys, read_seeds

TREE = Tree(
    [
        Reason("delivery"),
        Reason("late", "delivery"),
        Reason("damaged", "delivery"),
        Reason("payment"),
        Reason("old", archived=True),
        Reason("twin", archived=True, merged_into="payment"),
        Reason("deep", "old", archived=True),
    ]
)


def test_a_reason_is_as_likely_as_it_and_all_below_it() -> None:
    told = [("late", 0.5), ("delivery", 0.45), ("payment", 0.05)]
    assert weigh(told, TREE, 0.9).sure == ("delivery", 0.95)
    assert weigh(told, TREE, 0.99).sure is None


def test_the_deepest_reason_that_is_sure_enough_is_told() -> None:
    assert weigh([("late", 0.93), ("delivery", 0.05)], TREE, 0.9).sure == ("late", 0.93)


def test_of_what_was_archived_counts_what_it_stands_for() -> None:
    assert weigh([("twin", 0.6), ("payment", 0.35), ("old", 0.05)], TREE, 0.9).sure == ("payment", 0.95)
    assert TREE.stands_for("twin") == "payment"
    assert TREE.stands_for("old") is TREE.stands_for("deep") is TREE.stands_for("nobody knows it") is None


def test_where_nothing_is_sure_the_likeliest_three_are_offered() -> None:
    told = [("payment", 0.4), ("late", 0.3), ("damaged", 0.2), ("delivery", 0.1)]
    assert weigh(told, TREE, 0.9) == Guess(None, (("payment", 0.4), ("late", 0.3), ("damaged", 0.2)))


def test_whoever_asks_for_a_reason_means_what_is_below_it_and_what_was_merged_into_it() -> None:
    assert TREE.within(["delivery"]) == ["damaged", "delivery", "late"]
    assert TREE.within(["payment"]) == ["payment", "twin"]


def test_two_that_were_merged_into_each_other_stand_for_nothing() -> None:
    ring = Tree([Reason("a", archived=True, merged_into="b"), Reason("b", archived=True, merged_into="a")])
    assert ring.stands_for("a") is None
    assert ring.within(["a"]) == ["a", "b"]


@given(some.dictionaries(some.sampled_from([one.id for one in TREE.all]), some.floats(0, 1), max_size=7))
def test_what_is_sure_reaches_the_threshold_and_is_in_use(shares: dict[str, float]) -> None:
    whole = sum(shares.values()) or 1.0
    told = sorted(((label, share / whole) for label, share in shares.items()), key=lambda one: -one[1])
    guess = weigh(told, TREE, 0.8)
    named = [*guess.perhaps, *([guess.sure] if guess.sure else [])]
    assert all(not TREE.by_id[label].archived for label, _ in named)
    assert guess.sure is None or 0.8 <= guess.sure[1] <= 1.0
    assert len({label for label, _ in named}) == len(named)


def test_every_reason_has_phrases_in_every_language_and_no_phrase_means_two() -> None:
    seeds = read_seeds()
    keys = list_keys()
    assert set(DEFAULTS) < set(keys)
    for language in LANGUAGES:
        texts = [one.text for one in seeds if one.language == language]
        assert len({text.lower() for text in texts}) == len(texts)
        for key in keys:
            own = [one.text for one in seeds if (one.key, one.language) == (key, language)]
            assert len(own) >= (12 if key in DEFAULTS else 7), (key, language, len(own))


def test_all_phrases_of_a_reason_teach_as_much_as_those_of_another_and_none_measures_its_own_hand() -> None:
    weights, hands = defaultdict[str, float](float), Counter[tuple[str, str]]()
    for one in read_seeds():
        weights[one.key] += one.weight
        hands[one.hand, one.language] += 1
    assert max(weights.values()) == pytest.approx(min(weights.values()))
    assert sum(weights.values()) == pytest.approx(len(read_seeds()))
    assert all(hands["hand 1", one] and hands["hand 2", one] + hands["hand 3", one] for one in LANGUAGES)
    assert {one.group for one in list_examples()} == {f"hand {number}" for number in range(1, 15)}
    assert {one.voice for one in list_examples() if one.group != "hand 1"} == {1}
