"""Days that a message names, in five languages: `3 May`, `12.5.2026`, `i overmorgen`, `周五`."""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping

from lyhord.hearing.entities.model import DATE, Entity

_MONTHS = (
    "january jan januari januar tammikuu tammikuuta tammikuun",
    "february feb februari februar helmikuu helmikuuta helmikuun",
    "march mar mars maaliskuu maaliskuuta maaliskuun",
    "april apr huhtikuu huhtikuuta huhtikuun",
    "may maj mai toukokuu toukokuuta toukokuun",
    "june jun juni kesäkuu kesäkuuta kesäkuun",
    "july jul juli heinäkuu heinäkuuta heinäkuun",
    "august aug augusti elokuu elokuuta elokuun",
    "september sep sept syyskuu syyskuuta syyskuun",
    "october oct oktober okt lokakuu lokakuuta lokakuun",
    "november nov marraskuu marraskuuta marraskuun",
    "december dec desember des joulukuu joulukuuta joulukuun",
)
_MONTH = {word: at for at, words in enumerate(_MONTHS, 1) for word in words.split()}
_DAYS: Mapping[str, str] = {
    "+0": "today|tonight|idag|i dag|ikväll|i kväll|i kveld|tänään|今天|今日|今晚",
    "+1": "tomorrow|imorgon|i morgon|imorrn|imorgen|i morgen|i morra|huomenna|明天|明日|明早|明晚",
    "+2": "after tomorrow|övermorgon|overmorgen|ylihuomenna|后天|後天",
    "-1": "yesterday|igår|i går|eilen|昨天|昨日|昨晚",
    "-2": "before yesterday|förrgår|forgårs|toissapäivänä|前天",
    "mon": "monday|måndag|måndags|måndagen|mandag|maanantaina|maanantai|周一|星期一|礼拜一|週一|禮拜一",
    "tue": "tuesday|tisdag|tisdags|tisdagen|tirsdag|tysdag|tiistaina|tiistai|周二|星期二|礼拜二|週二|禮拜二",
    "wed": "wednesday|onsdag|onsdags|onsdagen|keskiviikkona|keskiviikko|周三|星期三|礼拜三|週三|禮拜三",
    "thu": "thursday|torsdag|torsdags|torsdagen|torstaina|torstai|周四|星期四|礼拜四|週四|禮拜四",
    "fri": "friday|fredag|fredags|fredagen|perjantaina|perjantai|周五|星期五|礼拜五|週五|禮拜五",
    "sat": "saturday|lördag|lördags|lördagen|lørdag|laurdag|lauantaina|lauantai|周六|星期六|礼拜六|週六|禮拜六",
    "sun": "sunday|söndag|söndags|söndagen|søndag|sundag|sunnuntaina|sunnuntai|周日|星期日|星期天|礼拜天|周天|週日|禮拜天",
}
_DAY = {word: value for value, words in _DAYS.items() for word in words.split("|")}
_HAN_DAY = re.compile("|".join(sorted((word for word in _DAY if word[0] > "\u2e80"), key=len, reverse=True)))
_HAN = re.compile("[一-鿿]")
_WORD = re.compile(r"[^\W\d_]+")
_NAMES = "|".join(sorted(_MONTH, key=len, reverse=True))
_EDGE, _END = r"(?<![\w.,/:-])", r"(?![\w/:-]|\.\d)"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_IN_NUMBERS = (
    re.compile(rf"{_EDGE}{_YEAR}(?P<sign>[-/.])(?P<month>\d\d?)(?P=sign)(?P<day>\d\d?)(?!\d|[-/.]\d)", re.ASCII),
    re.compile(rf"{_EDGE}(?P<day>\d\d?)(?P<sign>[-/.]) ?(?P<month>\d\d?)(?P=sign) ?(?P<year>(?:19|20)?\d\d)(?!\d|[-/.]\d)", re.ASCII),
    re.compile(rf"{_EDGE}(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?![\w])", re.ASCII),
    re.compile(r"(?<![\w.,/:-])(?!24/7)(?P<day>\d\d?)/(?P<month>\d\d?)(?![\w/:-]|[.,]\d)", re.ASCII),
)

_WITH_NAME = (
    re.compile(
        rf"(?<![\w.,/:-])(?:den |the )?(?P<day>\d\d?)(?:st|nd|rd|th|:e|\.)?(?: of| day of)? ?(?P<name>{_NAMES})\.?(?![^\W\d_])(?:,? {_YEAR}(?!\d))?",
        re.IGNORECASE,
    ),
    re.compile(rf"(?<![^\W\d_])(?P<name>{_NAMES})\.? (?P<day>\d\d?)(?:st|nd|rd|th)?(?![\w:%]|\.\d)(?:,? {_YEAR}(?!\d))?", re.IGNORECASE),
)
_IN_HAN = (
    re.compile(r"(?:(?P<year>(?:19|20)?\d\d) ?年 ?)?(?<!\d)(?P<month>\d\d?) ?月 ?(?P<day>\d\d?) ?[日号號]?", re.ASCII),
)


def find_dates(text: str) -> Iterator[Entity]:
    """Days with a month, days from today, and weekdays. Of 5/6 the first number is the day, unless only the other can be."""
    han = _HAN.search(text) is not None
    named = False
    before = None
    for found in _WORD.finditer(text):
        word = found[0].lower()
        named = named or word in _MONTH
        both = f"{before[0].lower()} {word}" if before else ""
        if before and both in _DAY and text[before.end() : found.start()] == " ":
            yield Entity(DATE, _DAY[both], before.start(), found.end(), 0.9)
        elif word in _DAY:
            yield Entity(DATE, _DAY[word], found.start(), found.end(), 0.9)
        before = found
    if han:
        for found in _HAN_DAY.finditer(text):
            yield Entity(DATE, _DAY[found[0]], found.start(), found.end(), 0.9)
    if any(map(str.isdigit, text)):
        for pattern in (*_IN_NUMBERS, *(_WITH_NAME if named else ()), *(_IN_HAN if han else ())):
            for found in pattern.finditer(text):
                value, sure = _day_of(found)
                if value:
                    yield Entity(DATE, value, found.start(), found.end(), sure)


def _day_of(found: "re.Match[str]") -> tuple[str, float]:
    parts = found.groupdict()
    day = int(parts["day"])
    month = _MONTH[parts["name"].lower()] if parts.get("name") else int(parts["month"])
    sure = 0.95
    if not parts.get("name") and "/" in found[0] and not found[0].startswith(parts.get("year") or "-"):
        if month > 12 >= day:
            day, month = month, day
        elif day <= 12 and month != day:
            sure = 0.7
    year = parts.get("year") or ""
    if len(year) == 2:
        year = f"20{year}" if int(year) < 70 else f"19{year}"
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(int(year) if year else 2000, month)[1]:
        return "", 0.0
    return f"{year or '-'}-{month:02}-{day:02}", sure
