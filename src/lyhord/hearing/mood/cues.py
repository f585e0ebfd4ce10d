"""Words and phrases that tell how somebody feels and what they want, by language, and where they stand in a text.

`cues/<language>.txt` has a line for each kind: `swear: damn*, for god's sake`. A word that ends in `*` is the beginning of one. The longest
phrase counts, and what it covers counts for nothing else; those of the kind `plain` mean nothing, and keep others from being heard.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

LANGUAGES = ("da", "de", "en", "fi", "nb", "sv", "zh")
NOT, VERY, PLAIN = "not", "very", "plain"
KINDS = (
    *("swear", "anger", "sad", "fault", "again", "demand", "happy", "delight"),
    *("thanks", "pray", "urgent", "soon", "need", "churn", "legal", "public", "calm"),
)
"""`sad`: disappointment. `fault`: something is wrong. `again`: it isn't the first time. `demand`: what somebody owes them. `pray`: thanks
that aren't. `soon` is urgent where somebody needs something (`need`). `calm`: asking, ordering and greeting."""

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_PART = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*\*?")
_SIGN = re.compile(r"[a-z0-9]+|[^\W_]")
"""Chinese has no spaces: each sign is a word."""
_EMOJI: Mapping[str, str] = {
    **dict.fromkeys("😡🤬😠👿🖕💢", "anger"),
    **dict.fromkeys("😞😢😭☹🙁😔😤😒😕😣😩😫👎💔🤮🤦", "sad"),
    **dict.fromkeys("🙂😊👍😄😃😀☺👌😁😎💪", "happy"),
    **dict.fromkeys("😍🥰❤🎉🤩💯⭐🏆😘💖🥳", "delight"),
    **dict.fromkeys("🙏", "thanks"),
}
_FACE = re.compile(rf"[{''.join(_EMOJI)}]|(?<!\S)(?:[:;]-?[)D(]|:'\(|<3)(?!\S)")
_FACES = {"(": "sad", ")": "happy", "D": "happy", "3": "happy"}
_REACH: Mapping[str, int] = {
    **dict.fromkeys(("happy", "delight"), 3),
    **dict.fromkeys(("thanks", "sad", "anger", "churn", "urgent"), 2),
    "fault": 1,
}
"""How many words before a cue may stand what denies it. What isn't named is never denied."""


class Cue(NamedTuple):
    """Characters `start` to `end` are a cue of a kind. `raised`: it is said with *very*; `denied`: with *not*."""

    kind: str
    start: int
    end: int
    raised: bool = False
    denied: bool = False


class _Phrase(NamedTuple):
    """What stands behind its first word, and what it is a cue of."""

    rest: tuple[str, ...]
    kinds: tuple[str, ...]


class _Word(NamedTuple):
    text: str
    start: int
    end: int


class Cues:
    """Those of one language."""

    def __init__(self, stored: str, word: re.Pattern[str]) -> None:
        self._word = word
        kinds: dict[tuple[str, ...], list[str]] = {}
        for line in stored.splitlines():
            kind, _, phrases = line.partition(": ")
            for phrase in phrases.split(", "):
                kinds.setdefault(self._parts(phrase), []).append(kind)
        self._whole: dict[str, list[_Phrase]] = {}
        self._begun: dict[str, list[_Phrase]] = {}
        for (first, *rest), found in kinds.items():
            by_first = self._begun if first.endswith("*") else self._whole
            by_first.setdefault(first.rstrip("*"), []).append(_Phrase(tuple(rest), tuple(dict.fromkeys(found))))
        self._sizes = sorted({len(first) for first in self._begun}, reverse=True)

    def find(self, text: str) -> list[Cue]:
        """What stands in a text, in order; emoji behind it."""
        words = [_Word(one[0].replace("’", "'"), one.start(), one.end()) for one in self._word.finditer(_low(text))]
        return [*self._find_phrases(words), *_find_faces(text)]

    def _parts(self, phrase: str) -> tuple[str, ...]:
        return tuple(self._word.findall(phrase)) if self._word is _SIGN else tuple(_PART.findall(phrase))

    def _find_phrases(self, words: Sequence[_Word]) -> Iterator[Cue]:
        at, denied, raised = 0, -9, -9
        while at < len(words):
            kinds, size = self._longest_at(words, at)
            start, end = words[at].start, words[at + size - 1].end
            for kind in kinds:
                if kind == NOT:
                    denied = at + size - 1
                elif kind == VERY:
                    raised = at + size - 1
                elif kind != PLAIN:
                    yield Cue(kind, start, end, at - raised <= 1, at - denied <= _REACH.get(kind, 0))
            at += size

    def _longest_at(self, words: Sequence[_Word], at: int) -> tuple[tuple[str, ...], int]:
        """The kinds of the longest phrase that begins at a word, and how many words it has; none and 1 where there is none."""
        kinds: tuple[str, ...] = ()
        longest = 1
        for phrase in self._begun_by(words[at].text):
            size = len(phrase.rest) + 1
            if size < longest or at + size > len(words):
                continue
            if all(map(_fits, phrase.rest, words[at + 1 : at + size])):
                kinds = (*kinds, *phrase.kinds) if size == longest else phrase.kinds
                longest = size
        return tuple(dict.fromkeys(kinds)), longest

    def _begun_by(self, word: str) -> Iterator[_Phrase]:
        yield from self._whole.get(word, ())
        for size in self._sizes:
            if size <= len(word):
                yield from self._begun.get(word[:size], ())


@cache
def cues_of(language: str) -> Cues | None:
    """Those of a language; None where we have none."""
    if language not in LANGUAGES:
        return None
    stored = files("lyhord.hearing.mood").joinpath(f"cues/{language}.txt").read_text(encoding="utf-8")
    return Cues(stored, _SIGN if language == "zh" else _WORD)


def _fits(part: str, word: _Word) -> bool:
    return word.text.startswith(part[:-1]) if part.endswith("*") else word.text == part


def _find_faces(text: str) -> Iterator[Cue]:
    for one in _FACE.finditer(text):
        yield Cue(_EMOJI.get(one[0]) or _FACES[one[0][-1]], one.start(), one.end())


def _low(text: str) -> str:
    """In small letters, each in the place of its large one."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
