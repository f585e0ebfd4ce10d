"""Amounts of money: `1 240,50 kr`, `$12.99`, `349:-`, `3万元`, `五百块`."""

import re
from collections.abc import Iterator, Mapping

from lyhord.hearing.entities.model import AMOUNT, Entity

_CURRENCIES: Mapping[str, str] = {
    "SEK": "sek kronor spänn riksdaler",
    "NOK": "nok",
    "DKK": "dkk",
    "EUR": "eur euro euros euroa euron euroja €",
    "USD": "usd dollar dollars bucks $ 美元 美金",
    "GBP": "gbp pound pounds quid £",
    "CNY": "cny rmb yuan ¥ ￥ 元 块 块钱 塊 塊錢 人民币 圆",
    "TWD": "twd 台币 新台币 台幣 新台幣",
    "HKD": "hkd 港币 港元 港幣",
    "kr": "kr :- kroner krona kronen",
}
_CODE = {word: code for code, words in _CURRENCIES.items() for word in words.split()}
_KRONA = {"sv": "SEK", "nb": "NOK", "da": "DKK"}
_NUMBER = r"\d{1,3}(?:[ .,\u00a0\u202f’']\d{3}){1,4}(?:[.,]\d{1,2})?(?!\d)|\d{1,9}(?:[.,]\d{1,2})?(?!\d)"
_HAN = "零〇一二两兩三四五六七八九十百千万萬亿億"


def _any_of(words: Iterator[str] | list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_WORDS = _any_of([word for word in _CODE if word[0].isalpha() and word.isascii() or word in ("spänn",)])
_SIGNS = _any_of([word for word in _CODE if not (word[0].isalpha() and word.isascii()) and word not in ("spänn", ":-")])
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?:(?P<before>{_WORDS}|[€$£¥￥])\s?(?P<one>{_NUMBER})(?P<thousand>k|m)?(?![\w])"
    rf"|(?P<two>{_NUMBER})\s?(?P<times>k|tusen|thousand|tuhatta|千|万|萬)?\s?(?P<after>(?:{_WORDS})(?![\w])|:-|{_SIGNS}|,-(?!\d)))",
    re.IGNORECASE,
)
_GLUED = re.compile(rf"(?<=[一-鿿])(?P<two>{_NUMBER})\s?(?P<times>千|万|萬)?\s?(?P<after>{_SIGNS})")
_HAN_AMOUNT = re.compile(rf"(?P<two>[{_HAN}]{{1,12}})(?P<after>块钱|塊錢|块|塊|元|欧元|美元|港币|人民币)(?![一-鿿]?钱?包)")
_HAN_MONEY = re.compile("[块塊元币]")
_TIMES = {"k": 1_000, "tusen": 1_000, "thousand": 1_000, "tuhatta": 1_000, "千": 1_000, "万": 10_000, "萬": 10_000, "m": 1_000_000}
_DIGITS = {sign: value for value, signs in enumerate(("零〇", "一", "二两兩", "三", "四", "五", "六", "七", "八", "九")) for sign in signs}
_UNITS = {"十": 10, "百": 100, "千": 1_000}


def find_amounts(text: str, language: str) -> Iterator[Entity]:
    """Numbers with a currency. A krona is that of the language, or `kr` where that says none."""
    if any(sign.isdigit() for sign in text):
        for pattern in (_AMOUNT, _GLUED):
            for found in pattern.finditer(text):
                parts = found.groupdict()
                number = parts.get("one") or parts["two"]
                times = _TIMES.get((parts.get("times") or parts.get("thousand") or "").lower(), 1)
                word = parts.get("before") or parts["after"]
                yield _amount(found, _plain(number) * times, word, language)
    for found in _HAN_AMOUNT.finditer(text) if _HAN_MONEY.search(text) else ():
        value = han_number(found["two"])
        if value:
            yield _amount(found, value, found["after"].removesuffix("钱"), language)


def han_number(text: str) -> int:
    """The number that Chinese signs say, such as 三千五百 (3500), 八千五 (8500) or 二〇二六; 0 where they say none."""
    if not any(sign in _UNITS or sign in "万萬亿億" for sign in text):
        return int("".join(str(_DIGITS[sign]) for sign in text) or 0)
    total = section = 0
    digit, unit = 0, 1
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
            unit = 1 if sign in "零〇" else unit
        elif sign in _UNITS:
            section += (digit or 1) * _UNITS[sign]
            digit, unit = 0, _UNITS[sign] // 10
        else:
            unit = 100_000_000 if sign in "亿億" else 10_000
            total, section, digit = (total + section + digit) * unit if unit > 10_000 else total + (section + digit) * unit, 0, 0
            unit //= 10
    return total + section + digit * unit


def _plain(number: str) -> float:
    """`1 240,50`, `1.240,50` and `1,240.50` are one number: the last sign divides where one or two digits follow."""
    found = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", number)
    whole, cents = (found[1], found[2] or "") if found else (number, "")
    return int(re.sub(r"\D", "", whole)) + (int(cents.ljust(2, "0")) / 100 if cents else 0)


def _amount(found: "re.Match[str]", value: float, word: str, language: str) -> Entity:
    code = _CODE.get(word.lower(), "EUR" if word == "欧元" else "kr")
    code = _KRONA.get(language, code) if code == "kr" else code
    shown = f"{value:.2f}".removesuffix(".00")
    return Entity(AMOUNT, f"{code} {shown}", found.start(), found.end(), 0.95)
