"""Hints as values, and how many complaints are missed, by what the weekly looks found."""

import hashlib
from collections.abc import Iterable
from heapq import nsmallest
from math import sqrt
from typing import Literal

from msgspec import Struct

from lyhord.kit.clock import DAY

Mood = Literal["angry", "unhappy", "neutral", "happy", "delighted"]
WEEK = 7 * DAY
DRAWN = 20
"""Messages of a week that somebody is asked to look at."""
_MONDAY = 4 * DAY
"""1 January 1970 was a Thursday: the first Monday came four days later."""


class Hint(Struct, frozen=True):
    """That a ticket may be a complaint, by one of its messages. `confidence` is from 0 to 1; `start` and `end` have the words that show it
    best, where there are such; `why` names what spoke for it, kinds of cues with spaces between. `asks`: somebody is to say whether it is.
    """

    message_id: str
    confidence: float
    start: int | None
    end: int | None
    why: str
    asks: bool


class Felt(Struct, frozen=True):
    """What was heard in a message. `kind` is mood, complaint, urgency, threat, thanks, entity with `<kind>:<value>` for what the message
    names, or fact with `<kind>:<text>` for what the writer states of themselves; `by` is empty, or `agent:<id>` who said so.
    """

    message_id: str
    kind: str
    value: str
    confidence: float
    start: int | None
    end: int | None
    why: str
    by: str


class TicketFelt(Struct, frozen=True):
    """How a ticket's customer feels: the hint, where there is one, and what was heard in the latest messages of the conversation."""

    hint: Hint | None = None
    messages: tuple[Felt, ...] = ()


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the ticket is a complaint."""

    is_complaint: bool


class MoodSaid(Struct, frozen=True, forbid_unknown_fields=True):
    """How the writer of a message feels; null for what was heard."""

    message_id: str
    mood: Mood | None


class Look(Struct, frozen=True):
    """A message that wasn't heard as a complaint, and that somebody is to look at."""

    message_id: str
    conversation_id: str
    text: str


class Week(Struct, frozen=True):
    """What became of a week, which begins at `since` (Unix milliseconds, a Monday in UTC).

    Of `said` messages in which we listened, `heard` were likely complaints. Of the others `drawn` were drawn by lot, `looked` of these were
    looked at, and `missed` were complaints.
    """

    since: int
    said: int
    heard: int
    drawn: int
    looked: int
    missed: int


class Looks(Struct, frozen=True):
    """What is to be looked at, and the weeks, the latest first. `share` of what wasn't heard as a complaint is one, most likely, and
    `least` to `most` with 95 % probability (Wilson); None before anything was looked at.
    """

    open: tuple[Look, ...]
    weeks: tuple[Week, ...]
    looked: int
    missed: int
    share: float | None = None
    least: float | None = None
    most: float | None = None


class LookedAt(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the message is a complaint after all."""

    missed: bool


def week_before(now: int) -> int:
    """When the last whole week began, in Unix milliseconds: a Monday in UTC."""
    return (now - _MONDAY) // WEEK * WEEK + _MONDAY - WEEK


def draw(since: int, message_ids: Iterable[str]) -> list[str]:
    """Twenty of these by lot, each as likely as any other; the same ones whenever it is asked."""
    return nsmallest(DRAWN, message_ids, key=lambda one: hashlib.sha256(f"{since} {one}".encode()).digest())


def likely_share(missed: int, looked: int) -> tuple[float, float] | None:
    """Between which shares the true one is with 95 % probability, of so many looked at (Wilson 1927); None of none."""
    if not looked:
        return None
    z = 1.96
    share, spread = missed / looked, z * z / looked
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / looked + spread / (4 * looked))
    return max(0.0, middle - half), min(1.0, middle + half)
