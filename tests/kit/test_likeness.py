"""Texts are ranked by what they say of another one, in each form of its words and in any script."""

from hypothesis import given
from hypothesis import strategies as some

from lyhord.kit.likeness import Ranking, grams_of

TEXTS = ["Beställningen har inte kommit fram", "Fakturan är fel", "Jag vill byta lösenord", "发票什么时候寄出"]


def best(asked: str) -> int:
    scores = Ranking(TEXTS).scores(asked)
    return max(range(len(scores)), key=scores.__getitem__)


def test_a_word_is_found_in_its_forms() -> None:
    assert best("fakturor") == 1
    assert best("beställningar") == 0


def test_scripts_without_spaces_are_found_by_pairs_of_signs() -> None:
    assert best("我的发票") == 3
    assert grams_of("发票") == ["发票"]


def test_what_everybody_says_counts_less_than_what_one_says() -> None:
    scores = Ranking(["parcel parcel late", "parcel invoice", "parcel"]).scores("parcel invoice")
    assert scores.index(max(scores)) == 1


@given(some.lists(some.text(max_size=40), max_size=6), some.text(max_size=40))
def test_shares_are_shares_and_what_has_nothing_in_common_has_none(texts: list[str], asked: str) -> None:
    for text, share in zip(texts, Ranking(texts).shares(asked), strict=True):
        assert 0 <= share <= 1 + 1e-9
        if not set(grams_of(text)) & set(grams_of(asked)):
            assert share == 0
