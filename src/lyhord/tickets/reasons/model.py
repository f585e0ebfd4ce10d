"""Why a ticket is there, as values, and the pure rule by which it follows from what was heard in its messages."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from lyhord.hearing.reasons.model import ReasonId

MOST = 3
"""Reasons of a ticket."""
FIRST_WORDS = 3
"""Messages of a customer that say what a ticket is about: the first ones. What comes later are answers."""
LEAST_SHARE = 0.5
"""Of the weight of the surest one, that another reason needs."""
MODEL, UNSURE, AGENT = "model", "unsure", "agent:"


class Stands(Struct, frozen=True):
    """A reason of a ticket. `confidence` is in thousandths; `by` is `model`, `agent:<id>`, or `unsure`: one of those that it may be."""

    reason_id: str
    confidence: int
    by: str


class Heard(Struct, frozen=True):
    """What was heard in one message: reasons of which a model was sure, and what else it may be, with their thousandths."""

    sure: tuple[tuple[str, int], ...] = ()
    perhaps: tuple[tuple[str, int], ...] = ()


def conclude(words: Sequence[Heard]) -> tuple[Stands, ...]:
    """The reasons of a ticket by its customer's first messages, oldest first.

    The first message counts whole, the second one half, and so on. Where nothing is sure, the likeliest three of the first one that says
    anything, as a question.
    """
    weights: dict[str, float] = {}
    sure: dict[str, int] = {}
    for place, one in enumerate(words[:FIRST_WORDS], 1):
        for reason_id, confidence in one.sure:
            weights[reason_id] = max(weights.get(reason_id, 0.0), confidence / place)
            sure[reason_id] = max(sure.get(reason_id, 0), confidence)
    if weights:
        least = max(weights.values()) * LEAST_SHARE
        ranked = sorted(weights, key=lambda one: (-weights[one], one))
        return tuple(Stands(one, sure[one], MODEL) for one in ranked if weights[one] >= least)[:MOST]
    likely = next((one.perhaps for one in words[:FIRST_WORDS] if one.perhaps), ())
    return tuple(Stands(reason_id, confidence, UNSURE) for reason_id, confidence in likely[:MOST])


def first_of(reasons: Sequence[Stands]) -> str | None:
    """What stands in the ticket's row: None where nobody is sure."""
    return (reasons[0].reason_id or None) if reasons and reasons[0].by != UNSURE else None


class ReasonsSaid(Struct, frozen=True, forbid_unknown_fields=True):
    """Why the ticket is there, the first reason first; empty for none of those that there are, null for what the model says."""

    reason_ids: Annotated[tuple[ReasonId, ...], Meta(max_length=MOST)] | None


class Told(Struct, frozen=True):
    """A reason of a ticket with why it is one: the words that spoke for it. `confidence` is from 0 to 1, `by` as in `Stands`."""

    reason_id: str
    confidence: float
    by: str
    why: str = ""


class Alike(Struct, frozen=True):
    """A message of another conversation of which somebody said the same reason."""

    conversation_id: str
    message_id: str
    text: str


class TicketReasons(Struct, frozen=True):
    """Why a ticket is there, and what there is to choose from: `likely` are the three that fit best. `messages`: by message, the reason
    of those of its conversation that have one. `ask`: whether somebody is to be asked.
    """

    reasons: tuple[Told, ...] = ()
    likely: tuple[Told, ...] = ()
    messages: dict[str, str] = {}
    alike: tuple[Alike, ...] = ()
    ask: bool = False
