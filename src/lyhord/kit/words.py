"""What we say, in every language: one flat catalogue a locale, the same files that the front ends read.

A text is a key; `{name}` is a slot; a key said with `n` picks its plural form by CLDR's rules for whole numbers.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

LOCALES = ("en", "sv", "nb", "fi", "zh-CN")
_ALIASES = {"no": "nb", "nn": "nb", "zh": "zh-CN"}
_ONE_FORM = frozenset({"zh-CN"})
_KEY = re.compile(r"[a-z_]+(\.[a-z_]+)+")
_SLOT = re.compile(r"\{(\w+)\}")


@cache
def catalogue(locale: str) -> Mapping[str, str]:
    """Every text of one of `LOCALES`, filled up from English."""
    own = json.loads((files("lyhord.kit") / "catalogues" / f"{locale}.json").read_text(encoding="utf-8"))
    return own if locale == "en" else {**catalogue("en"), **own}


def nearest_locale(wanted: Sequence[str]) -> str:
    """The first of `wanted` (BCP 47 tags such as `sv-FI` or `zh_Hans`) that we speak, else English."""
    for tag in wanted:
        base = tag.replace("_", "-").split("-")[0].lower()
        found = _ALIASES.get(base, base)
        if found in LOCALES:
            return found
    return "en"


def say(locale: str, key: str, **slots: str | int) -> str:
    """The text of `key`, with its slots filled. An unknown key comes back as it is, so that it is seen and mended."""
    texts = catalogue(nearest_locale([locale]))
    form = f"{key}_{_plural(locale, slots['n'])}" if "n" in slots else key
    text = texts.get(form) or texts.get(f"{key}_other") or texts.get(key) or key
    return _SLOT.sub(lambda slot: str(slots.get(slot[1], "")), text)


def reason(locale: str, stored: str) -> str:
    """Words as they are stored: a key, a key with other words behind it (`call.ended: 1:05`), or those words alone."""
    key, joint, words = stored.partition(": ")
    return f"{say(locale, key)}{joint}{words}" if _KEY.fullmatch(key) and key in catalogue("en") else stored


def _plural(locale: str, number: str | int) -> str:
    return "one" if int(number) == 1 and nearest_locale([locale]) not in _ONE_FORM else "other"
