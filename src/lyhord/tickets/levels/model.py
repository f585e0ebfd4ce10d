"""Service levels as values, and which of them a ticket may have."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from lyhord.kit.ids import LOWEST_ID
from lyhord.kit.problems import Invalid
from lyhord.tickets.filters import Attributed, Filter, OneOf, check_filter
from lyhord.tickets.levels.clocks import KINDS
from lyhord.workspaces.model import WorkspaceSettings, check_name

DEFAULT_LEVEL = LOWEST_ID
"""The id of the level that the workspace's one promise makes; the last in order."""
Told = Literal["owner", "team", "leads"]
FIELDS = frozenset({"team", "inbox", "channel", "kind", "tag", "language", "contact_tag", "organization"})
"""What may decide a level: what a ticket is and who the customer is, never what happens to it by the hour."""


class Target(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is promised of one kind of clock (see `clocks.KINDS`): so many minutes, of opening hours or with `always` of all time.

    Whoever is told hears of it once `warn_percent` of them have passed.
    """

    clock: Annotated[str, Meta(max_length=20)]
    minutes: Annotated[int, Meta(ge=1, le=90 * 24 * 60)]
    always: bool = False
    warn_percent: Annotated[int, Meta(ge=1, le=99)] = 75


class LevelWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A level to make. `schedule_id` None: the hours of the ticket's team. `warns` are told before, `breaks` once it is broken.

    Leads are told where a ticket has no owner, or its owner no team.
    """

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    filter: Filter = Filter()
    targets: Annotated[tuple[Target, ...], Meta(min_length=1, max_length=20)]
    schedule_id: str | None = None
    warns: Annotated[tuple[Told, ...], Meta(max_length=3)] = ("owner",)
    breaks: Annotated[tuple[Told, ...], Meta(max_length=3)] = ("owner", "leads")


class Level(LevelWords, frozen=True, kw_only=True):
    """A service level. The first in order whose filter finds a ticket is the ticket's.

    `rests_for`: a surge, as long as which no ticket has it.
    """

    id: str
    place: int
    rests_for: str | None = None

    def target_of(self, clock: str) -> Target | None:
        """What is promised of a kind of clock; None where nothing is."""
        return next((one for one in self.targets if one.clock == clock), None)


def check_level(words: LevelWords) -> str:
    """The name as it is stored; raises `Invalid` for a clock that there isn't, twice the same, and a filter that can't decide a level."""
    clocks = [one.clock for one in words.targets]
    if len(set(clocks)) < len(clocks) or not set(clocks) <= KINDS.keys():
        raise Invalid("Each clock stands there once.", fields={"targets": "problem.level_clocks"})
    check_filter(words.filter)
    for one in words.filter.conditions:
        may_decide = isinstance(one, Attributed) or (isinstance(one, OneOf) and one.field in FIELDS)
        if not may_decide or (isinstance(one, OneOf) and "mine" in one.values):
            raise Invalid(
                "A level goes by what a ticket is and whose: kind, inbox, team, tags, the customer.",
                fields={"filter": "problem.level_filter"},
            )
    return check_name(words.name)


def default_level(settings: WorkspaceSettings, place: int) -> Level | None:
    """The level that the workspace's one promise makes: every answer within so many minutes."""
    minutes = settings.reply_promise_minutes
    if minutes is None:
        return None
    targets = tuple(Target(clock=name, minutes=minutes) for name in ("first_answer", "next_answer"))
    return Level(id=DEFAULT_LEVEL, place=place, name="", targets=targets)
