"""A day as it would go under some routes: who gets which ticket, and how long customers wait. Pure; the same day always goes alike.

What is replayed is what came, how long each answer took, and who was there when. Who answers is decided by `deciding.decide`, as it is
every day. An agent answers one message at a time, of those that they have the one that has waited longest. An answer takes as long
whoever gives it, and a customer writes again as long after it: under other routes they might have, which nobody can know.

Times are milliseconds from any one moment.
"""

import heapq
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct, structs

from lyhord.kit.clock import MINUTE
from lyhord.tickets.routing.deciding import decide, due_of, order, why_not
from lyhord.tickets.routing.model import Decision, Member, Queued, Route, World

HEADS = 500
"""Tickets of one queue that are looked at when somebody gets free, as the follower has it."""
Holding = Literal["room", "any", "one"]
"""How much an agent takes: what they have room for; anything; or the next one once they are done with the last."""
Place = tuple[int, str]


class Talk(Struct, frozen=True, kw_only=True):
    """A ticket of the day: when its customer writes first, how long each answer takes, and how long after an answer they write again.

    `gaps[n]` is the time from the answer before to message n; the first is not used. `waits_since` is when they had written already,
    where that was before the day. `promised`: within how long their service level has them answered. `owner`: who has it as the day begins.
    """

    id: str
    comes_at: int
    answers: tuple[int, ...]
    gaps: tuple[int, ...]
    weight: int = 1
    inbox_id: str | None = None
    language: str | None = None
    known_id: str | None = None
    waits_since: int | None = None
    promised: int | None = None
    owner: str | None = None


class Hand(Struct, frozen=True):
    """An agent, and from when until when they are there, in order and apart."""

    member: Member
    there: tuple[tuple[int, int], ...]


class Rules(Struct, frozen=True, kw_only=True):
    """Routes by id, the route of each ticket (none: it lies in the inbox, and is left out), teams, and agents by id."""

    routes: Mapping[str, Route]
    route_of: Mapping[str, str]
    teams: Mapping[str, tuple[str, ...]]
    hands: Mapping[str, Hand]
    holding: Holding = "room"


class Answer(Struct, frozen=True):
    """The `n`th answer of a ticket, who gave it, and how long its customer had waited."""

    talk_id: str
    n: int
    agent_id: str
    waited: int


class Outcome(Struct, frozen=True):
    """How a day went. `owners`: who got each ticket first. `left`: tickets without an answer when all had gone, and since when they wait.

    `knowable` tickets went to somebody while whoever knows the customer was there, `known` of them to just them. `over`: how often
    somebody got more than they have room for. `decided`: how often it was decided.
    """

    answers: list[Answer]
    owners: dict[str, str]
    left: dict[str, int]
    known: int
    knowable: int
    over: int
    decided: int


def replay(talks: Sequence[Talk], rules: Rules) -> Outcome:
    """Let the day pass, and until all of what was said on it is answered or everybody has gone home."""
    return _Run(talks, rules).run()


class _Open(Struct):
    """A ticket as the day goes on."""

    talk: Talk
    route: Route
    owner: str | None = None
    waiting_since: int | None = None
    queued_at: int = 0
    said: int = 0


class _Desk(Struct):
    """An agent as the day goes on: what waits at theirs, and what they are at."""

    member: Member
    absent_since: int = 0
    has: dict[str, int] = {}
    busy: str | None = None
    busy_weight: int = 0

    def load(self) -> int:
        return sum(self.has.values()) + self.busy_weight


class _Run:
    def __init__(self, talks: Sequence[Talk], rules: Rules) -> None:
        self.rules = rules
        self.open = {
            one.id: _Open(one, rules.routes[rules.route_of[one.id]], owner=one.owner)
            for one in talks
            if one.id in rules.route_of
        }
        self.desks = {key: _Desk(structs.replace(one.member, present=False)) for key, one in rules.hands.items()}
        self.members = {key: self._seen(one) for key, one in self.desks.items()}
        self.world = World(dict(rules.routes), self.members, dict(rules.teams))
        self.queues: dict[str, list[Place]] = {one: [] for one in rules.routes}
        self.queued: dict[str, Queued] = {}
        self.reaching = _routes_of_agents(rules)
        self.spoken = {key: _spoken(rules, one) for key, one in rules.routes.items()}
        self.heap: list[tuple[int, int, str, str]] = []
        self.count = 0
        self.latest = max((one.given_at for one in self.members.values()), default=0)
        self.answers: list[Answer] = []
        self.owners: dict[str, str] = {}
        self.known = self.knowable = self.over = self.decided = 0

    def run(self) -> Outcome:
        for key, hand in sorted(self.rules.hands.items()):
            for begins, ends in hand.there:
                self._at(begins, "comes", key)
                self._at(ends, "goes", key)
        for one in sorted(self.open.values(), key=lambda one: (one.talk.comes_at, one.talk.id)):
            self._at(one.talk.comes_at, "says", one.talk.id)
        happenings = {
            "says": self._says,
            "comes": self._comes,
            "goes": self._goes,
            "left": self._left,
            "overflows": self._overflows,
            "done": self._done,
        }
        while self.heap:
            now, _, what, which = heapq.heappop(self.heap)
            happenings[what](now, which)
        left = {key: one.waiting_since for key, one in self.open.items() if one.waiting_since is not None}
        return Outcome(self.answers, self.owners, left, self.known, self.knowable, self.over, self.decided)

    def _at(self, when: int, what: str, which: str) -> None:
        self.count += 1
        heapq.heappush(self.heap, (when, self.count, what, which))

    def _says(self, now: int, talk_id: str) -> None:
        """The customer writes: to who has the ticket, if they are there or soon back, else into the queue."""
        one = self.open[talk_id]
        one.waiting_since = one.talk.waits_since if one.said == 0 and one.talk.waits_since is not None else now
        owner = self.desks.get(one.owner or "")
        if owner is None:
            self._enter(now, one)
            return
        self._hold(owner, one)
        if owner.member.present:
            self._work(now, owner)
        else:
            self._be_patient(now, one, owner)

    def _be_patient(self, now: int, one: _Open, owner: _Desk) -> None:
        """Whoever waits for somebody who isn't there goes back to the queue after a while, if the route says so."""
        if one.route.return_minutes is not None:
            since = max(_since(one, now), owner.absent_since)
            self._at(max(now, since + one.route.return_minutes * MINUTE), "left", one.talk.id)

    def _left(self, now: int, talk_id: str) -> None:
        one = self.open[talk_id]
        owner = self.desks.get(one.owner or "")
        if owner is None or owner.member.present or talk_id not in owner.has:
            return
        if now < owner.absent_since + (one.route.return_minutes or 0) * MINUTE:
            return  # they were back meanwhile; another look is on its way
        del owner.has[talk_id]
        self._note(owner)
        self._enter(now, one)

    def _enter(self, now: int, one: _Open) -> None:
        """Into the queue, and to whoever can take it now: of those who waited before nobody could be taken, so the newcomer is asked."""
        one.owner, one.queued_at = None, now
        talk, since = one.talk, _since(one, now)
        level = None if talk.promised is None else since + talk.promised
        queued = Queued(
            ticket_id=talk.id,
            route_id=one.route.id,
            due_at=due_of(since, one.route.promise_minutes, level),
            queued_at=now,
            weight=talk.weight,
            inbox_id=talk.inbox_id,
            language=talk.language,
            known_id=talk.known_id,
        )
        self.queued[talk.id] = queued
        insort(self.queues[one.route.id], order(queued))
        if not self._offer(now, queued) and one.route.overflow_team_id and one.route.overflow_minutes:
            self._at(now + one.route.overflow_minutes * MINUTE, "overflows", talk.id)

    def _overflows(self, now: int, talk_id: str) -> None:
        queued = self.queued.get(talk_id)
        if queued is not None:
            self._offer(now, queued)

    def _comes(self, now: int, key: str) -> None:
        desk = self.desks[key]
        desk.member = structs.replace(desk.member, present=True)
        self._note(desk)
        self._work(now, desk)
        self._fill(now, desk)

    def _goes(self, now: int, key: str) -> None:
        """Who is being answered is answered yet; the others wait for them, or go back to the queue as their routes say."""
        desk = self.desks[key]
        desk.member, desk.absent_since = structs.replace(desk.member, present=False), now
        self._note(desk)
        for talk_id in list(desk.has):
            self._be_patient(now, self.open[talk_id], desk)

    def _done(self, now: int, key: str) -> None:
        """An agent has answered: the customer may write again, and the agent goes on."""
        desk = self.desks[key]
        one = self.open[desk.busy or ""]
        self.answers.append(Answer(one.talk.id, one.said, key, now - _since(one, now)))
        self.owners.setdefault(one.talk.id, key)
        one.said += 1
        one.waiting_since, one.owner = None, key
        if one.said < len(one.talk.answers):
            self._at(now + one.talk.gaps[one.said], "says", one.talk.id)
        desk.busy, desk.busy_weight = None, 0
        self._note(desk)
        self._work(now, desk)
        self._fill(now, desk)

    def _work(self, now: int, desk: _Desk) -> None:
        """Begin with the customer who has waited longest."""
        if desk.busy is not None or not desk.has or not desk.member.present:
            return
        talk_id = min(desk.has, key=lambda one: (_since(self.open[one], now), one))
        desk.busy, desk.busy_weight = talk_id, desk.has.pop(talk_id)
        one = self.open[talk_id]
        self._at(now + one.talk.answers[one.said], "done", desk.member.id)

    def _fill(self, now: int, desk: _Desk) -> None:
        """Give somebody who has got free what they can take of the queues, in order."""
        for place in self._heads(desk.member.id):
            seen = self.members[desk.member.id]
            if not seen.present or seen.load >= seen.capacity:
                return
            queued = self.queued[place[1]]
            if self._might(now, seen, queued):
                self._offer(now, queued)

    def _might(self, now: int, seen: Member, queued: Queued) -> bool:
        """Whether deciding could give them the ticket: asked of one agent instead of whole teams."""
        route = self.rules.routes[queued.route_id]
        own = seen.id in self.rules.teams.get(route.team_id, ())
        if not own and now - queued.queued_at < route.overflow_minutes * MINUTE:
            return False
        spoken = self.spoken[route.id][0 if own else 1]
        language = queued.language if route.by_language and queued.language in spoken else None
        return not why_not(route, seen, queued, language)

    def _heads(self, agent_id: str) -> Iterator[Place]:
        heads = [self.queues[route_id][:HEADS] for route_id in self.reaching.get(agent_id, ())]
        return heapq.merge(*heads)

    def _offer(self, now: int, queued: Queued) -> bool:
        """Decide about one ticket; whether somebody has it now."""
        self.decided += 1
        decision = decide(self.world, queued, now, tell=False)
        if decision.agent_id is None:
            return False
        self._take(now, queued, decision)
        return True

    def _take(self, now: int, queued: Queued, decision: Decision) -> None:
        one, desk = self.open[queued.ticket_id], self.desks[decision.agent_id or ""]
        queue = self.queues[queued.route_id]
        del queue[bisect_left(queue, order(queued))], self.queued[queued.ticket_id]
        one.owner = desk.member.id
        if one.talk.id not in self.owners:
            self.owners[one.talk.id] = desk.member.id
            known = self.desks.get(one.talk.known_id or "")
            self.knowable += known is not None and known.member.present
            self.known += one.talk.known_id == desk.member.id
        self.over += self.rules.holding == "room" and desk.load() + decision.weight > desk.member.capacity
        self.latest = max(now, self.latest + 1)
        desk.member = structs.replace(desk.member, given_at=self.latest)
        self._hold(desk, one)
        self._work(now, desk)

    def _hold(self, desk: _Desk, one: _Open) -> None:
        desk.has[one.talk.id] = min(one.talk.weight, max(desk.member.capacity, 1))
        self._note(desk)

    def _note(self, desk: _Desk) -> None:
        self.members[desk.member.id] = self._seen(desk)

    def _seen(self, desk: _Desk) -> Member:
        """The agent as routing sees them."""
        if self.rules.holding == "one":
            return structs.replace(desk.member, capacity=1, load=int(desk.busy is not None or bool(desk.has)))
        if self.rules.holding == "any":
            return structs.replace(desk.member, capacity=1_000_000, load=0)
        return structs.replace(desk.member, load=desk.load())


def _spoken(rules: Rules, route: Route) -> tuple[frozenset[str], frozenset[str]]:
    """What languages a route's team answers in, and those who only help out."""
    own = rules.teams.get(route.team_id, ())
    helping = [one for one in rules.teams.get(route.overflow_team_id or "", ()) if one not in own]
    sides = [[rules.hands[one].member.languages for one in side if one in rules.hands] for side in (own, helping)]
    return frozenset().union(*sides[0]), frozenset().union(*sides[1])


def _since(one: _Open, now: int) -> int:
    return now if one.waiting_since is None else one.waiting_since


def _routes_of_agents(rules: Rules) -> dict[str, list[str]]:
    """By agent the routes whose tickets may come to them."""
    reaching: dict[str, list[str]] = {}
    for route_id, route in sorted(rules.routes.items()):
        members: Iterable[str] = {
            *rules.teams.get(route.team_id, ()),
            *rules.teams.get(route.overflow_team_id or "", ()),
        }
        for agent_id in members:
            reaching.setdefault(agent_id, []).append(route_id)
    return reaching
