"""Which texts to ask a person about next."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyhord.hearing.reasons.asking import RANDOM_SHARE, next_to_ask
from lyhord.hearing.reasons.learner import Classifier, train
from tests.hearing.reasons.talk import REASONS, Meanings, examples, said

MANY = dict(zip(REASONS, (70, 30, 10), strict=True))
TEXTS = [text for label, count in MANY.items() for text in said(label, count)]
LABELS = [label for label, count in MANY.items() for _ in range(count)]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load(train(examples(8)))


def test_at_first_the_middles_of_groups_are_asked_so_that_every_reason_comes_early() -> None:
    asks = next_to_ask(TEXTS, 14)
    middles = [ask for ask in asks if ask.why == "middle"]
    assert len(middles) == 12
    assert {LABELS[ask.place] for ask in middles} == set(REASONS)
    assert max(Counter(LABELS[ask.place] for ask in middles).values()) <= 8


def test_later_those_are_asked_of_which_the_model_is_unsure(classifier: Classifier) -> None:
    texts = [*said("delivery", 40, seed=3), "the invoice for my parcel", "parcel broken, I was charged twice"]
    asks = next_to_ask(texts, 3, classifier)
    told = [first[0][1] for first in classifier.tell(texts)]
    unsure = [told[ask.place] for ask in asks if ask.why == "unsure"]
    assert unsure
    assert max(unsure) <= sorted(told)[4 * 3 - 1]


def test_some_are_asked_by_chance_each_time_and_say_so() -> None:
    asks = next_to_ask(TEXTS, 40)
    assert Counter(ask.why for ask in asks) == {"random": round(40 * RANDOM_SHARE), "middle": 34}


def test_who_has_an_embedder_is_asked_about_groups_of_meaning() -> None:
    texts = ["my parcel", "the package", "paketet", "an invoice", "the bill", "broken", "kaput"]
    asks = next_to_ask(texts, 3, embedder=Meanings())
    assert len({min(ask.place // 3, 2) if ask.place < 5 else 3 for ask in asks}) == 3


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 40), st.sets(st.integers(0, len(TEXTS) - 1)), st.booleans(), st.integers(0, 3))
def test_nothing_is_asked_twice_nor_what_is_answered_nor_more_than_wished(
    classifier: Classifier, most: int, answered: set[int], later: bool, seed: int
) -> None:
    known = classifier if later else None
    asks = next_to_ask(TEXTS, most, known, answered=answered, seed=seed)
    places = [ask.place for ask in asks]
    assert len(places) == len(set(places)) <= most
    assert not answered & set(places)
    assert set(places) <= set(range(len(TEXTS)))
    assert asks == next_to_ask(TEXTS, most, known, answered=answered, seed=seed)
    if most and len(answered) < len(TEXTS):
        assert asks


@pytest.mark.parametrize("texts", [[], ["one"], ["", ""], ["a", "a", "a", "a"], ["?", "我的包裹"]])
def test_few_or_strange_texts_are_asked_too(texts: list[str], classifier: Classifier) -> None:
    for known in (None, classifier):
        assert sorted(ask.place for ask in next_to_ask(texts, 10, known)) == list(range(len(texts)))
