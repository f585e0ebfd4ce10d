"""The rules of routing. Pure: the same for the follower, for who asks where a ticket would go, and for replaying a day.

Nobody gets more than they have room for, nothing while they aren't there, and nothing for which they lack skill, language or reach. The
queue goes by when the customer should be answered, then by id: two runs over the same state decide alike.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from msgspec import structs

from lyhord.kit.clock import MINUTE
from lyhord.tickets.routing.model import Considered, Decision, Member, No, Outcome, Queued, Route, World

MOST_TOLD = 50
"""Agents that a decision names."""
_UNSPACED = re.compile("[\u0e00-\u0fff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Letters of languages that put no space between words, or join others to them."""


def deal(world: World, queue: Iterable[Queued], now: int) -> list[Decision]:
    """Decide for each ticket of the queue, in its order; what one agent gets counts at once for the next ticket."""
    members = dict(world.members)
    world = structs.replace(world, members=members)
    latest = max((member.given_at for member in members.values()), default=0)
    decisions: list[Decision] = []
    for one in sorted(queue, key=order):
        decision = decide(world, one, now)
        decisions.append(decision)
        if decision.agent_id is not None:
            got = members[decision.agent_id]
            latest = max(now, latest + 1)
            members[got.id] = structs.replace(got, load=got.load + decision.weight, given_at=latest)
    return decisions


def order(one: Queued) -> tuple[int, str]:
    """Its place in the queue, ascending: whoever has first waited the whole of what they were promised, then the older ticket.

    Age counts as a share of the promise: of two who came together the one with the shorter promise goes first, and of two with the same
    promise the one who came first. What decides is when the share reaches one. So the place never changes while a ticket waits, a queue is
    one range of an index, and nothing starves: whoever comes after a ticket was due stands behind it, however short their promise. By the
    share at each moment (the accumulating priorities of queueing theory) short promises would pass a late ticket for ever once they alone
    are too much for the team.
    """
    return one.due_at, one.ticket_id


def due_of(since: int, promise_minutes: int, promised_at: int | None) -> int:
    """When a customer who waits since then (Unix ms) should be answered: as the route promises, or when the ticket is due, if sooner."""
    due = since + promise_minutes * MINUTE
    return due if promised_at is None else min(due, promised_at)


def decide(world: World, one: Queued, now: int, *, tell: bool = True) -> Decision:
    """Who gets a ticket now: somebody of the route's team, else of the one that helps out, else nobody yet.

    Without `tell` it isn't said at whom it looked, which takes most of the time.
    """
    route = world.routes[one.route_id]
    own = _members(world, route.team_id)
    agent, outcome, looked = _choose(route, own, one)
    team_id = route.team_id
    if agent is None and route.overflow_team_id and now - one.queued_at >= route.overflow_minutes * MINUTE:
        known = {member.id for member in own}
        others = [member for member in _members(world, route.overflow_team_id) if member.id not in known]
        agent, _, more = _choose(route, others, one)
        looked = [*looked, *more]
        if agent is not None:
            team_id, outcome = route.overflow_team_id, "overflow"
    return Decision(
        ticket_id=one.ticket_id,
        route_id=route.id,
        outcome=outcome,
        team_id=team_id,
        agent_id=agent.id if agent else None,
        weight=_weight_for(one, agent) if agent else one.weight,
        due_at=one.due_at,
        considered=_told(looked, agent) if tell else (),
    )


def find_route(routes: Sequence[Route], ticket_id: str, filtered: Mapping[str, set[str]], text: str) -> Route | None:
    """The first route that a ticket fits. `filtered` has by route the tickets for which its filter holds, `text` what was said first."""
    for route in routes:
        if ticket_id in filtered[route.id] and (not route.words or has_word(route.words, text)):
            return route
    return None


def has_word(words: tuple[str, ...], text: str) -> bool:
    """Whether one of these words, folded, stands in the text: whole where letters have spaces between words."""
    return _pattern(words).search(" ".join(text.casefold().split())) is not None


def is_left(waiting_since: int | None, absent_since: int, back_at: int | None, now: int, route: Route) -> bool:
    """Whether a customer has waited long enough for an owner who isn't there, and who isn't about to be back. Times in Unix ms."""
    if waiting_since is None or route.return_minutes is None:
        return False
    patience = route.return_minutes * MINUTE
    if back_at is not None and back_at - now < patience:
        return False
    return now - max(waiting_since, absent_since) >= patience


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Escaped words side by side: nothing in them is a pattern, and none can be slow."""
    return re.compile(
        "|".join(re.escape(one) if _UNSPACED.search(one) else rf"(?<!\w){re.escape(one)}(?!\w)" for one in words)
    )


def _members(world: World, team_id: str) -> list[Member]:
    return [world.members[one] for one in world.teams.get(team_id, ()) if one in world.members]


def _choose(
    route: Route, members: Sequence[Member], one: Queued
) -> tuple[Member | None, Outcome, list[tuple[Member, No]]]:
    """Of these: whoever had the customer last, else who has least or whose turn it is."""
    spoken = {language for member in members for language in member.languages}
    language = one.language if route.by_language and one.language in spoken else None
    looked = [(member, why_not(route, member, one, language)) for member in members]
    fit = [member for member, no in looked if not no]
    known = next((member for member in fit if member.id == one.known_id), None) if route.known else None
    if known is not None:
        return known, "known", looked
    if not fit:
        return None, "queued", looked
    if route.way == "turn":
        return min(fit, key=lambda member: (member.given_at, member.id)), "turn", looked
    return min(fit, key=lambda member: (member.load / member.capacity, member.given_at, member.id)), "least", looked


def why_not(route: Route, member: Member, one: Queued, language: str | None) -> No:
    """Why a member can't have the ticket; "" where they can. What doesn't change by itself comes first."""
    if member.inbox_ids is not None and one.inbox_id is not None and one.inbox_id not in member.inbox_ids:
        return "reach"
    if not member.skills.issuperset(route.skills):
        return "skills"
    if language is not None and language not in member.languages:
        return "language"
    if not member.present:
        return "absent"
    return "full" if member.capacity < 1 or member.load + _weight_for(one, member) > member.capacity else ""


def _weight_for(one: Queued, member: Member) -> int:
    """What weighs more than somebody can carry is all that they can carry: else nobody small ever got it."""
    return min(one.weight, member.capacity)


def _told(looked: Sequence[tuple[Member, No]], agent: Member | None) -> tuple[Considered, ...]:
    """Who got it first, then who could have, then the others."""
    ordered = sorted(looked, key=lambda pair: (pair[0] is not agent, pair[1] != "", pair[1], pair[0].load, pair[0].id))
    return tuple(Considered(one.id, one.load, one.capacity, no) for one, no in ordered[:MOST_TOLD])
