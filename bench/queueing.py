"""A made-up day of messages at a company, and the policies under which `bench/routing.py` lets it pass. Everything follows from a seed.

Times are milliseconds from midnight. The day is replayed by the product's own `tickets/routing/replay.py`.
"""

import random
from collections.abc import Callable
from typing import NamedTuple

from msgspec import structs

from lyhord.kit.clock import HOUR, MINUTE, SECOND
from lyhord.tickets.routing.model import Member, Route
from lyhord.tickets.routing.replay import Hand, Holding, Outcome, Rules, Talk, replay

OPENS, CLOSES, SHIFT = 8 * HOUR, 20 * HOUR, 8 * HOUR
BY_HOUR = (5, 8, 10, 10, 10, 9, 9, 9, 8, 5, 4, 3)
"""How much comes in each hour from opening on, against the others."""
CHAT_SHARE, KNOWN_SHARE = 0.6, 0.4
LANGUAGES = ("en", "sv", "fi")
SPOKEN = (0.6, 0.25, 0.15)


class Day(NamedTuple):
    """What comes, by which route each, and who is there in which team."""

    talks: list[Talk]
    routes: dict[str, Route]
    route_of: dict[str, str]
    hands: dict[str, Hand]
    teams: dict[str, tuple[str, ...]]


def make_day(agents: int, messages: int, seed: int = 1) -> Day:
    """A day of so many messages for so many agents, in teams of ten, each with its topic; one topic in three asks for a skill."""
    dice = random.Random(seed)
    count = max(1, agents // 10)
    routes = {
        f"topic{number}": Route(
            id=f"topic{number}",
            name=f"Topic {number}",
            team_id=f"team{number}",
            skills=("expert",) if number % 3 == 2 else (),
            by_language=True,
            promise_minutes=30,
            overflow_team_id=f"team{(number + 1) % count}" if count > 1 else None,
            overflow_minutes=10,
            return_minutes=1,
        )
        for number in range(count)
    }
    hands = {one.member.id: one for one in (_hand(dice, number, count) for number in range(agents))}
    teams = {
        f"team{number}": tuple(sorted(one for one in hands if int(one[5:]) % count == number))
        for number in range(count)
    }
    talks: list[Talk] = []
    route_of: dict[str, str] = {}
    said = 0
    while said < messages:
        route = routes[dice.choice(sorted(routes))]
        talk = _talk(dice, len(talks), teams[route.team_id], messages - said)
        talks.append(talk)
        route_of[talk.id] = route.id
        said += len(talk.answers)
    return Day(talks, routes, route_of, hands, teams)


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
    return Hand(member, ((begins, begins + SHIFT),))


def _talk(dice: random.Random, number: int, team: tuple[str, ...], most: int) -> Talk:
    chat = dice.random() < CHAT_SHARE
    length = min(most, 1 + int(dice.expovariate(1 / (2.4 if chat else 0.9))))
    hour = dice.choices(range(len(BY_HOUR)), BY_HOUR)[0]
    mean = 28 * SECOND if chat else 65 * SECOND
    known = dice.choice(team)
    return Talk(
        id=f"t{number:06}",
        weight=2 if chat else 1,
        language=dice.choices(LANGUAGES, SPOKEN)[0],
        known_id=known if dice.random() < KNOWN_SHARE else None,
        comes_at=OPENS + hour * HOUR + dice.randrange(HOUR),
        answers=tuple(int(dice.gammavariate(4, mean / 4)) for _ in range(length)),
        gaps=tuple(int(dice.expovariate(1 / (40 * SECOND if chat else 50 * MINUTE))) for _ in range(length)),
    )


class Policy(NamedTuple):
    """How tickets come to agents: by routes as they are, or changed, and how much each agent takes."""

    name: str
    change: Callable[[Route], Route] = lambda route: route
    holding: Holding = "room"


POLICIES = (
    Policy("routes"),
    Policy("round robin", lambda route: structs.replace(route, way="turn", known=False, overflow_team_id=None), "any"),
    Policy("whoever takes it", lambda route: structs.replace(route, known=False, overflow_team_id=None), "one"),
)


def run(day: Day, policy: Policy) -> Outcome:
    """Let a day pass under a policy."""
    rules = Rules(
        routes={key: policy.change(one) for key, one in day.routes.items()},
        route_of=day.route_of,
        teams=day.teams,
        hands=day.hands,
        holding=policy.holding,
    )
    return replay(day.talks, rules)
