"""Whether a number can be what it looks like: check digits and dates, as those who issue them publish."""

import calendar
import re

MOST_IN_ADVANCE = 2050
_IBAN_LENGTHS = {
    country: int(length)
    for length, countries in (
        ("15", "NO"), ("16", "BE"), ("18", "DK FI FO GL NL"), ("19", "MK SI"), ("20", "AT BA EE KZ LT LU XK"),
        ("21", "CH CR HR LI LV"), ("22", "BG BH DE GB GE IE ME RS VA"), ("23", "AE GI IL IQ TL"),
        ("24", "AD CZ ES MD PK RO SA SE SK TN VG"), ("25", "PT"), ("26", "IS TR"), ("27", "FR GR IT MC MR SM"),
        ("28", "AL AZ BY CY DO GT HU LB PL SV"), ("29", "BR EG PS QA UA"), ("30", "JO KW MU"), ("31", "MT SC"), ("32", "LC"),
    )
    for country in countries.split()
}  # fmt: skip
"""Characters of an IBAN by country, as in SWIFT's registry."""
_CARDS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[689]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12,15}|35(?:2[89]|[3-8]\d)\d{12,15}|(?:2131|1800)\d{11}|62\d{14,17}"
    r"|(?:50|5[678]|6[37])\d{10,17}"
)
"""Visa, Mastercard, American Express, Diners, Discover, JCB, UnionPay, Maestro."""
_HENKILO_SIGNS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_FNR_FIRST, _FNR_SECOND = (3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def is_luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit (ISO/IEC 7812) of those before it."""
    doubled = (int(one) * (2 if at % 2 else 1) for at, one in enumerate(reversed(digits)))
    return bool(digits) and sum(one // 10 + one % 10 for one in doubled) % 10 == 0


def is_card(digits: str) -> bool:
    """Whether a payment card of a known issuer can have this number."""
    return _CARDS.fullmatch(digits) is not None and is_luhn(digits)


def iban_length(country: str) -> int:
    """How many characters an IBAN of a country has; 0 where there is none."""
    return _IBAN_LENGTHS.get(country.upper(), 0)


def is_iban(text: str) -> bool:
    """Whether this is an IBAN without spaces: the length of its country, and the remainder of 97 (ISO 13616)."""
    text = text.upper()
    if len(text) != iban_length(text[:2]) or not text.isascii() or not text.isalnum() or not text[2:4].isdigit():
        return False
    return int("".join(str(int(one, 36)) for one in text[4:] + text[:4])) % 97 == 1


def is_ssn(digits: str) -> bool:
    """Whether the United States can have given this number; they have no check digit."""
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return len(digits) == 9 and area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def is_personnummer(digits: str) -> bool:
    """Whether ten or twelve digits are a Swedish personal or coordination number."""
    if len(digits) == 12 and digits[:2] not in ("18", "19", "20"):
        return False
    short = digits[-10:]
    day = int(short[4:6]) if len(short) == 10 else 0
    return is_luhn(short) and _is_day(short[:2], short[2:4], day - 60 if day > 60 else day)


def is_henkilotunnus(text: str) -> bool:
    """Whether `131052-308T` is a Finnish personal identity code, with any of the signs that stand for a century since 2023."""
    text = text.upper()
    number = text[:6] + text[7:10]
    if len(text) != 11 or text[6] not in "+-YXWVUABCDEF" or not (number.isascii() and number.isdigit()):
        return False
    return _HENKILO_SIGNS[int(number) % 31] == text[10] and _is_day(text[4:6], text[2:4], int(text[:2]))


def is_fodselsnummer(digits: str) -> bool:
    """Whether eleven digits are a Norwegian national identity number or D-number."""
    if len(digits) != 11:
        return False
    day = int(digits[:2])
    if not _is_day(digits[4:6], digits[2:4], day - 40 if day > 40 else day):
        return False
    return all(
        -sum(weight * int(digits[at]) for at, weight in enumerate(weights)) % 11 == int(digits[len(weights)])
        for weights in (_FNR_FIRST, _FNR_SECOND)
    )


def is_chinese_id(text: str) -> bool:
    """Whether 18 characters are a Chinese resident identity number (GB 11643: ISO 7064 MOD 11-2)."""
    text = text.upper()
    if len(text) != 18 or not text[:17].isdigit() or text[0] == "0":
        return False
    if not 1900 <= int(text[6:10]) <= MOST_IN_ADVANCE or not _is_day(text[8:10], text[10:12], int(text[12:14])):
        return False
    weighed = sum(int(one) * pow(2, 17 - at, 11) for at, one in enumerate(text[:17]))
    return "10X98765432"[weighed % 11] == text[17]


def _is_day(year: str, month: str, day: int) -> bool:
    """Whether there is such a day in a year of these two digits, of any century."""
    if not 1 <= int(month) <= 12:
        return False
    return 1 <= day <= (29 if int(month) == 2 and int(year) % 4 == 0 else calendar.monthrange(2001, int(month))[1])
