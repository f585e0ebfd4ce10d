"""What a text is made of."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lyhord.hearing.reasons.grams import letters_of, pieces_of, words_of
from lyhord.hearing.reasons.vocabulary import Vocabulary

SAID = [
    "Where is my order?",
    "Var är min order 4711?",
    "我的订单在哪里",
    "the card was stolen",
    "Missä tilaukseni on?!",
]
TEXTS = st.text(max_size=80) | st.sampled_from(SAID)


def test_words_numbers_and_marks_are_told_apart() -> None:
    assert pieces_of("Where's my ORDER no. 4711?!") == ["where", "s", "my", "order", "no", "0000", "?", "!"]


def test_letters_of_other_widths_are_the_same_letters() -> None:
    assert pieces_of("Ｏｒｄｅｒ １２") == pieces_of("order 34")


def test_signs_stand_together_and_each_is_a_word() -> None:
    assert pieces_of("我的iPhone坏了") == ["我的", "iphone", "坏了"]
    assert words_of(["我的", "iphone"]) == ["我", "的", "iphone"]


def test_groups_of_letters_know_the_edges_of_words() -> None:
    assert list(letters_of("ab")) == [" a", "ab", "b ", " ab", "ab ", " ab "]
    assert list(letters_of("订单号")) == ["订单", "单号", "订单号"]
    assert list(letters_of("?")) == []


@given(st.lists(TEXTS, min_size=1, max_size=6), TEXTS)
def test_any_text_has_the_same_weights_each_time_and_none_is_longer_than_1(learnt: list[str], text: str) -> None:
    vocabulary = Vocabulary.fit(learnt)
    again = Vocabulary.fit(learnt)
    places, values = vocabulary.weigh(text)
    for _ in range(2):
        same_places, same_values = again.weigh(text)
        assert np.array_equal(places, same_places)
        assert np.array_equal(values, same_values)
    assert list(places) == sorted(set(places.tolist()))
    assert np.isfinite(values).all()
    assert values @ values <= 1.0001
    assert len(places) <= len(vocabulary)


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_rows_of_a_matrix_are_what_each_text_weighs(texts: list[str]) -> None:
    vocabulary = Vocabulary.fit(SAID)
    matrix = vocabulary.matrix(texts)
    assert matrix.shape == (len(texts), len(vocabulary))
    for row, text in enumerate(texts):
        places, values = vocabulary.weigh(text)
        assert np.array_equal(np.flatnonzero(matrix[row].toarray()), places[values > 0])


def test_a_text_of_which_nothing_is_known_weighs_nothing() -> None:
    vocabulary = Vocabulary.fit(["abc"])
    for text in ("", " ", "xyz", "订单", "\ud800"):
        assert len(vocabulary.weigh(text)[0]) == 0


def test_what_is_rare_weighs_more_than_what_is_everywhere() -> None:
    vocabulary = Vocabulary.fit(["my card", "my order", "my parcel"])
    weights = dict(zip(*(one.tolist() for one in vocabulary.weigh("my card")), strict=True))
    assert weights[vocabulary.place_of_words("card") or 0] > weights[vocabulary.place_of_words("my") or 0]


def test_what_stands_in_few_texts_is_left_out_and_the_frequent_are_kept() -> None:
    assert Vocabulary.fit(["my card", "my order"], least=2).words == ("my",)
    assert len(Vocabulary.fit(SAID, most=7)) == 7


def test_of_a_very_long_text_the_first_letters_count() -> None:
    vocabulary = Vocabulary.fit(["card", "order"])
    short, long = vocabulary.weigh("card " + "x " * 1000), vocabulary.weigh("card " + "x " * 1000 + "order")
    assert short[0].tolist() == long[0].tolist()
