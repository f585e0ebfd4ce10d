"""What somebody means who answers a survey with words of their own: a number, stars, a face, or "very good" in five languages. Pure.

What is no rating is None, and an ordinary message: rather one rating too few than one that nobody gave. A text is one where it begins with
a score that ends there, or behind which something else begins: "5", "4/5", "10! Thank you", "dåligt, ingen svarade". Not "5 parcels",
"10:30" or "good morning".
"""

import re
import unicodedata

from msgspec import Struct

from lyhord.surveys.model import MOST_WORDS, SCALES, Mark

LONGEST = 1_000
"""Longer texts are letters, not answers."""


class Parsed(Struct, frozen=True):
    """A score as it was said, whatever was asked: a number (`of` so much), or a level from 1 to 5, of how good or how easy."""

    words: str = ""
    number: float | None = None
    of: int | None = None
    level: int | None = None
    easy: int | None = None


class Understood(Struct, frozen=True):
    """A score on the scale that was asked for, and the words beside it."""

    score: int
    words: str = ""


_NUMBERS = {
    0: "zero noll null nolla 零",
    1: "one ett etta en yksi ykkönen 一",
    2: "two två tvåa to toer kaksi kakkonen 二 两",
    3: "three tre trea treer kolme kolmonen 三",
    4: "four fyra fire firer neljä nelonen 四",
    5: "five fem femma femmer viisi vitonen 五",
    6: "six sex sexa seks kuusi 六",
    7: "seven sju sjua seitsemän 七",
    8: "eight åtta åtte kahdeksan 八",
    9: "nine nio nia ni yhdeksän ysi 九",
    10: "ten tio tia ti kymmenen kymppi 十",
}
_GOOD = {
    5: """excellent|very good|really good|great|perfect|amazing|awesome|fantastic|wonderful|brilliant|outstanding|superb|super|the best
        |very satisfied|extremely satisfied|completely satisfied|very happy|really happy|delighted
        |utmärkt|mycket bra|väldigt bra|jättebra|superbra|kanonbra|kanon|perfekt|fantastiskt|fantastisk|toppen|strålande|underbart|suveränt
        |mycket nöjd|väldigt nöjd|jättenöjd|utmerket|veldig bra|svært bra|kjempebra|topp|supert|strålende|suverent|veldig fornøyd
        |svært fornøyd|kjempefornøyd|erinomainen|erinomaista|erinomaisesti|erittäin hyvä|erittäin hyvin|todella hyvä|tosi hyvä|loistava
        |loistavaa|loistavasti|mahtava|mahtavaa|täydellinen|huippu|upea|erittäin tyytyväinen|todella tyytyväinen|kiitettävä
        |非常满意|很满意|特别满意|十分满意|非常好|很好|太好了|太棒了|棒极了|好极了|完美|优秀|极好|超棒|五星|好评""",
    4: """good|satisfied|pretty good|quite good|nice|pleased|happy|helpful|not bad|thumbs up
        |bra|nöjd|ganska bra|rätt bra|inte dåligt|inte illa|tumme upp|fornøyd|ganske bra|godt|ikke dårlig|tommel opp
        |hyvä|hyvin|hyvää|tyytyväinen|melko hyvä|ihan hyvä|aika hyvä|ei huono|ei huonompi
        |满意|比较满意|挺满意|不错|还不错|挺好""",
    3: """so so|so-so|average|neutral|neither good nor bad|meh|acceptable|mediocre|sådär|så där|varken eller|godkänt|medel
        |sånn passe|middels|nøytral|verken eller|kohtalainen|keskinkertainen|neutraali|menettelee|tyydyttävä
        |一般|一般般|还行|还可以|凑合|马马虎虎|普通""",
    2: """bad|poor|not good|not great|not very good|not satisfied|not happy|not helpful|unhelpful|unsatisfied|dissatisfied|unhappy
        |disappointed|disappointing|thumbs down
        |dåligt|dålig|inte bra|inte så bra|mindre bra|inte nöjd|missnöjd|besviken|tumme ner
        |dårlig|ikke bra|ikke så bra|ikke fornøyd|misfornøyd|skuffet|skuffende|tommel ned
        |huono|huonosti|huonoa|ei hyvä|ei kovin hyvä|melko huono|tyytymätön|en ole tyytyväinen|pettynyt|välttävä
        |不满意|不太满意|不好|不太好|差|差评|失望|不行""",
    1: """very bad|really bad|terrible|awful|horrible|worst|the worst|very poor|useless|very dissatisfied|very unsatisfied|very unhappy
        |mycket dåligt|väldigt dåligt|jättedåligt|urdåligt|uselt|hemskt|värdelöst|kasst|katastrof|fruktansvärt|bedrövligt|sämst
        |mycket missnöjd|väldigt missnöjd|jättemissnöjd|veldig dårlig|svært dårlig|forferdelig|elendig|katastrofe|grusomt|ubrukelig
        |veldig misfornøyd|svært misfornøyd|erittäin huono|todella huono|tosi huono|surkea|surkeaa|kamala|kamalaa|kauhea|hirveä|hirveää
        |ala-arvoinen|erittäin tyytymätön|todella tyytymätön
        |非常不满意|很不满意|十分不满意|很差|非常差|太差了|最差|糟糕|很糟糕|非常糟糕|糟透了|极差|垃圾""",
}
_EASY = {
    5: """very easy|super easy|really easy|mycket lätt|mycket enkelt|väldigt lätt|väldigt enkelt|jättelätt|jätteenkelt|veldig lett
        |veldig enkelt|svært lett|svært enkelt|erittäin helppo|erittäin helppoa|todella helppo|todella helppoa|tosi helppoa
        |非常容易|很容易|非常简单|很简单""",
    4: "easy|simple|quite easy|pretty easy|lätt|enkelt|ganska lätt|lett|ganske lett|helppo|helppoa|melko helppoa|容易|简单",
    2: """hard|difficult|not easy|svårt|krångligt|jobbigt|inte lätt|vanskelig|tungvint|ikke lett|vaikea|vaikeaa|hankala|hankalaa
        |ei helppo|ei helppoa|困难|难|麻烦|不容易""",
    1: """very hard|very difficult|really hard|mycket svårt|väldigt svårt|jättesvårt|jättekrångligt|mycket krångligt|veldig vanskelig
        |svært vanskelig|erittäin vaikea|erittäin vaikeaa|todella vaikeaa|todella hankalaa|非常困难|非常难|很难|很麻烦|太麻烦了|非常麻烦""",
}
_ALONE = {4: "fine|all good|好", 3: "ok|okay|okej|okei|helt ok|helt okej|ihan ok|alright|greit|可以"}
"""Said in passing as well ("ok, but where is my parcel"): they count where nothing else is said."""
_FACES = {5: "😀😁😃😄😍🥰😻🤩🥳❤💯🏆", 4: "🙂😊☺👌👍😌👏", 3: "😐😑😶🤷🫤", 2: "🙁☹😕👎😞😟😔", 1: "😡🤬😠👿💩😤"}
_NPS = {1: 1, 2: 3, 3: 7, 4: 8, 5: 10}
"""A level as a score from 0 to 10: what is neither good nor bad is no detractor's."""


def _by_phrase(table: dict[int, str]) -> dict[str, int]:
    return {" ".join(phrase.split()): level for level, phrases in table.items() for phrase in phrases.split("|")}


def _any_of(phrases: dict[str, int]) -> str:
    """Longest first. What has Latin letters ends where a word ends."""
    ordered = sorted(phrases, key=len, reverse=True)
    return "|".join(re.escape(one) + (r"\b" if one[-1].isascii() or one[-1] in "äöå" else "") for one in ordered)


_by_word = {word: value for value, words in _NUMBERS.items() for word in words.split()}
_good, _easy, _alone = _by_phrase(_GOOD), _by_phrase(_EASY), _by_phrase(_ALONE)
_faces = {face: level for level, faces in _FACES.items() for face in faces}
_number = rf"\d{{1,3}}(?:[.,]\d(?!\d))?|(?:{_any_of(_by_word)})"
_SCORE = re.compile(
    rf"(?P<number>{_number})(?:\s*(?:/|out of|of|av|kautta|分之)\s*(?P<of>{_number})"
    r"|\s*(?P<percent>%)|\s*[-–]\s*(?P<until>\d{1,2}))?(?![\d%])"
    r"(?:\s*(?:stars?|stjärn\w*|stjerne\w*|täht\w*|points?|poäng|poeng|pist\w*|颗星|星|分)(?!\w))?"
)
_STARS = re.compile("[⭐★🌟☆]{1,5}(?![⭐★🌟☆])")
_FACE = re.compile(f"[{''.join(_faces)}](?:\\s*[{''.join(_faces)}])*")
_WORD = re.compile(rf"(?P<good>{_any_of(_good)})|(?P<easy>{_any_of(_easy)})")
_ONLY = re.compile(rf"(?:{_any_of(_alone)})[\s.!。！~]*")
_LEAD = re.compile(
    r"(?:(?:i(?:'d| would)? (?:give|say|rate)(?: you| it| this)?(?: an?)?|my (?:rating|score)(?: is)?|rating|score|it(?: wa|')s|that was"
    r"|i(?: a|')m|betyg|jag (?:ger|säger)(?: er| dig| det)?(?: en)?|det (?:var|gick|är)|jag är"
    r"|karakter|jeg (?:gir|sier)(?: dere| deg| det)?"
    r"(?: en)?|det er|jeg er|annan|arvosana|se oli|olen|我给|我打|我觉得|评分|打)\s*[:：]?\s*)"
)
_JOINED = re.compile(
    r"\s*(?:because|since|but|thanks|thank you|för|eftersom|men|tack|fordi|siden|takk|koska|sillä|mutta|kiitos"
    r"|因为|由于|但是|不过|谢谢|感谢)"
)
_BREAK = re.compile(r"\s*[!.,;:)…–—。！，；：、~]+(?!\d)|\s*\n|\s+-\s")
_MARKS = dict.fromkeys([0xFE0F, 0x20E3, 0x200D, *range(0x1F3FB, 0x1F400)])
_EDGE = " \t\r\n.,;:!)…–—-。！，；：、~"


def parse(text: str) -> Parsed | None:
    """What a text says as a rating, whatever was asked; None where it is none. Costs a few microseconds."""
    if len(text) > LONGEST:
        return None
    said = unicodedata.normalize("NFKC", text.translate(_MARKS)).strip().lstrip("\"'“”«")
    folded = said.casefold()
    if len(folded) != len(said):
        said = folded  # a letter that folds to two: places would differ
    if _ONLY.fullmatch(folded):
        return Parsed(level=_alone[folded.strip(_EDGE)])
    lead = _LEAD.match(folded)
    start = lead.end() if lead else 0
    return _scored(folded, said, start) or (_scored(folded, said, 0) if start else None)


def _scored(folded: str, said: str, start: int) -> Parsed | None:
    if found := _SCORE.match(folded, start):
        words = _beside(folded, said, found.end())
        if words is not None:
            return _numbered(found, words)
    if found := _STARS.match(folded, start):
        words = _beside(folded, said, found.end(), loose=True)
        return Parsed(words or "", level=max(len(found[0].replace("☆", "")), 1)) if words is not None else None
    if found := _FACE.match(folded, start):
        level = min(_faces[face] for face in found[0] if face in _faces)
        return Parsed(_beside(folded, said, found.end(), loose=True) or "", level=level)
    if found := _WORD.match(folded, start):
        words = _beside(folded, said, found.end())
        if words is not None:
            return Parsed(words, level=_good.get(found["good"] or ""), easy=_easy.get(found["easy"] or ""))
    return None


def _numbered(found: re.Match[str], words: str) -> Parsed | None:
    number = _value(found["number"])
    if found["until"]:
        number = min(number, float(found["until"]))  # "3-4": nobody is made happier than they said
    of = 100 if found["percent"] else int(_value(found["of"])) if found["of"] else None
    return Parsed(words, number=number, of=of) if of is None or (of > 0 and number <= of) else None


def _value(said: str) -> float:
    known = _by_word.get(said)
    return float(said.replace(",", ".")) if known is None else known


def _beside(folded: str, said: str, end: int, *, loose: bool = False) -> str | None:
    """The words behind a score that ends there; None where it doesn't end there, but is the beginning of something else."""
    rest = folded[end:]
    faces = _FACE.match(rest.lstrip())
    if not _FACE.sub("", rest).strip(_EDGE):
        return ""
    if loose or faces or _BREAK.match(rest) or _JOINED.match(rest):
        return said[end:].lstrip(_EDGE).rstrip()[:MOST_WORDS]
    return None


def score_of(parsed: Parsed, kind: str) -> int | None:
    """The score on a scale; None where what was said is none there, such as 9 of 5."""
    least, most = SCALES[kind]
    level = parsed.easy if kind == "effort" and parsed.easy is not None else parsed.level
    if level is not None:
        return _NPS[level] if kind == "nps" else level
    if parsed.number is None:
        return None
    if parsed.of is not None and parsed.of != most:
        return least + round((parsed.number / parsed.of) * (most - least) - 1e-9)
    return int(parsed.number) if least <= parsed.number <= most else None


def understand(text: str, kind: str) -> Understood | None:
    """The rating that a text is of a survey of a kind, with the words beside it; None where it is an ordinary message."""
    parsed = parse(text)
    score = score_of(parsed, kind) if parsed else None
    return Understood(score, parsed.words) if parsed and score is not None else None


_ASKS = re.compile(
    r"[?？]|\b(?:please|call me|contact me|refund|still (?:not|no|doesn|isn|hasn|waiting)|not (?:work|solved|fixed)|doesn'?t work|ring mig"
    r"|kontakta mig|fortfarande|fungerar inte|inte löst|snälla|ring meg|kontakt meg|fortsatt|fungerer ikke|ikke løst|vær så snill|soittakaa"
    r"|ottakaa yhteyttä|edelleen|ei toimi|ei ratkennut|vieläkään)"
    r"|请|退款|联系我|打电话|还没|没有解决|没解决|仍然"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")


def needs_person(words: str, mark: Mark) -> bool:
    """Whether the words beside a rating want an answer: a question, a wish, what isn't solved, and more than a word beside a bad one."""
    if not words:
        return False
    if _ASKS.search(words.casefold()):
        return True
    return mark == "bad" and (len(words.split()) >= 3 or len(_HAN.findall(words)) >= 6)
