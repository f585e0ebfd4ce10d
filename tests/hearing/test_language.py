"""In which language a text is: whole sentences, a line of chat, several at once, and nothing where nobody can tell."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lyhord.hearing.language import SURE, hear_language
from lyhord.hearing.letters import letters_of
from lyhord.hearing.model import Heard, language_of_contact
from lyhord.hearing.scripts import script_of

SENTENCES = {
    "en": "Where is my parcel? It should have come on Monday.",
    "sv": "Var är mitt paket? Det skulle ha kommit i måndags.",
    "nb": "Hvor er pakken min? Den skulle ha kommet på mandag, men jeg har ikke fått noe.",
    "da": "Hvor er min pakke? Den skulle være kommet i mandags, men jeg har ikke fået noget.",
    "fi": "Missä pakettini on? Sen piti tulla maanantaina.",
    "de": "Wo ist mein Paket? Es sollte am Montag kommen.",
    "zh": "我的包裹在哪里？应该星期一到的。",
    "fr": "Où est mon colis ? Il devait arriver lundi.",
    "pl": "Gdzie jest moja paczka? Miała przyjść w poniedziałek.",
    "is": "Hvar er pakkinn minn? Hann átti að koma á mánudaginn.",
    "ru": "Где моя посылка? Она должна была прийти в понедельник.",
    "uk": "Де моя посилка? Вона мала прийти в понеділок.",
    "ja": "荷物はどこですか。月曜日に届くはずでした。",
    "ko": "제 소포는 어디에 있나요?",
    "el": "Πού είναι το δέμα μου;",
    "ar": "أين الطرد الخاص بي؟",
    "th": "พัสดุของฉันอยู่ที่ไหน",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_is_in_its_language(language: str) -> None:
    heard = hear_language(SENTENCES[language])
    assert (heard.language, heard.spans) == (language, ())
    assert heard.confidence >= SURE


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("Tack!", "sv"),
        ("Takk", "nb"),
        ("kiitos", "fi"),
        ("thanks", "en"),
        ("danke", "de"),
        ("谢谢", "zh"),
        ("спасибо", "ru"),
    ],
)
def test_a_word_of_thanks_is_enough(said: str, language: str) -> None:
    assert hear_language(said).language == language


NOBODYS = [
    "",
    "  ",
    "12345",
    "👍🎉",
    "ok",
    "OK!",
    "https://example.com/och/att/inte",
    "ann@example.se",
    "#4711-B",
    "a",
    "nej",
]


@pytest.mark.parametrize("said", NOBODYS)
def test_of_what_could_be_any_language_nobody_can_tell(said: str) -> None:
    assert hear_language(said).language == ""


def test_what_somebody_is_known_to_write_decides_what_two_words_leave_open() -> None:
    assert hear_language("Hej, nej").language == ""
    assert hear_language("Hej, nej", likely="sv").language == "sv"
    assert hear_language("Hej, nej", likely="da").language == "da"
    assert hear_language(SENTENCES["fi"], likely="sv").language == "fi"


def test_chinese_signs_alone_are_japanese_for_who_writes_japanese() -> None:
    assert hear_language("東京").language == "zh"
    assert hear_language("東京", likely="ja").language == "ja"


def test_two_languages_are_told_apart_by_sentence() -> None:
    text = "Hej, jag undrar var min beställning är.\nCan you please tell me where it is? Thank you for all the help."
    heard = hear_language(text)
    assert [one.language for one in heard.spans] == ["sv", "en"]
    assert text[heard.spans[0].start : heard.spans[0].end] == "Hej, jag undrar var min beställning är."
    assert heard.language == "en"


def test_a_foreign_name_in_a_sentence_is_no_second_language() -> None:
    assert hear_language("Jag har köpt The Lord of the Rings av er. Den kom aldrig fram.").spans == ()


def test_only_what_may_be_is_heard_where_somebody_says_so() -> None:
    assert hear_language(SENTENCES["is"], among=("sv", "nb", "da")).language in ("sv", "nb", "da", "")
    assert hear_language(SENTENCES["zh"], among=("sv", "nb")).language == ""


NOTHING = some.one_of(
    some.integers().map(str),
    some.sampled_from(
        ["👍", "🎉❤️", "https://example.com/a?b=c", "www.example.se/och", "x@example.org", "…", "--", "\n", "+46 70 123"]
    ),
)


@given(some.lists(NOTHING, max_size=6).map(" ".join))
@settings(max_examples=50)
def test_numbers_emoji_and_addresses_say_nothing(said: str) -> None:
    assert hear_language(said).language == ""


@given(some.text(max_size=300), some.sampled_from(["", "sv", "zh", "xx"]))
@settings(max_examples=150)
def test_no_text_is_too_strange(text: str, likely: str) -> None:
    heard = hear_language(text, likely)
    assert 0 <= heard.confidence <= 1
    assert heard.language == "" or heard.confidence >= SURE
    ends = [0]
    for span in heard.spans:
        assert ends[-1] <= span.start < span.end <= len(text)
        ends.append(span.end)
    assert len({one.language for one in heard.spans}) != 1


@given(
    some.sampled_from(sorted(SENTENCES)), some.sampled_from([" 12345", " 👍", " https://example.com/x", "\n\n", " !!!"])
)
@settings(max_examples=40)
def test_what_says_nothing_changes_nothing(language: str, more: str) -> None:
    assert hear_language(SENTENCES[language] + more).language == language


def test_a_text_of_any_length_costs_no_more_than_its_beginning() -> None:
    assert hear_language(SENTENCES["sv"] + " 4711" * 100_000).language == "sv"
    weights = letters_of("latin").weigh("och " * 100_000)
    assert max(weights) == weights[letters_of("latin").languages.index("sv")]


def test_letters_that_no_model_knows_weigh_nothing() -> None:
    assert set(letters_of("latin").weigh("12 👍")) == {0.0}
    assert script_of("我 12 👍") == ("han", 6.0)
    assert script_of("12 👍") == ("", 0.0)


def heard(language: str, confidence: float = 1.0) -> Heard:
    return Heard(language, confidence)


def test_the_first_sure_message_tells_a_contacts_language_and_the_second_in_another_changes_it() -> None:
    assert language_of_contact(None, None, heard("sv"), by_hand=False) == "sv"
    assert language_of_contact(None, None, heard("sv", 0.75), by_hand=False) is None
    assert language_of_contact(None, "sv", heard("sv", 0.75), by_hand=False) == "sv"
    assert language_of_contact("sv", "sv", heard("fi"), by_hand=False) == "sv"
    assert language_of_contact("sv", "fi", heard("fi"), by_hand=False) == "fi"
    assert language_of_contact("zh-CN", "zh", heard("zh"), by_hand=False) == "zh-CN"


@given(some.sampled_from([None, "sv", "en-GB"]), some.sampled_from([None, "fi"]), some.sampled_from(["", "fi", "sv"]))
def test_what_was_set_by_hand_stays(now: str | None, before: str | None, said: str) -> None:
    assert language_of_contact(now, before, heard(said), by_hand=True) == now
