"""The rules of translation: which languages, and that the company's own words come out as it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.conversations.model import Rendering, Translation
from lyhord.conversations.translation.model import Term, check_terms, code_of, guard, targets_of, with_texts

LAMP = Term("Norrsken", {})
BULB = Term("light source", {"sv": "ljuskälla"})


@pytest.mark.parametrize(
    ("language", "codes", "code"),
    [
        ("zh", ("en", "zh-Hans", "zh-Hant"), "zh-Hans"),
        ("en", ("DE", "EN-GB", "EN-US"), "EN-GB"),
        ("nb", ("no", "sv"), "no"),
        ("fi", ("en", "sv"), None),
    ],
)
def test_a_language_is_found_by_what_the_translator_calls_it(
    language: str, codes: tuple[str, ...], code: str | None
) -> None:
    assert code_of(language, codes) == code


def test_only_those_who_do_not_read_a_language_have_it_translated() -> None:
    reads = [("en", "sv"), ("sv",), ("fi", "de"), ("en", "sv")]
    assert targets_of("de", reads) == ("en", "sv")
    assert targets_of("sv", reads) == ("fi",)
    assert targets_of("en", [("en",)]) == ()


def test_the_writers_own_words_are_never_replaced() -> None:
    before = Translation("de", (Rendering("en", "It leaves", own=True),), "problem.translator_away")
    after = with_texts(before, "de", {"en": "It goes", "sv": "Den går"})
    assert after == Translation("de", (Rendering("en", "It leaves", own=True), Rendering("sv", "Den går")))


def test_words_of_the_company_come_out_as_it_says() -> None:
    guarded = guard("The light source of NORRSKEN is new", check_terms([LAMP, BULB]), "sv")
    assert guarded.text == "The [1] of [2] is new"
    assert guarded.restore("[2] har en ny [1]") == "NORRSKEN har en ny ljuskälla"
    assert guard("a light source", [BULB], "fi").restore("[1]") == "light source"


def test_a_lost_or_doubled_mark_is_noticed_and_the_words_are_kept_all_the_same() -> None:
    guarded = guard("Buy Norrsken today", [LAMP], "sv")
    assert guarded.restore("Köp idag") is None
    assert guarded.restore("Köp [1] [1]") is None
    assert guarded.join(["Köp", "idag"]) == "Köp Norrsken idag"


def test_parts_of_words_and_marks_of_the_text_itself_are_left_alone() -> None:
    assert guard("Norrskenet", [LAMP], "sv").words == ()
    guarded = guard("See [7] of Norrsken", [LAMP], "sv")
    assert guarded.restore("Se [1] av [2]") == "Se [7] av Norrsken"


@given(st.text(alphabet="ab Norskel[]01\n", max_size=60))
def test_an_echo_gives_back_any_text(text: str) -> None:
    guarded = guard(text, [LAMP], "fi")
    assert guarded.restore(guarded.text) == text
    assert guarded.join(guarded.pieces) == text


def test_one_of_each_word_is_kept_and_longer_ones_come_first() -> None:
    terms = check_terms([Term("Sky"), Term("Northern Sky "), Term("sky", {"sv": "Himmel", "fi": " "}), Term("\u200b")])
    assert terms == (Term("Northern Sky"), Term("sky", {"sv": "Himmel"}))
