"""Mood, urgency, threats, thanks and complaints of one text, with what shows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.hearing.findings.model import COMPLAINT, MOOD, THANKS, THREAT, URGENCY, Finding
from lyhord.hearing.mood.cues import LANGUAGES
from lyhord.hearing.mood.detector import hear_mood
from lyhord.hearing.mood.judging import MOODS


def heard(language: str, text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in hear_mood(text, language):
        found.setdefault(one.kind, []).append(one.value)
    return found


def only(language: str, text: str, kind: str) -> Finding:
    (found,) = [one for one in hear_mood(text, language) if one.kind == kind]
    return found


ANGRY = {
    "en": "This is the fourth time I call about this. You are bloody incompetent, what a disgrace!!",
    "sv": "Fjärde gången jag ringer om detta. Ni är för jävla inkompetenta, vilken skandal!!",
    "nb": "Fjerde gang jeg ringer om dette. Dere er jævlig inkompetente, for en skandale!!",
    "fi": "Soitan tästä neljättä kertaa. Olette helvetin epäpäteviä, mikä skandaali!!",
    "zh": "我已经打了四次电话，你们简直是废物，太离谱了！！",
}
DELIGHTED = {
    "en": "You are wonderful, I absolutely love the lamp!",
    "sv": "Ni är underbara, jag älskar lampan!",
    "nb": "Dere er fantastiske, jeg elsker lampen!",
    "fi": "Olette ihania, rakastan tätä lamppua!",
    "zh": "你们太棒了，我超级喜欢这盏灯！",
}
PLAIN = {
    "en": "When do you open on Monday?",
    "sv": "När öppnar ni på måndag?",
    "nb": "Når åpner dere på mandag?",
    "fi": "Milloin avaatte maanantaina?",
    "zh": "请问星期一几点开门？",
}


@pytest.mark.parametrize("language", ANGRY)
def test_moods_from_anger_to_delight(language: str) -> None:
    assert heard(language, ANGRY[language])[MOOD] == ["angry"]
    assert heard(language, DELIGHTED[language])[MOOD] == ["delighted"]
    assert heard(language, PLAIN[language])[MOOD] == ["neutral"]


@pytest.mark.parametrize("language", ANGRY)
def test_anger_comes_with_its_reason_and_the_words_that_show_it(language: str) -> None:
    found = only(language, ANGRY[language], MOOD)
    assert {"swear", "anger"} & set(found.why.split())
    assert found.span is not None
    assert 0 <= found.span[0] < found.span[1] <= len(ANGRY[language])


@pytest.mark.parametrize("language", ANGRY)
def test_a_complaint_is_heard_and_a_question_is_none(language: str) -> None:
    assert heard(language, ANGRY[language])[COMPLAINT] == ["complaint"]
    assert COMPLAINT not in heard(language, PLAIN[language])


@pytest.mark.parametrize(
    ("language", "text", "threats"),
    [
        ("en", "Fix this or my lawyer contacts you and I tell the newspapers.", ["legal", "public"]),
        ("sv", "Dåligt. Jag säger upp avtalet och byter leverantör.", ["churn"]),
        ("nb", "Elendig service, jeg klager til Forbrukertilsynet.", ["legal"]),
        ("fi", "Pettynyt. Vaihdan operaattoria ja kerron kaikille.", ["churn", "public"]),
        ("zh", "太差了，再也不会买，我要去抖音曝光。", ["churn", "public"]),
        ("en", "Hi, I am a lawyer and need a quote for ten chairs.", []),
        ("en", "Are you on Facebook?", []),
    ],
)
def test_threats_are_heard_from_who_is_unhappy(language: str, text: str, threats: list[str]) -> None:
    assert heard(language, text).get(THREAT, []) == threats


@pytest.mark.parametrize(
    ("language", "text", "urgent"),
    [
        ("en", "I need the contract today.", True),
        ("en", "I got the parcel today.", False),
        ("sv", "Det är bråttom!", True),
        ("sv", "Det är inte bråttom.", False),
        ("nb", "Dette haster veldig.", True),
        ("fi", "Asia on kiireellinen.", True),
        ("zh", "非常紧急，请马上处理", True),
    ],
)
def test_urgency(language: str, text: str, urgent: bool) -> None:
    assert (URGENCY in heard(language, text)) is urgent


@pytest.mark.parametrize(
    ("language", "text", "thanked"),
    [
        ("en", "Thank you so much", True),
        ("en", "Thanks in advance", False),
        ("en", "No thanks", False),
        ("sv", "Tusen tack för hjälpen", True),
        ("nb", "Takk på forhånd", False),
        ("fi", "Kiitos avusta", True),
        ("zh", "辛苦了，谢谢", True),
    ],
)
def test_thanks_are_for_what_was_done(language: str, text: str, thanked: bool) -> None:
    assert (THANKS in heard(language, text)) is thanked


def test_who_swears_for_joy_isnt_angry() -> None:
    assert heard("sv", "Jävligt bra jobbat!")[MOOD][0] in ("happy", "delighted")


def test_capitals_alone_are_no_anger_but_are_named_beside_it() -> None:
    assert heard("en", "PLEASE SEND THE INVOICE TO MY NEW ADDRESS")[MOOD] != ["angry"]
    assert "shouts" in only("en", "YOU ARE LIARS AND THIEVES, GIVE ME MY MONEY BACK", MOOD).why.split()


def test_nothing_is_heard_in_a_language_that_nobody_taught_us_or_without_words() -> None:
    assert not hear_mood("Това е скандално!", "bg")
    assert not hear_mood("Skandal!", "")
    assert not hear_mood("123 456", "en")


@given(st.text(max_size=300), st.sampled_from([*LANGUAGES, "", "xx", "zh-CN"]))
def test_it_never_raises_and_says_each_thing_once(text: str, language: str) -> None:
    found = hear_mood(text, language)
    assert len({(one.kind, one.value) for one in found}) == len(found)
    for one in found:
        assert 0 <= one.confidence <= 1
        assert one.why
        assert one.kind != MOOD or one.value in MOODS
        assert one.span is None or 0 <= one.span[0] < one.span[1] <= len(text)
