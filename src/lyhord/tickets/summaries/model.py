"""A summary, taken sentence by sentence from what was said, in no other words; each leads to its message. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from lyhord.hearing.entities.detector import find_entities
from lyhord.hearing.entities.model import AMOUNT, DATE, REFERENCE
from lyhord.kit.text import preview
from lyhord.tickets.summaries.cues import GREETS, PROMISES, WANTS
from lyhord.tickets.wordings.model import Written

Kind = Literal["wanted", "promised", "asked", "open", "last"]
ORDER: tuple[Kind, ...] = ("wanted", "promised", "asked", "open", "last")
MOST = 6
MOST_OPEN, MOST_WANTED = 3, 2
MOST_FACTS = 6
MOST_LETTERS = 240
FIRST = 3
"""Messages of a customer that say what they want."""
NAMED = (REFERENCE, AMOUNT, DATE)
"""Kinds of entities that are facts of a case."""
SHORTEST, SHORTEST_SIGNS = 8, 4
"""Letters of a sentence that says something."""

_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+")
_ASKS = ("?", "？")


class Said(Struct, frozen=True):
    """A message about the ticket, in words of a person. `language` as `sv`, "" unknown."""

    message_id: str
    ours: bool
    text: str
    language: str = ""


class Line(Struct, frozen=True):
    """A sentence that was said in a message, and what it is: what they `wanted`, what we `promised` or `asked`, what of theirs is `open`,
    or what they said `last`.
    """

    kind: Kind
    message_id: str
    text: str


class Named(Struct, frozen=True):
    """A fact that a message names: a `reference`, an `amount` or a `date`, as it was written."""

    kind: str
    message_id: str
    text: str


class Summary(Struct, frozen=True):
    """At most six sentences, in the order of `ORDER`, and at most six facts, the latest last. `messages`: of how many it was made.

    `written`: what a language model makes of the same messages; null where the workspace has none for this.
    """

    lines: tuple[Line, ...]
    facts: tuple[Named, ...]
    messages: int
    written: Written | None = None


def summarise(said: Sequence[Said]) -> Summary:
    """What whoever takes over has to know. Of messages in order of time."""
    theirs = [one for one in said if not one.ours]
    ours = [one for one in said if one.ours]
    answered = max((place for place, one in enumerate(said) if one.ours), default=-1)
    after = [one for one in said[answered + 1 :] if not one.ours]
    lines = [
        *_wanted(theirs[:FIRST]),
        *_promised(ours),
        *(_asked(ours[-1]) if ours else ()),
        *_open(after),
    ]
    told = {(one.message_id, one.text) for one in lines}
    if theirs and not any(one.kind == "open" for one in lines):
        last = _telling(theirs[-1])
        if last and (theirs[-1].message_id, last) not in told:
            lines.append(Line("last", theirs[-1].message_id, last))
    first: dict[tuple[str, str], Line] = {}
    for line in lines:
        first.setdefault((line.message_id, line.text), line)
    once = sorted(first.values(), key=lambda one: (ORDER.index(one.kind), one.message_id))
    return Summary(tuple(_few(once)), tuple(_facts(said)), len(said))


def sentences(text: str) -> list[str]:
    """The sentences of a text that say something: greetings, thanks and what is too short are left out."""
    return [line for one in _END.split(text) if (line := preview(one, MOST_LETTERS)) and _says(line)]


def _few(lines: Sequence[Line]) -> list[Line]:
    """The first six, where each kind keeps one before another has its second."""
    kept: list[Line] = []
    for turn in range(MOST_OPEN):
        for kind in ORDER:
            kept += [one for one in lines if one.kind == kind][turn : turn + 1]
    return sorted(kept[:MOST], key=lines.index)


def _wanted(first: Sequence[Said]) -> Iterator[Line]:
    """Of their first message that says something its first sentence, and the next one that asks or wants something."""
    for one in first:
        found = sentences(one.text)
        if found:
            wants = [line for line in found if line.endswith(_ASKS) or WANTS.search(line)]
            first_ones = list(dict.fromkeys([found[0], *wants]))[:MOST_WANTED]
            yield from (Line("wanted", one.message_id, line) for line in first_ones)
            return


def _promised(ours: Sequence[Said]) -> Iterator[Line]:
    for one in reversed(ours):
        for line in sentences(one.text):
            if PROMISES.search(line) and not line.endswith(_ASKS):
                yield Line("promised", one.message_id, line)
                return


def _asked(last: Said) -> Iterator[Line]:
    """The last question of our last answer."""
    asks = [line for line in sentences(last.text) if line.endswith(_ASKS)]
    if asks:
        yield Line("asked", last.message_id, asks[-1])


def _open(after: Sequence[Said]) -> list[Line]:
    """What they asked since our last answer, the latest."""
    asks = [Line("open", one.message_id, line) for one in after for line in sentences(one.text) if line.endswith(_ASKS)]
    return asks[-MOST_OPEN:]


def _telling(one: Said) -> str:
    found = sentences(one.text)
    return max(found, key=len) if found else ""


def _facts(said: Sequence[Said]) -> list[Named]:
    found: dict[tuple[str, str], Named] = {}
    for one in said:
        for entity in find_entities(one.text[: 20 * MOST_LETTERS], one.language):
            if entity.kind in NAMED:
                words = one.text[entity.start : entity.end]
                found.setdefault((entity.kind, entity.value), Named(entity.kind, one.message_id, words))
    ranked = sorted(found.values(), key=lambda fact: NAMED.index(fact.kind))[:MOST_FACTS]
    return sorted(ranked, key=lambda fact: fact.message_id)


def _says(line: str) -> bool:
    signs = sum("㐀" <= one <= "鿿" for one in line)
    letters = sum(map(str.isalpha, line))
    if letters < SHORTEST and signs < SHORTEST_SIGNS:
        return False
    return not (GREETS.match(line) and letters < 3 * SHORTEST and not line.endswith(_ASKS) and (not signs or signs < 8))
