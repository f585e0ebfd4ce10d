"""Which script a text is written in, and the language where a script says that already."""

import re
from collections.abc import Mapping

LATIN, CYRILLIC = "latin", "cyrillic"

_RANGES: Mapping[str, str] = {
    LATIN: "A-Za-zªºÀ-ÖØ-öø-ɏḀ-ỿ",
    CYRILLIC: "Ѐ-ԯ",
    "han": "㐀-䶿一-鿿𠀀-𪛟",
    "kana": "ぁ-ゖァ-ヺー",
    "hangul": "가-힣ᄀ-ᇿ",
    "arabic": "ؠ-يٮ-ۓ",
    "greek": "Ͱ-Ͽἀ-῿",
    "hebrew": "א-ת",
    "thai": "ก-ฮะ-ๅ",
    "devanagari": "ऄ-ह",
    "georgian": "ა-ჿ",
    "armenian": "Ա-և",
}
_LETTERS = {script: re.compile(f"[{letters}]") for script, letters in _RANGES.items()}
_FOREIGN = re.compile("[Ͱ-῿぀-鿿가-힣𠀀-𪛟]")
_ALONE = {"greek": "el", "hebrew": "he", "thai": "th", "hangul": "ko", "georgian": "ka", "armenian": "hy"}
_PERSIAN, _URDU = re.compile("[پچژگ]"), re.compile("[ٹڈڑںے]")
_WEIGHT = {"han": 6.0, "kana": 3.0, "hangul": 4.0, CYRILLIC: 2.0}
"""One sign of these says as much as several letters; and names are written in Latin ones everywhere."""


def script_of(text: str) -> tuple[str, float]:
    """The script in which most of a text is written ("" for none), and how much that is, in letters."""
    if not _FOREIGN.search(text):
        letters = len(_LETTERS[LATIN].findall(text))
        return (LATIN if letters else "", float(letters))
    much = {script: len(one.findall(text)) * _WEIGHT.get(script, 1.0) for script, one in _LETTERS.items()}
    if much["kana"]:
        much["kana"] += much.pop("han")
    script = max(much, key=lambda one: much[one])
    return (script, much[script]) if much[script] else ("", 0.0)


def language_of_script(script: str, text: str, likely: str) -> tuple[str, float]:
    """The language of what isn't told by letters' company: of a script that one language has, or that few share. ("", 0) for others.

    Chinese signs alone are Japanese where that is what is likely, and few of them are less sure.
    """
    if script == "han":
        japanese = likely == "ja"
        return "ja" if japanese else "zh", 0.98 if japanese or len(_LETTERS["han"].findall(text)) > 2 else 0.85
    if script == "kana":
        return "ja", 0.99
    if script == "devanagari":
        return "hi", 0.8
    if script == "arabic":
        tells = "ur" if _URDU.search(text) else "fa" if _PERSIAN.search(text) else ""
        return (tells, 0.9) if tells else (likely if likely in ("fa", "ur") else "ar", 0.85)
    return (_ALONE[script], 0.99) if script in _ALONE else ("", 0.0)
