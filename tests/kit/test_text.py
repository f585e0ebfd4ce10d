"""Text from outside: what may be stored, compared, shown and searched. Properties over any text, and the cases that hurt others."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.kit.text import MOST_MARKS, clean, clean_name, fold, fold_email, preview, segment

ODD = st.sampled_from(
    "\x00\x07\r\n\t\u0301\u0344\u0958\u200d\u200b\u202e\ufeff\ud800\udfff\u1100\u1161\u3164\U0001f1f8\U0001f468👩🏽é"
)
ANY = st.one_of(st.text(), st.text(ODD), st.text(st.one_of(ODD, st.characters())))


def longest_run_of_marks(text: str) -> int:
    """How many combining marks stand in a row at most."""
    longest = run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character)[0] == "M" else 0
        longest = max(longest, run)
    return longest


@given(ANY, st.integers(1, 300))
def test_clean_text_can_be_stored_anywhere(text: str, limit: int) -> None:
    result = clean(text, limit)
    result.encode()
    assert len(result) <= limit
    assert not [c for c in result if unicodedata.category(c) == "Cc" and c not in "\n\t"]
    assert unicodedata.is_normalized("NFC", result)
    assert longest_run_of_marks(result) <= MOST_MARKS


@given(ANY, st.integers(1, 300))
def test_cleaning_twice_changes_nothing(text: str, limit: int) -> None:
    once = clean(text, limit)
    assert clean(once, limit) == once


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"])))
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    normal = unicodedata.normalize("NFC", text)
    assert clean(normal, 10_000) == normal


def test_what_cannot_be_stored_is_replaced_where_it_stood() -> None:
    assert clean("a\x00b\ud800c\x07d", 100) == "a\ufffdb\ufffdcd"
    assert clean("one\r\ntwo\rthree\u2028four\tfive", 100) == "one\ntwo\nthree\nfour\tfive"


def test_ten_thousand_marks_on_one_letter_become_eight() -> None:
    assert longest_run_of_marks(clean("Z" + "\u0327\u0301" * 5_000 + "x", 100)) in (MOST_MARKS - 1, MOST_MARKS)
    assert clean("x" + "\u0301" * 10_000_000, 100)[0] == "x"


@pytest.mark.parametrize(
    ("whole", "limit", "kept"),
    [
        ("ab👩‍👩‍👧", 4, "ab"),
        ("a🇸🇪🇫🇮", 4, "a🇸🇪"),
        ("abx\u0330\u0330", 4, "ab"),
        ("👍🏽👍🏽", 3, "👍🏽"),
        ("❤️❤️", 3, "❤️"),
        ("hello", 3, "hel"),
    ],
)
def test_a_cut_goes_between_characters_as_people_see_them(whole: str, limit: int, kept: str) -> None:
    assert clean(whole, limit) == kept


@given(ANY)
def test_a_name_is_one_line_that_cannot_turn_the_page_around(text: str) -> None:
    name = clean_name(text)
    assert len(name) <= 120
    assert name == name.strip()
    assert not set(name) & set(
        "\n\r\t\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff\u00ad"
    )
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Anna   Berg ", "Anna Berg"),
        ("Anna\u202egreB", "AnnagreB"),
        ("Ad\u200bmin\ufeff", "Admin"),
        ("Anna\u200dBerg", "AnnaBerg"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u3164\u2800", ""),
        ("Åse\nLund", "Åse Lund"),
        ("👩‍👧", "👩‍👧"),
        ("王小明", "王小明"),
    ],
)
def test_names(written: str, kept: str) -> None:
    assert clean_name(written) == kept


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        (" Anna.Berg+Shop@Example.COM ", "anna.berg+shop@example.com"),
        ("info@BÜCHER.example", "info@xn--bcher-kva.example"),
        ("info@xn--bcher-kva.example", "info@xn--bcher-kva.example"),
        ("Åsa@example.com", "åsa@example.com"),
        ("a\x00b@example.com", "a\ufffdb@example.com"),
        ("not an address", "not an address"),
        ("", ""),
    ],
)
def test_addresses_are_folded(written: str, folded: str) -> None:
    assert fold_email(written) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mi\u212ae@example.com", "mike@example.com"),
        ("x@straße.example", "x@strasse.example"),
        ("\uff41@example.com", "a@example.com"),
    ],
)
def test_addresses_that_differ_for_a_mail_server_differ_for_us(one: str, other: str) -> None:
    assert fold_email(one) != fold_email(other)


@given(ANY)
def test_folding_an_address_twice_changes_nothing(text: str) -> None:
    assert fold_email(fold_email(text)) == fold_email(text)


def test_each_scheme_folds_by_its_own_rule() -> None:
    assert fold("tel", " +46 (0)70-123 45 67") == "+460701234567"
    assert fold("tel", "\uff14\uff16+7") == "467"
    assert fold("email", "A@B.se") == "a@b.se"
    assert fold("webchat", " Visitor-Aa ") == "Visitor-Aa"
    assert fold("webchat", "Å\u200bse") == "Åse"


@given(ANY, st.integers(2, 200))
def test_a_preview_is_one_short_line(text: str, limit: int) -> None:
    line = preview(text, limit)
    assert len(line) <= limit
    assert "\n" not in line


def test_a_preview_says_when_more_follows() -> None:
    assert preview("Hello\n\n  there") == "Hello there"
    assert preview("word " * 100, 12) == "word word w…"
    assert preview("ab👩‍👩‍👧" * 3, 5) == "ab…"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, World-42!", ["hello", "world", "42"]),
        ("Malmö ÅÄÖ straße", ["malmo", "aao", "strasse"]),
        ("ＡＢＣ ﬁn", ["abc", "fin"]),
        ("我要退款", ["我要", "要退", "退款", "款"]),
        ("退", ["退"]),
        ("iPhone手机", ["iphone", "手机", "机"]),
        ("ひらがな", ["ひら", "らが", "がな", "な"]),
        ("한국어", ["한국", "국어", "어"]),
        ("हिन्दी", ["हिन्दी"]),
        ("Їжак", ["іжак"]),
        ("a_b c__d", ["a", "b", "c", "d"]),
        ("\u0301\u200d", []),
        ("", []),
    ],
)
def test_search_words(text: str, words: list[str]) -> None:
    assert [unicodedata.normalize("NFC", word) for word in segment(text)][: len(words)] == words


@given(ANY)
def test_search_words_can_stand_in_an_index(text: str) -> None:
    for word in segment(clean(text, 1000)):
        word.encode()
        assert word
        assert len(word) <= 64 or not word.isascii()
        assert not set(word) & set(" \"'*()^:+-_\x00")


@given(st.text(st.characters(codec="ascii")))
def test_the_short_way_for_ascii_agrees_with_the_long_one(text: str) -> None:
    assert segment(text) == segment("ö " + text)[1:]
