"""Translators and the words that they must know, as values; the rules that need neither database nor network."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from lyhord.conversations.model import Rendering, Translation
from lyhord.kit.problems import NotFound, Problem
from lyhord.kit.text import clean_name
from lyhord.workspaces.model import Language, base_language

Kind = Literal["libretranslate", "deepl"]
"""LibreTranslate's HTTP API, which others speak as well, or DeepL's."""

MOST_TERMS = 500
MOST_TEXT = 20_000
"""Characters of a message that are translated; longer ones are left as they are, and say so."""
LEAST_SURE = 40.0
"""Percent of certainty below which a detected language is none."""

_MARK = re.compile(r"\[\s*(\d+)\s*\]")
Reads = Sequence[tuple[str, ...]]
"""For each agent the languages that they read, the one first into which the others are translated."""


class Term(Struct, frozen=True):
    """A word of the company's own: always said so in the named languages, left as it is in all others."""

    word: Annotated[str, Meta(min_length=1, max_length=100)]
    become: Annotated[dict[Language, Annotated[str, Meta(max_length=100)]], Meta(max_length=50)] = {}


class Settings(Struct, frozen=True, kw_only=True):
    """A workspace's translator: where it is, the codes of languages as it names them, the words that it must know.

    `hides`: what identifies somebody (addresses, numbers of phones, cards, persons) isn't sent there; in the translation it stands again.
    """

    kind: Kind
    address: str
    languages: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    hides: bool = False


class Translator(Struct, frozen=True, kw_only=True):
    """A workspace's translator as screens see it. `address` is empty for those who can't change it."""

    kind: Kind
    address: str
    has_key: bool
    languages: tuple[str, ...]
    terms: tuple[Term, ...]
    hides: bool = False


class NoTranslator(NotFound):
    """Connect one in the settings."""

    key = "problem.no_translator"


class TranslatorAway(Problem):
    """It doesn't answer, or is too busy: later it may."""

    status = 502
    key = "problem.translator_away"


class TranslatorRefuses(Problem):
    """It wants another key, or its allowance is used up: only a person can help."""

    status = 502
    key = "problem.translator_refuses"


class Untranslatable(Problem):
    """It can't do these words: too many of them, or a language that it doesn't know."""

    status = 422
    key = "problem.untranslatable"


def code_of(language: str, codes: Iterable[str]) -> str | None:
    """What a translator that knows `codes` (`zh-Hans`, `EN-GB`) calls a language; None where it doesn't know it."""
    fitting = [code for code in codes if base_language(code) == language]
    return min(fitting, key=len) if fitting else None


def targets_of(source: str, reads: Reads) -> tuple[str, ...]:
    """The languages into which something in `source` is translated for those who don't read it."""
    return tuple(dict.fromkeys(one[0] for one in reads if one and source not in one))


def with_texts(before: Translation | None, language: str, texts: Mapping[str, str]) -> Translation:
    """A message's translation with more `texts`, by language; one in a language that was there is replaced, never the writer's own."""
    old = before.texts if before else ()
    kept = [one for one in old if one.own or one.language not in texts]
    own = {one.language for one in kept}
    fresh = [Rendering(name, text) for name, text in texts.items() if name not in own]
    return Translation(language, (*kept, *fresh))


def check_terms(terms: Sequence[Term]) -> tuple[Term, ...]:
    """The words on one line each, one of each, the longest first, so that a name wins over its parts."""
    cleaned = {}
    for term in terms:
        word = clean_name(term.word)
        become = {language: clean_name(text) for language, text in term.become.items()}
        if word:
            cleaned[word.casefold()] = Term(word, {language: text for language, text in become.items() if text})
    return tuple(sorted(cleaned.values(), key=lambda term: (-len(term.word), term.word)))


class Guarded(Struct, frozen=True):
    """A text whose known words were taken out: `[1]`, `[2]` stand for `words`, as they must come out."""

    text: str
    words: tuple[str, ...]
    pieces: tuple[str, ...]
    """What stands around the words, for a translator that loses the marks."""

    def restore(self, translated: str) -> str | None:
        """The translation with the words put in; None where a mark was lost or doubled."""
        marks = [int(found[1]) for found in _MARK.finditer(translated)]
        if sorted(marks) != list(range(1, len(self.words) + 1)):
            return None
        return _MARK.sub(lambda found: self.words[int(found[1]) - 1], translated)

    def join(self, translated: Sequence[str]) -> str:
        """The same from translated `pieces`, each with the spaces that it had."""
        spaced = [
            _edges(piece, text) if piece.strip() else piece for piece, text in zip(self.pieces, translated, strict=True)
        ]
        return "".join(part for pair in zip(spaced, (*self.words, ""), strict=True) for part in pair)


def guard(text: str, terms: Sequence[Term], target: str, hidden: Sequence[str] = ()) -> Guarded:
    """Take the words out that must come out as the company says, and `hidden` ones, which come out as they are.

    A text with marks of its own, such as `[1]`, is taken apart, too.
    """
    words: list[str] = []
    pieces: list[str] = []
    ends = 0
    for found in _pattern(terms, hidden).finditer(text):
        term = next((one for one in terms if one.word.casefold() == found[0].casefold()), None)
        words.append(term.become.get(target, found[0]) if term else found[0])
        pieces.append(text[ends : found.start()])
        ends = found.end()
    pieces.append(text[ends:])
    marked = "".join(
        f"{piece}[{place}]" if place <= len(words) else piece for place, piece in enumerate(pieces, start=1)
    )
    return Guarded(marked, tuple(words), tuple(pieces))


def _pattern(terms: Sequence[Term], hidden: Sequence[str]) -> re.Pattern[str]:
    secret = [re.escape(one) for one in sorted(hidden, key=len, reverse=True)]
    known = "|".join((*secret, *(rf"(?<!\w){re.escape(term.word)}(?!\w)" for term in terms)))
    return re.compile(f"{known}|{_MARK.pattern}" if known else _MARK.pattern, re.IGNORECASE)


def _edges(piece: str, text: str) -> str:
    start = piece[: len(piece) - len(piece.lstrip())]
    end = piece[len(piece.rstrip()) :]
    return f"{start}{text.strip()}{end}"
