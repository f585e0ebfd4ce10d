"""Whether a sentence that a language model wrote stands in the words that it says it rests on. Pure; what it can't prove it refuses.

What is told to a model may hold orders to it, since customers write it, and models invent. So no sentence is believed: its numbers,
amounts, days, references, addresses and names must stand in its sources, what is promised must be promised there, and where both are of
one language, half of its other words must be said there, in whatever form.
"""

import re
from collections.abc import Sequence
from math import ceil

from msgspec import Struct

from lyhord.hearing.entities.amounts import han_number
from lyhord.hearing.entities.detector import find_entities
from lyhord.hearing.entities.model import AMOUNT, DATE, PERSONAL
from lyhord.hearing.language_model.words import FRAME, NUMBERS, PLEDGES
from lyhord.kit.text import is_unspaced

LEAST_SAID = 0.5
"""Of a sentence's words, the share that its sources say, in whatever form; and of Chinese signs, the pairs."""
LEAST_SAID_IN_SIGNS = 0.35
SHORTEST = 4
"""Letters of a word that is looked for."""
SAME_BEGINNING = 0.7
_KRONA = frozenset({"SEK", "NOK", "DKK", "kr"})
_DIGITS = re.compile(r"\d+")
_GROUPED = re.compile(r"(?<!\d)\d{1,3}(?:[ .,'’\u00a0\u202f]\d{3})+(?!\d)")
_MIXED = re.compile(r"(?=[\w-]*\d)(?=[\w-]*[^\W\d_])[\w-]+")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|e|a|de|s)", re.IGNORECASE)
_HAN_NUMBER = re.compile("[零〇一二两三四五六七八九十百千万]+")
_WORD = re.compile(r"[^\W\d_](?:[^\W_]|[-'’](?=\w))*")
_QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]{3,})[\"”“»]|「([^」]{3,})」")
_HIDDEN = re.compile(rf"\[(?:{'|'.join(sorted(PERSONAL))})\]")
"""What stands in place of something that wasn't sent."""


class Source(Struct, frozen=True):
    """The words of a message as they were sent to the model, and their language (`sv`; "" unknown)."""

    text: str
    language: str = ""


def is_founded(sentence: str, sources: Sequence[Source], language: str, *, headline: bool = False) -> bool:
    """Whether everything in the sentence, which is in this language, that can be proved stands in its sources.

    A `headline` may begin with a capital whatever its first word is.
    """
    said = "\n".join(one.text for one in sources)
    if not sentence.strip() or not said.strip():
        return False
    return (
        _has_numbers(sentence, said)
        and _has_entities(sentence, sources, language)
        and _has_names(sentence, said, language, headline=headline)
        and _has_quotes(sentence, said)
        and _has_pledges(sentence, said)
        and _is_said(sentence, sources, language)
    )


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, hidden ones aside."""
    return [one.casefold() for one in _WORD.findall(_HIDDEN.sub(" ", text))]


def is_like(word: str, other: str) -> bool:
    """Whether two words are forms of one: they begin alike for most of the shorter one."""
    if word == other:
        return True
    least = min(len(word), len(other))
    if least < SHORTEST:
        return least >= 2 and abs(len(word) - len(other)) <= 2 and (word.startswith(other) or other.startswith(word))
    same = next((at for at in range(least) if word[at] != other[at]), least)
    return same >= max(SHORTEST, ceil(SAME_BEGINNING * least))


def _has_numbers(sentence: str, said: str) -> bool:
    return _numbers(sentence) <= _numbers(said)


def _numbers(text: str) -> set[str]:
    """The numbers of a text in figures, thousands without what parts them, and those in words, but one: that is an article."""
    grouped = {_plain(re.sub(r"\D", "", one)) for one in _GROUPED.findall(text)}
    digits = {_plain(one) for one in _DIGITS.findall(_GROUPED.sub(" ", text))}
    words = {NUMBERS[one] for one in words_of(text) if one in NUMBERS}
    han = {str(value) for one in _HAN_NUMBER.findall(text) if (value := han_number(one)) > 1}
    return digits | grouped | words | han


def _plain(digits: str) -> str:
    return digits.lstrip("0") or "0"


def _has_entities(sentence: str, sources: Sequence[Source], language: str) -> bool:
    there = [each for one in sources for each in find_entities(one.text, one.language or language)]
    said = _squeezed("".join(one.text for one in sources))
    for one in find_entities(sentence, language):
        if one.kind == AMOUNT:
            if not any(each.kind == AMOUNT and _same_amount(one.value, each.value) for each in there):
                return False
        elif one.kind == DATE:
            if not any(each.kind == DATE and _same_day(one.value, each.value) for each in there):
                return False
        elif _squeezed(sentence[one.start : one.end]) not in said:
            return False
    if not all(one in said for one in _HIDDEN.findall(sentence.casefold())):
        return False
    mixed = (one for one in _MIXED.findall(_HIDDEN.sub(" ", sentence)) if not _ORDINAL.fullmatch(one))
    return all(_squeezed(one) in said for one in mixed)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s-]", "", text.casefold())


def _same_amount(one: str, other: str) -> bool:
    (currency, number), (another, its) = one.split(" "), other.split(" ")
    return number == its and (currency == another or ("kr" in (currency, another) and {currency, another} <= _KRONA))


def _same_day(one: str, other: str) -> bool:
    return one == other or (one[-5:] == other[-5:] and len(one) > 5 and "--" in (one[:2], other[:2]))


def _has_names(sentence: str, said: str, language: str, *, headline: bool) -> bool:
    """Words with a capital, those of the frame aside, and of days, which have one in English and were held against the sources before."""
    there = set(words_of(said))
    shown = _HIDDEN.sub(" ", sentence)
    days = [one for one in find_entities(shown, language) if one.kind == DATE]
    for found in _WORD.finditer(shown):
        word = found[0].casefold()
        if is_unspaced(word) or not found[0][0].isupper() or word in FRAME:
            continue
        if any(one.start <= found.start() < one.end for one in days):
            continue
        first = headline and not shown[: found.start()].strip()
        if not first and not any(is_like(word, each) for each in there):
            return False
    return True


def _has_quotes(sentence: str, said: str) -> bool:
    words = " ".join(words_of(said))
    return all(" ".join(words_of(one or other)) in words for one, other in _QUOTED.findall(sentence))


def _has_pledges(sentence: str, said: str) -> bool:
    """What would cost the company something is promised in the sources, in whichever of the languages."""
    return all(each.search(said) for each in PLEDGES if each.search(sentence))


def _is_said(sentence: str, sources: Sequence[Source], language: str) -> bool:
    """Where all of the sources are in other languages, their words can't be held against the sentence's."""
    if sources and all(one.language and one.language != language for one in sources):
        return True
    there = [word for one in sources for word in words_of(one.text)]
    words = {one for one in words_of(sentence) if one not in FRAME and not is_unspaced(one) and len(one) >= SHORTEST}
    if sum(any(is_like(one, each) for each in there) for one in words) < LEAST_SAID * len(words):
        return False
    signs = _pairs("".join(one for one in words_of(sentence) if is_unspaced(one)))
    said = _pairs("".join(one for one in there if is_unspaced(one)))
    return len(signs & said) >= LEAST_SAID_IN_SIGNS * len(signs)


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
