"""Hears mood, urgency, threats, thanks and complaints in one text."""

import re
from collections.abc import Iterator, Sequence

from lyhord.hearing.findings.model import COMPLAINT, MOOD, THANKS, THREAT, URGENCY, Finding
from lyhord.hearing.mood.cues import Cue, cues_of
from lyhord.hearing.mood.heads import heads_of
from lyhord.hearing.mood.judging import Own, complains, complaint_from, moods_of
from lyhord.hearing.mood.signs import BAD, is_shouted, signs_of

VERSION = "1"
"""Of cues, models and weights together; docs/models/mood.md and complaints.md have a card of each."""
MOST_TEXT = 4_000
"""Characters that are looked at."""
SUREST = 0.99
"""No words alone are surer."""
SURE_OF_ANGER = 0.4
"""Of what speaks for blame, so much must speak for anger: else somebody is unhappy."""
LEAST_BLAME = 0.25
"""How probable a complaint must be for what is said in it to be a threat."""
MOST_LETTERS, LEAST_REQUEST = 6, 14
"""Letters of a word of thanks that may be mere manners, and of a text that may be a request."""
THREATS = ("churn", "legal", "public")
_SHOWS = {
    "angry": ("swear", "anger", "public", "legal", "churn", "sad", "fault", "again", "demand"),
    "unhappy": ("sad", "fault", "anger", "again", "demand", "swear", "churn", "legal", "public"),
    "happy": ("happy", "delight", "thanks"),
    "delighted": ("delight", "happy", "thanks"),
    COMPLAINT: ("anger", "sad", "fault", "demand", "again", "swear", "churn", "legal", "public"),
}
"""Kinds of cues that show a mood, the most telling first."""
_SENTENCE = re.compile(r"[^.!?。！？\n]*[.!?。！？\n]*")
_LETTER = re.compile(r"[^\W\d_]")


def hear_mood(text: str, language: str, own: Own | None = None) -> Sequence[Finding]:
    """What a text says of how its writer feels; `own`: what a workspace's answers have taught of complaints.

    `why` names what spoke for it: kinds of cues, `shouts` for capitals, `words` for the rest. In languages of which we have no cues nothing
    is heard. Anger is never told without a cue that shows it.
    """
    known = cues_of(language.split("-", maxsplit=1)[0])
    said = text[:MOST_TEXT]
    if known is None or not _LETTER.search(said):
        return ()
    cues = known.find(said)
    signs = _signs(said, language, cues)
    complaint = complains(signs, own, read_reasons([said])[0] if own else ())
    is_complaint = complaint >= complaint_from(language, own)
    heard = [_mood(said, cues, moods_of(signs))]
    if is_complaint:
        heard.append(_finding(COMPLAINT, COMPLAINT, complaint, said, cues))
    if complaint >= LEAST_BLAME or heard[0].value in ("angry", "unhappy"):
        heard += _threats(cues)
    return [*heard, *_urgency(said, cues), *_thanks(said, cues)]


def read_signs(text: str, language: str) -> list[float]:
    """What counts in a text (`signs.SIGNS`); in languages of which we have no cues little does."""
    known, said = cues_of(language.split("-", maxsplit=1)[0]), text[:MOST_TEXT]
    return _signs(said, language, known.find(said) if known else ())


def read_reasons(texts: Sequence[str]) -> list[list[float]]:
    """How probable each reason is in each text, by the model that came with the product, in its order."""
    from lyhord.hearing.reasons.telling import seed_model  # noqa: PLC0415 - where nothing was learned nobody needs it here

    model = seed_model()
    told = [dict(one) for one in model.tell([text[:MOST_TEXT] for text in texts])]
    return [[one.get(label, 0.0) for label in model.labels] for one in told]


def _signs(said: str, language: str, cues: Sequence[Cue]) -> list[float]:
    heads = heads_of(language)
    return signs_of(said, cues, heads.weigh(said) if heads else None)


def _mood(text: str, cues: Sequence[Cue], moods: dict[str, float]) -> Finding:
    """The likeliest mood. Of those that blame it is anger where that is likely enough and a cue shows it."""
    blamed = moods["angry"] + moods["unhappy"]
    best = max((one for one in moods if one not in ("angry", "unhappy")), key=lambda mood: moods[mood])
    if moods[best] >= blamed:
        return _finding(MOOD, best, moods[best], text, cues)
    shown = is_shouted(text) or any(one.kind in _SHOWS["angry"] and not one.denied for one in cues)
    angry = shown and moods["angry"] >= SURE_OF_ANGER * blamed
    return _finding(MOOD, "angry" if angry else "unhappy", moods["angry"] if angry else blamed, text, cues)


def _finding(kind: str, value: str, confidence: float, text: str, cues: Sequence[Cue]) -> Finding:
    shows = _SHOWS.get(value, ())
    telling = [one for one in cues if _shows(one, shows)]
    why = dict.fromkeys(one.kind if not one.denied else "unpraised" for one in telling)
    if value == "angry" and is_shouted(text):
        why["shouts"] = None
    best = min(telling, key=lambda one: shows.index(one.kind) if one.kind in shows else len(shows), default=None)
    return Finding(
        kind,
        value,
        min(round(confidence, 3), SUREST),
        (best.start, best.end) if best else None,
        " ".join(why) or "words",
    )


def _shows(one: Cue, shows: Sequence[str]) -> bool:
    if one.denied:
        return bool(BAD & set(shows)) and one.kind in ("happy", "delight", "thanks")
    return one.kind in shows


def _threats(cues: Sequence[Cue]) -> Iterator[Finding]:
    """What somebody who blames us threatens with. Who ends a contract without a word of blame threatens nobody."""
    for value in THREATS:
        own = [one for one in cues if one.kind == value and not one.denied]
        if own:
            yield Finding(THREAT, value, min(0.95, 0.6 + 0.15 * len(own)), own[0][1:3], value)


def _urgency(text: str, cues: Sequence[Cue]) -> Iterator[Finding]:
    own = [one for one in cues if one.kind == "urgent" and not one.denied]
    if own:
        yield Finding(URGENCY, "urgent", min(0.95, 0.7 + 0.1 * len(own)), own[0][1:3], "urgent")
        return
    for one in cues:
        if one.kind == "soon" and not one.denied and _needs(_sentence_at(text, one.start), cues):
            yield Finding(URGENCY, "urgent", 0.6, one[1:3], "soon need")
            return


def _needs(sentence: tuple[int, int], cues: Sequence[Cue]) -> bool:
    """Whether somebody needs something there."""
    return any(one.kind == "need" and sentence[0] <= one.start < sentence[1] for one in cues)


def _sentence_at(text: str, place: int) -> tuple[int, int]:
    return next((one.span() for one in _SENTENCE.finditer(text) if one.start() <= place < one.end()), (0, len(text)))


def _thanks(text: str, cues: Sequence[Cue]) -> Iterator[Finding]:
    """Thanks for something: the one word behind a request (*send it again, thanks*) is none."""
    own = [one for one in cues if one.kind == "thanks" and not one.denied]
    if len(own) == 1 and not any(one.kind in ("happy", "delight") for one in cues):
        word = text[own[0].start : own[0].end]
        ends = len(text[own[0].end :].strip(" .!。！")) == 0
        if ends and " " not in word and len(word) <= MOST_LETTERS and len(text) > LEAST_REQUEST:
            return
    if own:
        yield Finding(THANKS, THANKS, min(0.95, 0.75 + 0.1 * len(own)), own[0][1:3], "thanks")
