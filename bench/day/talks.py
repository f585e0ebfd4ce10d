"""What customers say in a day: turns of real dialogues (`multidogo`) under names that are made up, a third of it before the day begins.

A few customers write by mail and in the chat, and are to be found out to be one.
"""

import csv
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FILES = ("airline_test", "software_dev", "fastfood_test", "airline_dev")
LEAST, MOST = 4, 9
"""Messages of a talk."""
BEFORE = 3
"""Of them are there when the day begins."""
FIRST = (
    *("Anna", "Bo", "Cleo", "Dag", "Ella", "Finn", "Greta", "Hugo", "Ingrid", "Jon"),
    *("Kaisa", "Leo", "Maja", "Nils", "Olga", "Per", "Runa", "Sven", "Tyra", "Vera"),
)
LAST = (
    *("Ahlgren", "Bergman", "Dahl", "Ekholm", "Forss", "Grahn", "Hallberg", "Isaksson", "Kivi", "Lindroth"),
    "Moberg",
)
TWICE = 20
"""One customer in so many writes in the chat what was asked by mail before."""


class Talk(NamedTuple):
    """One conversation: a customer, the door they come by (`mail` or `chat`), their words, and those of a year ago."""

    name: str
    door: str
    words: tuple[str, ...]
    old: tuple[str, ...] = ()
    same_as: str | None = None
    """The name by which the same person has written already."""

    @property
    def address(self) -> str:
        return f"ben+{self.name.lower().replace(' ', '.')}@customer.test"


class NoData(Exception):
    """The dialogues aren't on this machine."""


def dialogues(folder: Path) -> Iterator[tuple[str, ...]]:
    """The customers' turns, in their order; sentences of one turn are one message."""
    for name in FILES:
        path = folder / f"{name}.tsv"
        if not path.exists():
            raise NoData(f"There is no {path}: the day needs the dialogues of multidogo beside the project.")
        found: dict[str, dict[int, list[str]]] = {}
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                if (row["turnNumber"] or "").isdigit() and row["utterance"]:
                    turns = found.setdefault(row["conversationId"], {})
                    turns.setdefault(int(row["turnNumber"]), []).append(row["utterance"].strip('" '))
        for turns in found.values():
            words = tuple(" ".join(turns[number]) for number in sorted(turns))
            if LEAST <= len(words) <= MOST:
                yield words


def talks(count: int, folder: Path = DATA / "multidogo") -> list[Talk]:
    """So many conversations, always the same; raises `NoData` where there are no dialogues."""
    said = list(dialogues(folder))
    random.Random(7).shuffle(said)
    names = [f"{first} {last}" for last in LAST for first in FIRST]
    if count > min(len(names), len(said) // 2):
        raise NoData(f"There are dialogues and names for {min(len(names), len(said) // 2)} conversations.")
    made: list[Talk] = []
    for number in range(count):
        name, words = names[number], said[number]
        door = "mail" if number % 2 == 0 else "chat"
        old = said[-1 - number] if door == "mail" and number % 4 == 0 else ()
        same_as = None
        if number % TWICE == 1:
            same_as = made[-1].name
            first, last = same_as.split()
            name = f"{first} {last[0]}"
        made.append(Talk(name, door, words, old, same_as))
    return made
