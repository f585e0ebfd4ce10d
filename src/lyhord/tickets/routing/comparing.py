"""A day under other rules, beside the same day under those of now and as it really went. Pure.

Rules are compared with rules: both days are replayed alike, so what a replay leaves out is left out of both. The day as it really went
stands beside them to show how near a replay comes to it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from math import ceil
from typing import Annotated

from msgspec import Meta, Struct, structs

from lyhord.kit.clock import MINUTE
from lyhord.tickets.routing.arrivals import Facts, Said, Stretch, Turn, of_day, talks_of, turns_of
from lyhord.tickets.routing.model import MOST_ROUTES, Member, Route, RouteWords, Words
from lyhord.tickets.routing.replay import Hand, Outcome, Rules, Talk, replay
from lyhord.workspaces.model import Language

MOST_EXAMPLES = 20
DAYS_BACK = 30
Minute = Annotated[int, Meta(ge=0, le=24 * 60)]


class DraftHand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is otherwise with an agent; None: as it is. `there`: from when until when, in minutes of the day; empty: not at all."""

    capacity: Annotated[int, Meta(ge=0, le=1_000)] | None = None
    skills: Words | None = None
    languages: Annotated[tuple[Language, ...], Meta(max_length=50)] | None = None
    there: Annotated[tuple[tuple[Minute, Minute], ...], Meta(max_length=10)] | None = None


class Draft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Other rules for a day (as 2026-03-01): its routes in order, and agents by id with whom something is otherwise."""

    day: date
    routes: Annotated[tuple[RouteWords, ...], Meta(max_length=MOST_ROUTES)]
    agents: Annotated[dict[Annotated[str, Meta(max_length=36)], DraftHand], Meta(max_length=1_000)] = {}


class Past(Struct, frozen=True, kw_only=True):
    """A day from `start` to `end` (Unix ms), and two sets of rules: routes by id, and the route of each ticket that one fits."""

    start: int
    end: int
    said: list[Said]
    facts: dict[str, Facts]
    members: dict[str, Member]
    there: dict[str, tuple[Stretch, ...]]
    teams: dict[str, tuple[str, ...]]
    now: dict[str, Route]
    now_of: dict[str, str]
    draft: dict[str, Route]
    draft_of: dict[str, str]


class Side(Struct, frozen=True):
    """How a day went: answers, and customers without one in the evening; the wait (ms) that half, 90 and 95 of 100 answers kept within.

    `waits` are all waits in order, thinned to at most 101 evenly spread ones: the picture of the distribution. Of `promised` answers
    `kept` came in time. Of `knowable` tickets `known` went to who knows the customer. `loads`: answers by agent.
    """

    answers: int
    left: int
    p50: int | None
    p90: int | None
    p95: int | None
    waits: list[int]
    promised: int
    kept: int
    known: int
    knowable: int
    loads: dict[str, int]


class Example(Struct, frozen=True):
    """A ticket that another agent would have had, and how long its customer waited for the first answer; None: for none that day."""

    ticket_id: str
    now_agent: str | None
    draft_agent: str | None
    now_waited: int | None
    draft_waited: int | None


class Comparison(Struct, frozen=True):
    """Three sides of a day. `tickets` had to be answered; no route of now or of the draft fits `unrouted_now` and `unrouted_draft` of them.

    `moved` tickets would have had another first owner; `examples` are those of them for whom it matters most.
    """

    tickets: int
    unrouted_now: int
    unrouted_draft: int
    really: Side
    now: Side
    draft: Side
    moved: int
    examples: list[Example]


def compare(past: Past, draft: Draft) -> Comparison:
    """Replay the day under both sets of rules. Takes seconds for a day of 20,000 messages: not for a thread that others wait for."""
    turns = turns_of(past.said)
    talks = talks_of(turns, past.facts, past.start, past.end)
    hands = {key: Hand(one, past.there.get(key, ())) for key, one in past.members.items()}
    changed = {key: _changed(one, draft.agents.get(key), past.start) for key, one in hands.items()}
    now = replay(talks, Rules(routes=past.now, route_of=past.now_of, teams=past.teams, hands=hands))
    other = replay(talks, Rules(routes=past.draft, route_of=past.draft_of, teams=past.teams, hands=changed))
    ids = {one.id for one in talks}
    promises = _promises(talks, past)
    examples, moved = _moved(now, other)
    return Comparison(
        tickets=len(talks),
        unrouted_now=len(ids - past.now_of.keys()),
        unrouted_draft=len(ids - past.draft_of.keys()),
        really=_really(past, turns, talks, promises),
        now=_side(now, promises),
        draft=_side(other, promises),
        moved=moved,
        examples=examples,
    )


def quantile(waits: Sequence[int], share: float) -> int | None:
    """The least of these sorted waits that this share of them keeps within; None of none."""
    return waits[max(ceil(share * len(waits)) - 1, 0)] if waits else None


def thinned(waits: Sequence[int], most: int = 101) -> list[int]:
    """At most so many of sorted values, evenly spread, the first and the last among them."""
    if len(waits) <= most:
        return list(waits)
    return [waits[round(place * (len(waits) - 1) / (most - 1))] for place in range(most)]


def _changed(hand: Hand, change: DraftHand | None, start: int) -> Hand:
    if change is None:
        return hand
    member, there = hand.member, hand.there
    if change.capacity is not None:
        member = structs.replace(member, capacity=change.capacity)
    if change.skills is not None:
        member = structs.replace(member, skills=frozenset(change.skills))
    if change.languages is not None:
        member = structs.replace(member, languages=frozenset(change.languages))
    if change.there is not None:
        there = tuple((start + one * MINUTE, start + until * MINUTE) for one, until in sorted(change.there))
    return Hand(member, there)


def _promises(talks: Sequence[Talk], past: Past) -> dict[str, int]:
    """By ticket within how long it is to be answered, on each side alike: its service level's promise, else that of its route of now."""
    found = {}
    for one in talks:
        route = past.now.get(past.now_of.get(one.id, ""))
        if one.promised is not None:
            found[one.id] = one.promised
        elif route is not None:
            found[one.id] = route.promise_minutes * MINUTE
    return found


def _side(outcome: Outcome, promises: Mapping[str, int]) -> Side:
    waits = [(one.talk_id, one.waited) for one in outcome.answers]
    loads = Counter(one.agent_id for one in outcome.answers)
    return _told(waits, promises, loads, len(outcome.left), outcome.known, outcome.knowable)


def _told(
    waits: Sequence[tuple[str, int]],
    promises: Mapping[str, int],
    loads: Counter[str],
    left: int,
    known: int,
    knowable: int,
) -> Side:
    lengths = sorted(waited for _, waited in waits)
    promised = [(ticket_id, waited) for ticket_id, waited in waits if ticket_id in promises]
    return Side(
        answers=len(waits),
        left=left,
        p50=quantile(lengths, 0.5),
        p90=quantile(lengths, 0.9),
        p95=quantile(lengths, 0.95),
        waits=thinned(lengths),
        promised=len(promised),
        kept=sum(waited <= promises[ticket_id] for ticket_id, waited in promised),
        known=known,
        knowable=knowable,
        loads=dict(sorted(loads.items())),
    )


def _really(
    past: Past, turns: Mapping[str, Sequence[Turn]], talks: Sequence[Talk], promises: Mapping[str, int]
) -> Side:
    """As it went: what was answered before the day's end."""
    waits: list[tuple[str, int]] = []
    loads: Counter[str] = Counter()
    left = known = knowable = 0
    for talk in talks:
        answered = False
        for one in of_day(turns[talk.id], past.start, past.end, waits=past.facts[talk.id].waits):
            if one.answered_at is None or one.answered_at >= past.end:
                left += 1
                continue
            waits.append((talk.id, one.answered_at - one.asked_at))
            if one.agent_id is not None:
                loads[one.agent_id] += 1
            if not answered and talk.owner is None and _is_there(past, talk.known_id, one.answered_at):
                knowable += 1
                known += one.agent_id == talk.known_id
            answered = True
    return _told(waits, promises, loads, left, known, knowable)


def _is_there(past: Past, agent_id: str | None, at: int) -> bool:
    return any(begins <= at < ends for begins, ends in past.there.get(agent_id or "", ()))


def _moved(now: Outcome, other: Outcome) -> tuple[list[Example], int]:
    """Tickets with another first owner, those first whose customers' wait changes most; and how many there are."""
    first_now = {one.talk_id: one.waited for one in now.answers if one.n == 0}
    first_other = {one.talk_id: one.waited for one in other.answers if one.n == 0}
    ids = sorted({*now.owners, *other.owners})
    moved = [one for one in ids if now.owners.get(one) != other.owners.get(one)]

    def weight(one: str) -> tuple[int, str]:
        before, after = first_now.get(one), first_other.get(one)
        return (-abs(before - after) if before is not None and after is not None else -(2**62), one)

    examples = [
        Example(one, now.owners.get(one), other.owners.get(one), first_now.get(one), first_other.get(one))
        for one in sorted(moved, key=weight)[:MOST_EXAMPLES]
    ]
    return examples, len(moved)
