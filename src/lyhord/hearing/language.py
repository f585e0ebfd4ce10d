"""Tells in which language a text is written. It never raises, and says that it doesn't know rather than guess."""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from lyhord.hearing.letters import letters_of, shares_of
from lyhord.hearing.model import UNKNOWN, Heard, Span
from lyhord.hearing.scripts import CYRILLIC, LATIN, language_of_script, script_of
from lyhord.hearing.words import told_by_words

VERSION = "1"
"""Of models and rules together; docs/models/language.md has a card of each."""
SURE = 0.7
"""Below this nobody can tell."""
SURE_OF_SENTENCE = 0.95
LEAST_SENTENCE = 12
"""Letters of a sentence that may be in a language of its own."""
LEAST_SHARE = 0.15
"""Of all letters, for a second language to be one."""
MOST_TEXT = 4_000
"""Characters that are looked at."""
HEAT = 1.6
RARE = -2.0
"""How much less likely are languages that few of our users' customers write, in nats."""
KNOWN = 2.5
"""How much more likely is a language that somebody is known to write, in nats: it decides what two words leave open, and no sentence."""
NAME = 0.3
"""How much the letters of a word with a capital count, where others have none."""
USUAL = frozenset(("en", "sv", "nb", "da", "fi", "de", "zh"))

_SENTENCE = re.compile(r"(?:[^\n.!?。！？]|[.!?](?!\s|$))+[.!?。！？]*", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]+")
_NO_WORDS = re.compile(
    r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|(?<![\w@])[@#]\w+|[A-Za-z_]*\d[A-Za-z\d_]*|\b[\w-]+\.(?:com|org|net|se|no|fi|dk|de|cn|pdf|jpg|png)\b"
)
_INTERNATIONAL = re.compile(
    r"\b(?:ok|okay|okej|okei|hm+|ha(?:ha)+|lol|pdf|sms|app|e-?mail|http|www|iban|gps|wifi|usb)\b", re.IGNORECASE
)


class _Piece(NamedTuple):
    """A sentence with its script, its letters, and what its own letters say, where a model tells."""

    start: int
    end: int
    script: str
    much: float
    weights: list[float] | None


def hear_language(text: str, likely: str = "", among: Collection[str] = ()) -> Heard:
    """The language of a text: mostly, and by sentence where there are several. Addresses, numbers and emoji say nothing.

    `likely` is the language that the writer is known to write ("" for none). `among` leaves no other languages, where not empty.
    """
    told = _NO_WORDS.sub(lambda found: " " * len(found[0]), text[:MOST_TEXT])
    told = _INTERNATIONAL.sub(lambda found: " " * len(found[0]), told)
    pieces = list(_pieces(told))
    much: dict[str, float] = {}
    for one in pieces:
        much[one.script] = much.get(one.script, 0.0) + one.much
    if not much:
        return UNKNOWN
    script = max(much, key=lambda one: much[one])
    own = [one for one in pieces if one.script == script]
    language, confidence = _tell(script, own, told, likely, among)
    spans = _spans(pieces, told, likely, among) if len(pieces) > 1 else ()
    if spans:
        longest = _longest(spans)
        return Heard(longest, max(confidence, SURE) if longest == language else SURE, spans)
    return Heard(language, confidence) if language and confidence >= SURE else Heard("", confidence)


def _pieces(told: str) -> Iterator[_Piece]:
    for found in _SENTENCE.finditer(told):
        script, much = script_of(found[0])
        if script:
            weights = _weigh(script, found[0]) if script in (LATIN, CYRILLIC) else None
            yield _Piece(found.start(), found.end(), script, much, weights)


def _weigh(script: str, sentence: str) -> list[float]:
    """What a sentence's letters say; names, which are often of another language, say less than what stands in small letters."""
    letters = letters_of(script)
    words = _WORD.findall(sentence)
    names = [word for word in words[1:] if word[0].isupper()]
    if not names or len(names) * 3 > len(words) * 2:
        return letters.weigh(sentence)
    rest = letters.weigh(" ".join(word for at, word in enumerate(words) if not at or not word[0].isupper()))
    said = zip(rest, letters.weigh(" ".join(names)), strict=True)
    return [mine + NAME * named for mine, named in said]


def _tell(script: str, pieces: list[_Piece], told: str, likely: str, among: Collection[str]) -> tuple[str, float]:
    """The language that pieces of one script have in common, and how sure that is."""
    weights = [one.weights for one in pieces if one.weights is not None]
    words = " ".join(told[one.start : one.end] for one in pieces)
    if not weights:
        language, confidence = language_of_script(script, words, likely)
        return (language, confidence) if not among or language in among else ("", 0.0)
    languages = letters_of(script).languages
    summed = [sum(column) for column in zip(*weights, strict=True)]
    by_words = told_by_words(words)
    if not any(summed) and not by_words:
        return "", 0.0
    fair = [
        (language, weight + by_words.get(language, 0.0) + _before(language, likely, script))
        for language, weight in zip(languages, summed, strict=True)
        if not among or language in among
    ]
    if not fair:
        return "", 0.0
    shares = shares_of([weight for _, weight in fair], HEAT)
    best = max(range(len(fair)), key=lambda place: shares[place])
    return fair[best][0], shares[best]


def _before(language: str, likely: str, script: str) -> float:
    rare = RARE if script == LATIN and language not in USUAL else 0.0
    return KNOWN if language == likely else rare


def _spans(pieces: list[_Piece], told: str, likely: str, among: Collection[str]) -> tuple[Span, ...]:
    """The sentences of which we are sure, joined where neighbours agree; none where all are in one language."""
    found: list[Span] = []
    letters: dict[str, float] = {}
    for one in pieces:
        if one.much < LEAST_SENTENCE:
            continue
        language, confidence = _tell(one.script, [one], told, likely, among)
        if not language or confidence < SURE_OF_SENTENCE:
            continue
        letters[language] = letters.get(language, 0.0) + one.much
        if found and found[-1].language == language:
            found[-1] = Span(language, found[-1].start, one.end)
        else:
            found.append(Span(language, one.start, one.end))
    whole = sum(letters.values())
    kept = {language for language, much in letters.items() if much >= LEAST_SHARE * whole}
    return tuple(one for one in found if one.language in kept) if len(kept) > 1 else ()


def _longest(spans: tuple[Span, ...]) -> str:
    letters: dict[str, int] = {}
    for one in spans:
        letters[one.language] = letters.get(one.language, 0) + one.end - one.start
    return max(letters, key=lambda one: letters[one])
