"""Phone numbers, as people write them: with a country, with brackets, in groups, or as a run of digits beside a word that says so."""

import re
from collections.abc import Iterator

from lyhord.hearing.entities.model import PHONE, Entity

_MORE = r"(?:\s?(?:x|ext\.?|extension|ankn\.?|anknytning|linje|alanumero|分机|转)\s?\d{1,6})?"
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9#@+])(?<!\d[.,:/-])(?:\+|00[ .-]?)?(?:\(\+?\d{1,5}\)|\d{1,5})(?:[ .\u00a0/-]{0,2}(?:\(\d{1,4}\)|\d{2,5})){1,6}" + _MORE + r"(?![A-Za-z0-9%€£$]|[.,:/-]\d)",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"(?:\b(?:call|phone|tel|mob|cell|fax|desk|office|home|text|sms|ring|reach|contact|whatsapp|number is|my number|ringa?|telefon|tfn|tlf|"
    r"mobil|puh|soita|soitta|numero(?:ni|on)?|nummer|numret|nå(?:s|r)? (?:mig|meg)|näs|work)\w{0,8}|电话|電話|手机|手機|拨打|致电|联系|號碼是|号码是)",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"(?:\b(?:order|bestillings?|beställnings?|tilaus|faktura|invoice|lasku|case|ärende|sak|ticket|ref|kolli|paket|sporings?|spårnings?|tracking|"
    r"booking|bokning|kund|kunde|customer|asiakas|serie|serial|licen[cs]e|passport|passnummer|körkort|førerkort|ajokort|article|artikkel|artikel|ocr|kid|konto|account|zip|org)\w{0,12}|"
    r"订单|訂單|单号|編號|编号|快递|发票|账号|卡号|[#№])[^\d\n]{0,12}$",
    re.IGNORECASE,
)
_SURE_SHAPE = re.compile(r"^(?:\+|00)[1-9]|^\(?0[1-9]|\(\d{1,5}\)|^[2-9]\d{2}[-.][2-9]\d{2}[-.]\d{4}")
_CHINESE_MOBILE = re.compile(r"(?:86)?1[3-9]\d{9}")
_DATE_LIKE = re.compile(r"^(?:\d{4}[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ]\d{4})$")
_THOUSANDS = re.compile(r"^\d{1,3}(?:[ .\u00a0]\d{3})+$")
FEWEST, MOST = 7, 15
"""Digits without an extension; E.164 has 15 at most."""


def find_phones(text: str, language: str) -> Iterator[Entity]:
    """Numbers that can be called. Where nothing but digits is there, the words beside them decide."""
    for found in _NUMBER.finditer(text):
        said = found[0]
        bare = re.split(r"(?i)\s?(?:x|ext|ankn|linje|alanumero|分机|转)", said, maxsplit=1)[0]
        digits = re.sub(r"\D", "", bare.replace("(0)", "") if bare[0] == "+" else bare, flags=re.ASCII)
        if not FEWEST <= len(digits) <= MOST or _DATE_LIKE.match(bare):
            continue
        sure = _how_sure(text, found.start(), found.end(), bare, digits, language)
        if sure:
            plus = "+" if bare.lstrip("(").startswith("+") else ""
            yield Entity(PHONE, plus + digits, found.start(), found.end(), sure)


def _how_sure(text: str, start: int, end: int, bare: str, digits: str, language: str) -> float:
    before = text[max(0, start - 30) : start]
    if bare.startswith("+"):
        return 0.98 if len(digits) >= 8 else 0.6
    if _NOT.search(before):
        return 0.0
    said = _SAYS.search(before) or _SAYS.match(text[end : end + 12].lstrip(" (,:"))
    if said:
        return 0.95
    if _CHINESE_MOBILE.fullmatch(digits):
        return 0.95
    if _SURE_SHAPE.search(bare):
        grouped = not bare.isdigit()
        return 0.9 if grouped or 9 <= len(digits) <= 11 else 0.0
    if _THOUSANDS.match(bare):
        return 0.0
    groups = len(re.findall(r"\d+", bare))
    if language == "nb" and len(digits) == 8 and digits[0] in "2345679" and groups >= 3:
        return 0.85
    return 0.75 if groups >= 3 and 8 <= len(digits) <= 12 else 0.0
