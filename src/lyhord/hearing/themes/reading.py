"""What is looked at for themes: of each day the first words of each conversation, and whether a reason covers them."""

from collections.abc import Collection

from msgspec import Struct

from lyhord.conversations.model import QUIET, read_more
from lyhord.hearing.findings.actions import Row, findings_of
from lyhord.hearing.findings.model import REASON
from lyhord.hearing.reasons.reading import read_tree
from lyhord.hearing.themes import store
from lyhord.hearing.themes.model import WEEKS
from lyhord.kit.clock import DAY
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import first_id_at

DAYS = 7 * WEEKS
AT_ONCE = 500
MOST_READ = 4_000
"""Messages of a day that are read at most."""
MOST_A_DAY = 150
"""Messages of a day that no reason covers; with so many the day is read no further. Shares stay true, as what was read is counted."""
MOST_LETTERS = 600
LEAST_LETTERS, LEAST_SIGNS = 20, 6
"""Of what says something; signs are Chinese."""
OTHER = "other"
"""The built-in reason that says that none of them covers it."""


class Uncovered(Struct, frozen=True):
    """The words of a customer that no reason covers, or of which nobody is sure."""

    message_id: str
    conversation_id: str
    week: int
    text: str
    language: str


class Day(Struct, frozen=True):
    """A day's: how many conversations were looked at, and the words that no reason covers."""

    looked_at: int
    said: tuple[Uncovered, ...]


def read_day(tx: ReadTx, day: int, now: int) -> Day:
    """The day of this number, of `DAYS`; the last one ends now."""
    begin = now + 1 - (DAYS - day) * DAY
    after, end = first_id_at(begin), first_id_at(begin + DAY)
    covering = {one.id for one in read_tree(tx).all if one.key != OTHER}
    seen: set[str] = set()
    found: list[Uncovered] = []
    for _ in range(MOST_READ // AT_ONCE):
        rows = tx.all(store.said_between, start=after, end=end, most=AT_ONCE)
        first = []
        for message_id, conversation_id, subject, text, stored in rows:
            if conversation_id in seen or not says_something(text) or ('"flags"' in stored and _is_quiet(stored)):
                continue
            seen.add(conversation_id)
            words = f"{subject}\n{text}" if subject else text
            first.append((message_id, conversation_id, day // 7, words[:MOST_LETTERS], language_of(stored)))
        known = findings_of(tx, [one[0] for one in first])
        found += [Uncovered(*one) for one in first if not _is_covered(known.get(one[0], ()), covering)]
        if len(rows) < AT_ONCE or len(found) >= MOST_A_DAY:
            break
        after = first_id_after(rows[-1][0])
    return Day(len(seen), tuple(found[:MOST_A_DAY]))


def first_id_after(message_id: str) -> str:
    """The lowest id above this one: ids are numbers of 128 bits in writing."""
    number = int(message_id.replace("-", ""), 16) + 1
    text = f"{number:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def says_something(text: str) -> bool:
    """Whether words are more than a greeting or thanks."""
    signs = sum("㐀" <= one <= "鿿" for one in text[:MOST_LETTERS])
    return signs >= LEAST_SIGNS or sum(map(str.isalpha, text[:MOST_LETTERS])) >= LEAST_LETTERS


def _is_covered(findings: Collection[Row], covering: Collection[str]) -> bool:
    return any(one.kind == REASON and one.value in covering for one in findings)


def _is_quiet(stored: str) -> bool:
    return not QUIET.isdisjoint(read_more(stored).flags)


def language_of(stored: str) -> str:
    """The language that was told of a message, by its `more` as it is stored; "" unknown."""
    told = read_more(stored).translation if '"translation"' in stored else None
    return (told.language or "").partition("-")[0] if told else ""
