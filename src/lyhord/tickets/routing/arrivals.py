"""What came on a day, how long each answer took and who was there, as far as what was said and decided tells it. Pure.

How long an agent was at an answer isn't written down. It is taken as the time since their last words or since the customer's, whichever
came later: so what they did side by side is shared out among the answers. More than `LONGEST_WORK` was a pause; then the answer counts
as long as the middle one of its channel that day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import Literal, NamedTuple

from msgspec import Struct

from lyhord.kit.clock import MINUTE
from lyhord.tickets.routing.replay import Talk

LONGEST_WORK = 20 * MINUTE
USUAL_WORK = 3 * MINUTE
"""How long an answer takes where nothing at all could be measured."""
SEEN_FOR = 10 * MINUTE
"""Before and after somebody was seen they were there, as far as nothing says otherwise."""
SEEN_APART = 45 * MINUTE
"""Who was seen twice within this was there in between."""
Stretch = tuple[int, int]


class Said(NamedTuple):
    """Words: when (Unix milliseconds), about which ticket if any, by whom, and through what. Automatic ones are left out."""

    at: int
    ticket_id: str | None
    by: Literal["in", "out", "note"]
    agent_id: str | None
    channel: str


class Turn(NamedTuple):
    """A customer waits from `asked_at` on, until an agent answers; then how long that took them, where it could be measured."""

    asked_at: int
    channel: str
    answered_at: int | None = None
    agent_id: str | None = None
    work: int | None = None


class Facts(Struct, frozen=True, kw_only=True):
    """What else is known of a ticket. `waits`: its customer is owed an answer to this day. `promised`: by ask, within how long (ms)."""

    weight: int = 1
    inbox_id: str | None = None
    language: str | None = None
    known_id: str | None = None
    waits: bool = False
    promised: Mapping[int, int] = {}


def turns_of(said: Iterable[Said]) -> dict[str, list[Turn]]:
    """By ticket its turns, in order; `said` comes in the order of time."""
    turns: defaultdict[str, list[Turn]] = defaultdict(list)
    acted: dict[str, int] = {}
    for one in said:
        its = turns[one.ticket_id] if one.ticket_id is not None else []
        waiting = bool(its) and its[-1].answered_at is None
        if one.by == "in" and not waiting:
            its.append(Turn(one.at, one.channel))
        elif one.by == "out" and waiting:
            asked = its[-1].asked_at
            took = one.at - max(asked, acted.get(one.agent_id or "", asked))
            work = took if one.agent_id and 0 < took <= LONGEST_WORK else None
            its[-1] = Turn(asked, its[-1].channel, one.at, one.agent_id, work)
        if one.by != "in" and one.agent_id:
            acted[one.agent_id] = one.at
    return {ticket_id: its for ticket_id, its in turns.items() if its}


def usual_work(turns: Iterable[Turn]) -> dict[str, int]:
    """The middle length of an answer by channel, and under "" that of all."""
    took: defaultdict[str, list[int]] = defaultdict(list)
    for one in turns:
        if one.work is not None:
            took[one.channel].append(one.work)
            took[""].append(one.work)
    return {"": USUAL_WORK, **{channel: int(median(one)) for channel, one in took.items()}}


def of_day(turns: Sequence[Turn], start: int, end: int, *, waits: bool) -> list[Turn]:
    """Those that had to be answered on the day: asked before its end, and not answered before its beginning.

    One without any answer counts if its customer is still owed one (`waits`): else somebody saw that none was needed.
    """
    return [
        one
        for place, one in enumerate(turns)
        if one.asked_at < end
        and (one.answered_at >= start if one.answered_at is not None else waits and place == len(turns) - 1)
    ]


def talks_of(turns: Mapping[str, Sequence[Turn]], facts: Mapping[str, Facts], start: int, end: int) -> list[Talk]:
    """What came on a day from `start` to `end` (Unix ms), as it is replayed: the tickets of `facts`, in the order of their ids."""
    usual = usual_work(one for its in turns.values() for one in its)
    talks = []
    for ticket_id in sorted(facts):
        fact, all_turns = facts[ticket_id], turns.get(ticket_id, ())
        its = of_day(all_turns, start, end, waits=fact.waits)
        if not its:
            continue
        first = its[0]
        before = [one for one in all_turns if one.asked_at < first.asked_at]
        talks.append(
            Talk(
                id=ticket_id,
                comes_at=max(first.asked_at, start),
                waits_since=first.asked_at,
                answers=tuple(one.work or usual.get(one.channel, usual[""]) for one in its),
                gaps=(0, *_gaps(its)),
                weight=fact.weight,
                inbox_id=fact.inbox_id,
                language=fact.language,
                known_id=fact.known_id,
                promised=fact.promised.get(first.asked_at),
                owner=before[-1].agent_id if before else None,
            )
        )
    return talks


def _gaps(turns: Sequence[Turn]) -> list[int]:
    return [max(later.asked_at - (one.answered_at or one.asked_at), 0) for one, later in pairwise(turns)]


def stretches(seen: Iterable[tuple[int, bool]], start: int, end: int) -> tuple[Stretch, ...]:
    """From when until when somebody was there between `start` and `end`, told from when they were seen to be there or not, in any order."""
    ordered = sorted(set(seen))
    found: list[Stretch] = []
    for place, (at, there) in enumerate(ordered):
        if not there:
            continue
        before = ordered[place - 1] if place else None
        after = ordered[place + 1] if place + 1 < len(ordered) else None
        begins = at - SEEN_FOR if before is None else max(at - SEEN_FOR, before[0])
        ends = at + SEEN_FOR if after is None else min(at + SEEN_FOR, after[0])
        if after is not None and after[1] and after[0] - at <= SEEN_APART:
            ends = after[0]
        begins, ends = max(begins, start), min(ends, end)
        if found and begins <= found[-1][1]:
            begins = found.pop()[0]
        if begins < ends:
            found.append((begins, ends))
    return tuple(found)
