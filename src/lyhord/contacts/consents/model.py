"""Answers of a contact, and which of them hold."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

Answer = Literal["given", "withdrawn"]
PURPOSE_LIMIT = 60
CHANNEL_LIMIT = 40
SOURCE_LIMIT = 200
EVIDENCE_LIMIT = 2_000


class Consent(Struct, frozen=True):
    """One answer. `channel` is empty for every channel; `at` is when the contact answered, in Unix milliseconds.

    `source` says where (a form, a phone call), `evidence` how it can be proven; `contact_id` is who was asked, merged or not.
    """

    id: str
    contact_id: str
    purpose: str
    channel: str
    answer: Answer
    at: int
    source: str
    evidence: str
    recorded_by: str
    recorded_at: int


class Consents(Struct, frozen=True):
    """What holds now, one for each purpose and channel that was ever asked about, and every answer, the latest first."""

    current: list[Consent]
    answers: list[Consent]


def stand_of(answers: Iterable[Consent]) -> Consents:
    """Which answers hold: the latest that the contact gave for a purpose on a channel; of two at one moment the one recorded last."""
    latest_first = sorted(answers, key=lambda one: (one.at, one.recorded_at, one.id), reverse=True)
    current: dict[tuple[str, str], Consent] = {}
    for one in latest_first:
        current.setdefault((one.purpose.casefold(), one.channel), one)
    return Consents(list(current.values()), latest_first)
