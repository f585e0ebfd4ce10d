"""Routes, agents at work and what is decided, as values. `deciding.py` has the rules."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from lyhord.kit.problems import Invalid
from lyhord.kit.text import clean_name
from lyhord.tickets.filters import Filter, check_filter
from lyhord.workspaces.model import Language

MOST_ROUTES = 100
MOST_WORDS = 100
DEFAULT_CAPACITY = 6
LIVE_WEIGHT, WEIGHT = 2, 1
"""What a ticket weighs on an inbox for which nobody said it: where customers are seen typing, they sit and wait."""
WEEK_MINUTES = 7 * 24 * 60

Word = Annotated[str, Meta(min_length=1, max_length=60)]
Words = Annotated[tuple[Word, ...], Meta(max_length=MOST_WORDS)]
Minutes = Annotated[int, Meta(ge=1, le=WEEK_MINUTES)]
Way = Literal["least", "turn"]
Outcome = Literal["known", "least", "turn", "overflow", "queued"]
No = Literal["", "absent", "full", "skills", "language", "reach"]


class RouteWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What makes up a route: for which tickets, to which team, and how.

    It is for tickets of the filter whose first words have one of `words`, where there are some. Who gets them has all `skills`, and with
    `by_language` answers in the customer's language. `known`: whoever had the customer last comes first. `way`: else who has least to do,
    or whose turn it is. `promise_minutes` is within how long the customer is answered: the queue goes by it, and by what a service level
    promises where that is due sooner. After `overflow_minutes` in
    the queue (0: as soon as nobody has room) it may go to `overflow_team_id`, too. A customer who has waited `return_minutes` for
    somebody who isn't there goes back to the queue; None: never. `passing`: it is there for a while, and its team is nobody's usual one.
    """

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    team_id: str
    filter: Filter = Filter()
    words: Words = ()
    skills: Words = ()
    by_language: bool = False
    known: bool = True
    way: Way = "least"
    promise_minutes: Minutes = 60
    overflow_team_id: str | None = None
    overflow_minutes: Annotated[int, Meta(ge=0, le=WEEK_MINUTES)] = 0
    return_minutes: Minutes | None = 30
    passing: bool = False


class Route(RouteWords, frozen=True, kw_only=True):
    """A route with its id. The first that a ticket fits takes it."""

    id: str


class Working(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an agent takes tickets. `capacity` is in what tickets weigh; 0: none come by themselves. `languages`: in which they answer."""

    capacity: Annotated[int, Meta(ge=0, le=1_000)] = DEFAULT_CAPACITY
    skills: Words = ()
    languages: Annotated[tuple[Language, ...], Meta(max_length=50)] = ()


class Intake(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an inbox hands its tickets out: whose they are from the first moment on, and what each weighs. None: as usual."""

    team_id: str | None = None
    weight: Annotated[int, Meta(ge=1, le=100)] | None = None


class Member(Struct, frozen=True, kw_only=True):
    """An agent as routing sees them now. `given_at`: when it gave them something last. `inbox_ids`: which they read; None: all."""

    id: str
    present: bool
    capacity: int = DEFAULT_CAPACITY
    load: int = 0
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    given_at: int = 0
    inbox_ids: frozenset[str] | None = None


class Queued(Struct, frozen=True, kw_only=True):
    """A ticket that waits for somebody. `due_at` is when the customer should be answered; `known_id` had them last."""

    ticket_id: str
    route_id: str
    due_at: int
    queued_at: int
    weight: int = WEIGHT
    inbox_id: str | None = None
    language: str | None = None
    known_id: str | None = None


class World(Struct, frozen=True):
    """What a decision is made of: routes, agents and the members of teams, each by id."""

    routes: dict[str, Route]
    members: dict[str, Member]
    teams: dict[str, tuple[str, ...]]


class Considered(Struct, frozen=True):
    """An agent whom routing looked at: what they had, of how much; `no` says why not they."""

    agent_id: str
    load: int
    capacity: int
    no: No = ""


class Decision(Struct, frozen=True, kw_only=True):
    """Who gets a ticket, and why: by which route, and whom it looked at. Without an agent it waits in the team's queue."""

    ticket_id: str
    route_id: str
    outcome: Outcome
    team_id: str
    agent_id: str | None
    weight: int
    due_at: int
    considered: tuple[Considered, ...] = ()


def checked(words: RouteWords) -> RouteWords:
    """The same, cleaned. Raises `Invalid` for a filter that can't be, and for a route without a name."""
    name = clean_name(words.name)
    if not name:
        raise Invalid("A route needs a name.", fields={"name": "field.missing"})
    if words.overflow_team_id == words.team_id:
        raise Invalid("Choose another team for what is too much.", fields={"overflow_team_id": "problem.same_team"})
    check_filter(words.filter)
    return msgspec.structs.replace(words, name=name, words=folded(words.words), skills=folded(words.skills))


def folded(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words as they are compared: once each, in lower case, without space around."""
    return tuple(dict.fromkeys(word for one in words if (word := " ".join(one.casefold().split()))))
