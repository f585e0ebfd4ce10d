"""A statement of somebody about themselves, as it is heard in a text."""

import re
from typing import NamedTuple

from msgspec import Struct

PREFERENCE, PLAN, PROBLEM, LIFE_EVENT, PRODUCT = "preference", "plan", "problem", "life_event", "product"
HEALTH, BELIEF, UNION, SEXUALITY, ETHNICITY, POLITICS = (
    "health",
    "belief",
    "union",
    "sexuality",
    "ethnicity",
    "politics",
)


KINDS = (PREFERENCE, PLAN, PROBLEM, LIFE_EVENT, PRODUCT, HEALTH, BELIEF, UNION, SEXUALITY, ETHNICITY, POLITICS)


class Stated(Struct, frozen=True):
    """Somebody said this of themselves. `text` are the words that say it, `quote` is their sentence, from `start` to `end` of the whole.

    Two statements of one topic can't both hold: the later one does. `holds` is false where somebody says that something is so no more;
    that retires what was said of the topic and is nothing to be kept itself.
    """

    kind: str
    text: str
    quote: str
    confidence: float
    topic: str
    start: int
    end: int
    holds: bool = True


class Rule(NamedTuple):
    """Where `pattern` holds in a sentence, somebody states something of a kind. Groups of it: `o` is what it is about, `n` denies it.

    `topic` has `{o}` for what it is about. Without `keeps_denied` a denial only retires.
    """

    kind: str
    topic: str
    pattern: re.Pattern[str]
    confidence: float = 0.85
    denies: bool = False
    keeps_denied: bool = False


class Rules(NamedTuple):
    """The rules of a language. Sentences in which `asks`, `supposes` or `reports` is found state nothing.

    `mine` is in each sentence that can state something: a cheap look before the others. `ends` is where what it is about ends.
    """

    mine: re.Pattern[str]
    asks: re.Pattern[str]
    supposes: re.Pattern[str]
    reports: re.Pattern[str]
    ends: re.Pattern[str]
    empty: re.Pattern[str]
    rules: tuple[Rule, ...]


def words(pattern: str) -> re.Pattern[str]:
    """A pattern without regard to case, in which a space stands for any."""
    return re.compile(pattern.replace(" ", r"\s"), re.IGNORECASE)
