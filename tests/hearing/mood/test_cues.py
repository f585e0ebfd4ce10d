"""Cues: what stands in a text, the longest first, and what is denied or raised."""

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.hearing.mood.cues import KINDS, LANGUAGES, NOT, PLAIN, VERY, cues_of


def kinds(language: str, text: str) -> list[str]:
    cues = cues_of(language)
    assert cues is not None
    return [f"no {one.kind}" if one.denied else one.kind for one in cues.find(text)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_a_language_is_of_a_known_kind_and_there_are_well_over_150_phrases(language: str) -> None:
    lines = files("lyhord.hearing.mood").joinpath(f"cues/{language}.txt").read_text().splitlines()
    assert {line.partition(":")[0] for line in lines} == {*KINDS, NOT, VERY, PLAIN}
    assert len({phrase for line in lines for phrase in line.partition(": ")[2].split(", ")}) > 200


@pytest.mark.parametrize(
    ("language", "text", "heard"),
    [
        ("en", "My solicitor will write to you", ["legal"]),
        ("sv", "Jag anmäler er till ARN", ["legal", "legal"]),
        ("nb", "Saken går til Forbrukerrådet", ["legal"]),
        ("fi", "Vien tämän kuluttajariitalautakuntaan", ["legal"]),
        ("zh", "不解决我就打12315", ["legal"]),
        ("da", "Jeg klager til Forbrugerklagenævnet", ["demand", "legal"]),
        ("de", "Ich gehe zur Verbraucherzentrale", ["legal"]),
    ],
)
def test_each_country_has_its_own_terms(language: str, text: str, heard: list[str]) -> None:
    assert kinds(language, text) == heard


def test_the_longest_phrase_counts_and_what_it_covers_does_not() -> None:
    assert kinds("en", "thank you for nothing") == ["pray"]
    assert kinds("en", "thank you") == ["thanks", "calm"] or kinds("en", "thank you") == ["thanks"]
    assert kinds("sv", "tack på förhand") == ["pray"]
    assert kinds("zh", "这个店很可靠") == []


def test_what_is_denied_isnt_heard_as_said() -> None:
    assert kinds("en", "I am not happy") == ["no happy"]
    assert kinds("sv", "Jag är inte alls nöjd") == ["no happy"]
    assert kinds("nb", "Det var ikke bra") == ["no happy"]
    assert kinds("fi", "En ole tyytyväinen") == ["no happy"]
    assert kinds("zh", "我不开心") == ["sad"]
    assert kinds("en", "I have never been so disappointed") == ["sad"]


def test_a_word_before_makes_it_stronger() -> None:
    cues = cues_of("sv")
    assert cues is not None
    assert [one.raised for one in cues.find("mycket besviken")] == [True]
    assert [one.raised for one in cues.find("besviken")] == [False]


def test_faces_are_cues_in_every_language() -> None:
    assert kinds("fi", "😡") == ["anger"]
    assert kinds("sv", "ok :)")[-1] == "happy"
    assert "happy" not in kinds("en", "see page 4:)")


def test_a_language_without_cues_has_none() -> None:
    assert cues_of("tlh") is None


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_a_cue_stands_where_it_says(text: str, language: str) -> None:
    cues = cues_of(language)
    assert cues is not None
    for one in cues.find(text):
        assert 0 <= one.start < one.end <= len(text)


@given(st.sampled_from(["İİ damn", "ẞ damn", "ﬁ damn"]))
def test_letters_that_grow_when_made_small_move_no_places(text: str) -> None:
    cues = cues_of("en")
    assert cues is not None
    (cue,) = cues.find(text)
    assert text[cue.start : cue.end] == "damn"
