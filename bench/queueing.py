"""A day of messages at a company, and who answers them: the simulation behind `bench/routing.py`. Everything follows from a seed.

Times are milliseconds from midnight. An agent answers one message at a time, of those that they have the one that is due first. What
a policy decides is who has which ticket; how long an answer takes and when the customer writes again is the same under each.
"""

import heapq
import random
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from msgspec import Struct, structs

from lyhord.kit.clock import HOUR, MINUTE, SECOND
from lyhord.tickets.routing.deciding import deal, order
from lyhord.tickets.routing.model import Decision, Member, Queued, Route, World

OPENS, CLOSES, SHIFT = 8 * HOUR, 20 * HOUR, 8 * HOUR
BY_HOUR = (5, 8, 10, 10, 10, 9, 9, 9, 8, 5, 4, 3)
"""How much comes in each hour from opening on, against the others."""
CHAT_SHARE, KNOWN_SHARE = 0.6, 0.4
LANGUAGES = ("en", "sv", "fi")
SPOKEN = (0.6, 0.25, 0.15)
HEADS = 30
"""Tickets of a queue that are looked at whenever somebody gets free."""


class Talk(Struct):
    """A ticket: what it asks for, when its customer writes, and how long each answer takes."""

    id: str
    route_id: str
    chat: bool
    language: str
    known_id: str | None
    comes_at: int
    answers: list[int]
    gaps: list[int]
    owner: str | None = None
    waiting_since: int | None = None
    queued_at: int = 0
    said: int = 0
    first_owner: str | None = None


class Hand(Struct):
    """An agent: when they are there, what they have, and since when they are at it."""

    member: Member
    team: str
    begins: int
    ends: int
    has: list[str] = []
    busy: bool = False
    answered: int = 0
    worked: int = 0


class Day(NamedTuple):
    """What comes and who is there."""

    talks: dict[str, Talk]
    hands: dict[str, Hand]
    routes: dict[str, Route]


class Outcome(NamedTuple):
    """How a day went. Waits are milliseconds from a message to its answer; `first` those of first messages alone."""

    waits: list[int]
    first: list[int]
    known: int
    could_be_known: int
    loads: list[int]
    left: int
    decisions: list[float]
    """Seconds that each deciding took."""
    over: int
    """How often somebody was given more than they have room for."""


def make_day(agents: int, messages: int, seed: int = 1) -> Day:
    """A day of so many messages for so many agents, in teams of ten, each with its topic; one topic in three asks for a skill."""
    dice = random.Random(seed)
    teams = max(1, agents // 10)
    routes = {
        f"topic{number}": Route(
            id=f"topic{number}",
            name=f"Topic {number}",
            team_id=f"team{number}",
            skills=("expert",) if number % 3 == 2 else (),
            by_language=True,
            promise_minutes=30,
            overflow_team_id=f"team{(number + 1) % teams}" if teams > 1 else None,
            overflow_minutes=10,
        )
        for number in range(teams)
    }
    hands = {one.member.id: one for one in (_hand(dice, number, teams) for number in range(agents))}
    talks: dict[str, Talk] = {}
    count = 0
    while count < messages:
        one = _talk(dice, len(talks), routes, hands, messages - count)
        talks[one.id] = one
        count += len(one.answers)
    return Day(talks, hands, routes)


def _hand(dice: random.Random, number: int, teams: int) -> Hand:
    begins = OPENS + (number // teams % 3) * 2 * HOUR
    second = LANGUAGES[number // teams // 3 % 3]  # so that each is spoken from morning to evening
    member = Member(
        id=f"agent{number:02}",
        present=False,
        capacity=6,
        skills=frozenset({"expert"} if dice.random() < 0.7 else ()),
        languages=frozenset({"en", second}),
    )
    return Hand(member, f"team{number % teams}", begins, begins + SHIFT, [])


def _talk(dice: random.Random, number: int, routes: dict[str, Route], hands: dict[str, Hand], most: int) -> Talk:
    chat = dice.random() < CHAT_SHARE
    route = routes[dice.choice(sorted(routes))]
    length = min(most, 1 + int(dice.expovariate(1 / (2.4 if chat else 0.9))))
    hour = dice.choices(range(len(BY_HOUR)), BY_HOUR)[0]
    mean = 28 * SECOND if chat else 65 * SECOND
    known = dice.choice(sorted(one for one, hand in hands.items() if hand.team == route.team_id))
    return Talk(
        id=f"t{number:06}",
        route_id=route.id,
        chat=chat,
        language=dice.choices(LANGUAGES, SPOKEN)[0],
        known_id=known if dice.random() < KNOWN_SHARE else None,
        comes_at=OPENS + hour * HOUR + dice.randrange(HOUR),
        answers=[int(dice.gammavariate(4, mean / 4)) for _ in range(length)],
        gaps=[int(dice.expovariate(1 / (40 * SECOND if chat else 50 * MINUTE))) for _ in range(length)],
    )


class Policy(NamedTuple):
    """How tickets come to agents: routes as they are, or changed; with `room` nobody gets more than they can carry; or who takes it."""

    name: str
    change: Callable[[Route], Route] = lambda route: route
    room: bool = True
    takes: bool = False


POLICIES = (
    Policy("routes"),
    Policy(
        "round robin", lambda route: structs.replace(route, way="turn", known=False, overflow_team_id=None), room=False
    ),
    Policy("whoever takes it", lambda route: structs.replace(route, known=False, overflow_team_id=None), takes=True),
)


def run(day: Day, policy: Policy) -> Outcome:
    """Let a day pass under a policy, and until all of what was said on it is answered or everybody has gone home."""
    return _Run(day, policy).run()


class _Run:
    def __init__(self, day: Day, policy: Policy) -> None:
        self.policy = policy
        self.talks = {key: structs.replace(one) for key, one in day.talks.items()}
        self.hands = {key: structs.replace(one, has=[]) for key, one in day.hands.items()}
        self.routes = {key: policy.change(one) for key, one in day.routes.items()}
        self.queues: dict[str, dict[str, Queued]] = {one: {} for one in self.routes}
        self.teams: dict[str, tuple[str, ...]] = {}
        for key, hand in sorted(self.hands.items()):
            self.teams[hand.team] = (*self.teams.get(hand.team, ()), key)
        self.heap: list[tuple[int, int, str, str]] = []
        self.count = 0
        self.outcome = Outcome([], [], 0, 0, [], 0, [], 0)
        self.over = self.known = self.could = 0

    def run(self) -> Outcome:
        for talk in self.talks.values():
            self._at(talk.comes_at, "says", talk.id)
        for key, hand in self.hands.items():
            self._at(hand.begins, "comes", key)
            self._at(hand.ends, "goes", key)
        while self.heap:
            now, _, what, which = heapq.heappop(self.heap)
            getattr(self, f"_{what}")(now, which)
        left = sum(one.waiting_since is not None for one in self.talks.values())
        loads = [hand.answered for hand in self.hands.values()]
        return self.outcome._replace(
            loads=loads, left=left, known=self.known, could_be_known=self.could, over=self.over
        )

    def _at(self, when: int, what: str, which: str) -> None:
        self.count += 1
        heapq.heappush(self.heap, (when, self.count, what, which))

    def _says(self, now: int, talk_id: str) -> None:
        talk = self.talks[talk_id]
        talk.waiting_since = now
        owner = self.hands.get(talk.owner or "")
        if owner is not None and owner.member.present:
            owner.has.append(talk_id)
            self._work(now, owner)
        else:
            self._enter(now, talk)
            self._give(now, [talk.route_id])

    def _enter(self, now: int, talk: Talk) -> None:
        talk.owner, talk.queued_at = None, now
        route = self.routes[talk.route_id]
        self.queues[talk.route_id][talk.id] = Queued(
            ticket_id=talk.id,
            route_id=talk.route_id,
            due_at=(talk.waiting_since or now) + route.promise_minutes * MINUTE,
            queued_at=now,
            weight=2 if talk.chat else 1,
            language=talk.language,
            known_id=talk.known_id,
        )

    def _comes(self, now: int, key: str) -> None:
        hand = self.hands[key]
        hand.member = structs.replace(hand.member, present=True)
        self._give(now, self.routes)

    def _goes(self, now: int, key: str) -> None:
        """What they have goes to colleagues; who is being answered is answered yet."""
        hand = self.hands[key]
        hand.member = structs.replace(hand.member, present=False)
        for talk_id in hand.has:
            self._enter(now, self.talks[talk_id])
        hand.has = []
        self._give(now, self.routes)

    def _done(self, now: int, what: str) -> None:
        key, talk_id = what.split()
        hand, talk = self.hands[key], self.talks[talk_id]
        wait = now - (talk.waiting_since or now)
        self.outcome.waits.append(wait)
        if not talk.said:
            self.outcome.first.append(wait)
        hand.worked += talk.answers[talk.said]
        hand.answered += 1
        talk.said += 1
        talk.waiting_since = None
        talk.owner = key
        if talk.said < len(talk.answers):
            self._at(now + talk.gaps[talk.said], "says", talk_id)
        hand.busy = False
        self._work(now, hand)
        self._give(now, self.routes)

    def _work(self, now: int, hand: Hand) -> None:
        """Begin with the ticket that is due first."""
        if hand.busy or not hand.has or not hand.member.present:
            return
        talk_id = min(hand.has, key=lambda one: (self.talks[one].waiting_since or 0, one))
        hand.has.remove(talk_id)
        hand.busy = True
        talk = self.talks[talk_id]
        self._at(now + talk.answers[talk.said], "done", f"{hand.member.id} {talk_id}")

    def _give(self, now: int, route_ids: Iterable[str]) -> None:
        """Deal out the heads of these queues."""
        queue = [one for key in route_ids for one in sorted(self.queues[key].values(), key=order)[:HEADS]]
        members = {key: self._as_seen(hand) for key, hand in self.hands.items()} if queue else {}
        if not any(one.present and one.load < one.capacity for one in members.values()):
            return
        world = World(self.routes, members, self.teams)
        began = time.perf_counter()
        dealt = deal(world, queue, now)
        self.outcome.decisions.append((time.perf_counter() - began) / len(queue))
        for one in dealt:
            if one.agent_id is not None:
                self._take(now, one)

    def _as_seen(self, hand: Hand) -> Member:
        if self.policy.takes:
            free = not hand.busy and not hand.has
            return structs.replace(hand.member, capacity=1, load=0 if free else 1)
        if not self.policy.room:
            return structs.replace(hand.member, capacity=1_000_000, load=0)
        return structs.replace(hand.member, load=self._load(hand))

    def _load(self, hand: Hand) -> int:
        return sum(2 if self.talks[one].chat else 1 for one in hand.has) + (1 if hand.busy else 0)

    def _take(self, now: int, one: Decision) -> None:
        talk, hand = self.talks[one.ticket_id], self.hands[one.agent_id or ""]
        del self.queues[talk.route_id][talk.id]
        talk.owner = hand.member.id
        if talk.first_owner is None:
            talk.first_owner = hand.member.id
            known = self.hands.get(talk.known_id or "")
            self.could += known is not None and known.member.present
            self.known += talk.known_id == hand.member.id
        self.over += self.policy.room and not self.policy.takes and self._load(hand) + one.weight > hand.member.capacity
        hand.member = structs.replace(hand.member, given_at=max(now, hand.member.given_at + 1))
        hand.has.append(talk.id)
        self._work(now, hand)
