"""How well personal data is found: recall and precision over seven kinds with a form of their own, beside plain patterns in the same run.

Presidio-research's synthetic sentences (MIT): a kind counts as found where one of it overlaps, as there. The data isn't ours to hand out:
it is looked for in `../shared/data`. Rules were tried out on this set; nothing in it is a customer's.
"""

import json
import re
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bench.hearing import DATA, need
from bench.record import Row, record
from lyhord.hearing.entities.detector import find_entities
from lyhord.hearing.entities.redacting import redact

KINDS = {
    "EMAIL_ADDRESS": "email",
    "CREDIT_CARD": "card",
    "IP_ADDRESS": "ip",
    "DOMAIN_NAME": "url",
    "URL": "url",
    "US_SSN": "ssn",
    "IBAN_CODE": "iban",
    "PHONE_NUMBER": "phone",
}
PLAIN = {
    "email": re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    "card": re.compile(r"\b(?:\d[ -]?){13,16}\b"),
    "ip": re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b"),
    "url": re.compile(r"https?://\S+|www\.\S+"),
    "ssn": re.compile(r"\b\d{3}-\d{2}-\d{4}\b"),
    "iban": re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b"),
    "phone": re.compile(r"\+?\(?\d{1,4}\)?[ .-]?\d{2,4}[ .-]?\d{3,4}(?:[ .-]?\d{2,4})?"),
}
LEAST_RECALL, LEAST_PRECISION, LEAST_SPEED = 0.95, 0.93, 9_500
ROUNDS = 30


class Span(NamedTuple):
    """Something of a kind, and where."""

    kind: str
    start: int
    end: int


class Counts(NamedTuple):
    """How many were found, made up and missed."""

    found: int
    false: int
    missed: int

    @property
    def recall(self) -> float:
        """Of those that are there."""
        return self.found / max(1, self.found + self.missed)

    @property
    def precision(self) -> float:
        """Of those that we say are there."""
        return self.found / max(1, self.found + self.false)


Find = Callable[[str], Sequence[Span]]


def main() -> None:
    """Measure, print and record."""
    need("presidio_synth")
    texts = read_texts()
    ours, plain = count(texts, find_ours), count(texts, find_plain)
    own_speed, plain_speed = speed_of(texts, find_ours), speed_of(texts, find_plain)
    size = ours.found + ours.missed
    for name, counts in (("ours", ours), ("plain patterns", plain)):
        print(f"{name}: recall {counts.recall:.3f}, precision {counts.precision:.3f} of {size} in {len(texts)} texts")
    print(f"{own_speed:,.0f} texts/s ({plain_speed:,.0f}), hidden {speed_of(texts, redact):,.0f}")
    path, beside = "hearing, personal data", "plain patterns beside"
    figures = (
        ("recall", ours.recall, plain.recall, LEAST_RECALL),
        ("precision", ours.precision, plain.precision, LEAST_PRECISION),
    )
    record(
        *(
            Row(
                path,
                beside,
                size,
                round(own, 3),
                what,
                round(theirs, 3),
                round(own / theirs, 3),
                f"at least {least}",
                own >= least,
            )
            for what, own, theirs, least in figures
        ),
        Row(
            f"{path}: speed",
            beside,
            len(texts),
            round(own_speed),
            "texts/s",
            round(plain_speed),
            round(own_speed / plain_speed, 2),
            f"at least {LEAST_SPEED:,}",
            own_speed >= LEAST_SPEED,
        ),
    )


def find_ours(text: str) -> list[Span]:
    """What the product finds, of the seven kinds."""
    wanted = set(KINDS.values())
    return [Span(one.kind, one.start, one.end) for one in find_entities(text, "en") if one.kind in wanted]


def find_plain(text: str) -> list[Span]:
    """What patterns without check digits find, the first kind that takes a place."""
    found: list[Span] = []
    for kind, pattern in PLAIN.items():
        for one in pattern.finditer(text):
            if all(one.end() <= other.start or one.start() >= other.end for other in found):
                found.append(Span(kind, one.start(), one.end()))
    return found


def count(texts: Sequence[tuple[str, Sequence[Span]]], find: Find) -> Counts:
    """Whatever overlaps one of the same kind is found."""
    found = false = missed = 0
    for text, there in texts:
        said = find(text)
        hits = [one for one in there if any(_overlap(one, other) for other in said)]
        found += len(hits)
        missed += len(there) - len(hits)
        false += sum(not any(_overlap(one, other) for other in there) for one in said)
    return Counts(found, false, missed)


def speed_of(texts: Sequence[tuple[str, Sequence[Span]]], find: Callable[[str], object]) -> float:
    """Texts a second of one core's time."""
    start = time.process_time()
    for _ in range(ROUNDS):
        for text, _there in texts:
            find(text)
    return ROUNDS * len(texts) / (time.process_time() - start)


def read_texts() -> list[tuple[str, list[Span]]]:
    """Each text with what is in it of the seven kinds."""
    [path] = (DATA / "presidio_synth").glob("*.json")
    return [
        (
            one["full_text"],
            [
                Span(KINDS[span["entity_type"]], span["start_position"], span["end_position"])
                for span in one["spans"]
                if span["entity_type"] in KINDS
            ],
        )
        for one in json.loads(path.read_text())
    ]


def _overlap(one: Span, other: Span) -> bool:
    return one.kind == other.kind and one.start < other.end and other.start < one.end
