"""The catalogues are complete and sorted in every language, and the reader picks the right form."""

import json
import re
from pathlib import Path

import pytest

from lyhord.kit import words

FOLDER = Path(words.__file__).parent / "catalogues"
TEXTS = {locale: json.loads((FOLDER / f"{locale}.json").read_text("utf-8")) for locale in words.LOCALES}


def base(key: str) -> str:
    return re.sub(r"_(one|other)$", "", key)


@pytest.mark.parametrize("locale", words.LOCALES)
def test_each_language_says_everything_that_english_says(locale: str) -> None:
    missing = {base(key) for key in TEXTS["en"]} - {base(key) for key in TEXTS[locale]}
    unknown = {base(key) for key in TEXTS[locale]} - {base(key) for key in TEXTS["en"]}
    assert (missing, unknown) == (set(), set())


@pytest.mark.parametrize("locale", words.LOCALES)
def test_keys_are_sorted_and_nothing_is_empty(locale: str) -> None:
    assert list(TEXTS[locale]) == sorted(TEXTS[locale])
    assert [key for key, text in TEXTS[locale].items() if not text.strip()] == []


@pytest.mark.parametrize("locale", words.LOCALES)
def test_slots_are_those_of_the_english_text(locale: str) -> None:
    def slots(texts: dict[str, str], key: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", texts.get(key, texts.get(f"{base(key)}_other", ""))))

    strange = [key for key in TEXTS[locale] if not slots(TEXTS[locale], key) <= slots(TEXTS["en"], key) | {"n"}]
    lost = [
        key
        for key in TEXTS[locale]
        if not key.endswith("_one") and slots(TEXTS["en"], key) - slots(TEXTS[locale], key) - {"n"}
    ]
    assert (strange, lost) == ([], [])


@pytest.mark.parametrize("locale", words.LOCALES)
def test_plurals_have_the_forms_that_the_language_needs(locale: str) -> None:
    stems = {base(key) for key in TEXTS["en"] if key.endswith("_other")}
    needed = ("other",) if locale == "zh-CN" else ("one", "other")
    assert [f"{stem}_{form}" for stem in stems for form in needed if f"{stem}_{form}" not in TEXTS[locale]] == []


@pytest.mark.parametrize(
    ("wanted", "locale"),
    [
        (["sv-FI"], "sv"),
        (["no"], "nb"),
        (["nn-NO"], "nb"),
        (["zh_Hans"], "zh-CN"),
        (["xx", "fi"], "fi"),
        ([], "en"),
        (["FI"], "fi"),
    ],
)
def test_the_nearest_language_is_chosen(wanted: list[str], locale: str) -> None:
    assert words.nearest_locale(wanted) == locale


def test_an_unknown_key_is_shown_as_it_is() -> None:
    assert words.say("sv", "no.such.key") == "no.such.key"


def test_slots_and_plurals() -> None:
    assert words.say("en", "time.minutes", n=1) == "1 minute"
    assert words.say("en", "time.minutes", n=0) == "0 minutes"
    assert words.say("fi", "time.minutes", n=5) == "5 minuuttia"
    assert words.say("zh-CN", "time.minutes", n=1) == "1 分钟"
