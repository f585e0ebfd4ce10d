"""Filters: which tickets somebody wants to see, as data. `list_store.py` says the same to the database."""

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from lyhord.contacts.model import trait
from lyhord.hearing.entities.model import found_by
from lyhord.hearing.facts import model as facts
from lyhord.hearing.reasons.model import Tree
from lyhord.kit.clock import MINUTE
from lyhord.kit.ids import is_id
from lyhord.kit.problems import Invalid
from lyhord.tickets.kinds.model import Kind, stands
from lyhord.tickets.model import STATUSES, shelf_of
from lyhord.tickets.reasons.signs import SIGNS

MOST_CONDITIONS = 20
MOST_VALUES = 100
YEAR_MINUTES = 366 * 24 * 60

Choosable = Literal[
    "status",
    "owner",
    "team",
    "inbox",
    "channel",
    "kind",
    "stage",
    "reason",
    "mood",
    "heard",
    "entity",
    "fact",
    "last_words",
    "tag",
    "language",
    "contact_tag",
    "organization",
    "consent",
    "rating",
]
Value = Annotated[str, Meta(min_length=1, max_length=60)]

NONE = "none"
"""The value for *has none of it*: no owner, no team, no known language, no tag, no value of an attribute."""
OWN = {"owner": "me", "team": "mine"}
"""The value that stands for whoever looks: the agent, or the teams that they are in."""


class _Condition(Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """One thing that a filter asks of a ticket."""


class OneOf(_Condition, frozen=True, tag="one_of"):
    """The field has one of the values, or with `but` none of them.

    `owner`, `team`, `inbox` and `organization` take ids; `status`, `channel`, `kind`, `tag`, `language` and `contact_tag` their words,
    `stage` takes `<kind>:<stage>`, `reason` ids of reasons (a ticket may have several; whoever asks for one means those below it, too),
    `mood` is angry, unhappy, neutral, happy or delighted, `heard` is what stands out in the customer's words: urgent, churn, legal, public,
    complaint, thanks or falling (anger that rises), `entity` takes `<kind>:<value>` of what a message about the ticket names, numbers and
    codes however they are written (`product:Lamp 4`, `reference:A-1234`), `fact` takes kinds of what the contact has stated of themselves
    (`preference`), `rating` is good, middle or bad, as the ticket's customer said last, `last_words` is in or out, `consent` takes purposes
    for which the contact's latest answer on some channel was yes. `language`, `contact_tag`, `organization`, `fact` and `consent` are the
    contact's. "none" stands for an empty field, "me" (owner) and "mine" (team) for whoever looks.
    """

    field: Choosable
    values: Annotated[tuple[Value, ...], Meta(min_length=1, max_length=MOST_VALUES)]
    but: bool = False


class Attributed(_Condition, frozen=True, tag="attribute"):
    """An attribute of the contact, or with `subject` of the ticket, by its key, has one of the values, or with `but` none of them.

    Values are compared as text whatever their case; yes and no are "true" and "false". "none" stands for an empty field.
    """

    key: Annotated[str, Meta(min_length=1, max_length=200)]
    values: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=200)], ...], Meta(min_length=1, max_length=MOST_VALUES)
    ]
    but: bool = False
    subject: Literal["contact", "ticket"] = "contact"


class Since(_Condition, frozen=True, tag="since"):
    """So many minutes ago at least, with `shorter` less than that: since then the customer waits, or the ticket was opened, last active
    or resolved.
    """

    field: Literal["waiting", "opened", "activity", "resolved"]
    minutes: Annotated[int, Meta(ge=1, le=10 * YEAR_MINUTES)]
    shorter: bool = False


class Due(_Condition, frozen=True, tag="due"):
    """The next of what was promised (`answer`), or an open task, is due within so many minutes or was due already; with `later` it is due,
    but not by then.
    """

    field: Literal["answer", "task"]
    minutes: Annotated[int, Meta(ge=0, le=10 * YEAR_MINUTES)]
    later: bool = False


class Whether(_Condition, frozen=True, tag="whether"):
    """The customer waits; whoever looks hasn't read the last words, has a draft, or follows the conversation; it was spam; everybody
    can read the last words. With `but` not so.
    """

    field: Literal["waiting", "unread", "draft", "watched", "spam", "public"]
    but: bool = False


Condition = OneOf | Attributed | Since | Due | Whether


class Filter(Struct, frozen=True, forbid_unknown_fields=True):
    """Tickets for which all conditions hold, or any of them. Without conditions every ticket."""

    conditions: Annotated[tuple[Condition, ...], Meta(max_length=MOST_CONDITIONS)] = ()
    match: Literal["all", "any"] = "all"


NO_REASONS = Tree(())
_IDS = {"owner", "team", "inbox", "organization"}
_WORDS = {
    "status": frozenset(STATUSES),
    "last_words": frozenset({"in", "out"}),
    "rating": frozenset({"good", "middle", "bad", NONE}),
    "heard": frozenset((*SIGNS, NONE)),
    "fact": frozenset((*facts.KINDS, NONE)),
}


def check_filter(wanted: Filter) -> Filter:
    """The filter itself; raises `Invalid` where a value can't stand in its field."""
    for one in wanted.conditions:
        if isinstance(one, OneOf) and not all(_may_stand(one.field, value) for value in one.values):
            raise Invalid(f"The filter has a value that {one.field} can't have.", fields={"filter": "problem.filter"})
    return wanted


def _may_stand(field: str, value: str) -> bool:
    if field in _IDS:
        return value in (NONE, OWN.get(field)) or is_id(value)
    return field not in _WORDS or value in _WORDS[field]


def shape_of(wanted: Filter) -> Filter:
    """The filter with those of its values taken out that don't change its statement."""
    return structs.replace(wanted, conditions=tuple(map(_bare, wanted.conditions)))


def _bare(one: Condition) -> Condition:
    if isinstance(one, OneOf | Attributed):
        return structs.replace(one, values=(NONE,) if NONE in one.values else ())
    return structs.replace(one, minutes=1) if isinstance(one, Since | Due) else one


def shelf_within(wanted: Filter) -> str | None:
    """The one shelf on which everything lies that the filter may find, or None where there may be several."""
    if wanted.match == "any":
        return None
    for one in wanted.conditions:
        if isinstance(one, OneOf) and one.field == "status" and not one.but:
            shelves = {shelf_of(value) for value in one.values}
            if len(shelves) == 1:
                return shelves.pop()
    return None


def place_of_names(wanted: Filter) -> int | None:
    """Where a condition stands that asks for what messages name, and without which nothing is found; None where none does."""
    for place, one in enumerate(wanted.conditions) if wanted.match == "all" else ():
        if isinstance(one, OneOf) and one.field == "entity" and not one.but and NONE not in one.values:
            return place
    return None


def _as_stored(field: str, value: str) -> str:
    if field == "contact_tag":
        return trait("tag", value)[1]
    if field == "entity":
        return found_by(value)
    return value.lower() if field == "tag" else value


def asks_stage(wanted: Filter) -> bool:
    """Whether it asks for a stage: then `values_of` needs the kinds."""
    return any(isinstance(one, OneOf) and one.field == "stage" for one in wanted.conditions)


def asks_reason(wanted: Filter) -> bool:
    """Whether it asks for a reason: then `values_of` needs the tree."""
    return any(isinstance(one, OneOf) and one.field == "reason" for one in wanted.conditions)


def values_of(
    wanted: Filter,
    agent_id: str | None,
    team_ids: list[str],
    now: int,
    kinds: Sequence[Kind] = (),
    tree: Tree = NO_REASONS,
) -> dict[str, object]:
    """What the statement of a filter is bound to, by the place of each condition, for whoever looks at `now` (Unix milliseconds)."""
    bound: dict[str, object] = {}
    for place, one in enumerate(wanted.conditions):
        if isinstance(one, OneOf) and one.field == "stage":
            bound |= _stages(place, one, kinds)
        elif isinstance(one, OneOf) and one.field == "reason":
            bound[f"values_{place}"] = tree.within(value for value in one.values if value != NONE)
        elif isinstance(one, OneOf):
            own = {"owner": [agent_id] if agent_id else [], "team": team_ids}.get(one.field, [])
            asked = [_as_stored(one.field, value) for value in one.values if value not in (NONE, OWN.get(one.field))]
            bound[f"values_{place}"] = asked + (own if OWN.get(one.field) in one.values else [])
        elif isinstance(one, Attributed):
            bound[f"kind_{place}"] = one.key if one.subject == "ticket" else f"attribute:{one.key}"
            bound[f"values_{place}"] = [trait("attribute", value)[1] for value in one.values if value != NONE]
        elif isinstance(one, Since):
            bound[f"moment_{place}"] = now - one.minutes * MINUTE
        elif isinstance(one, Due):
            bound[f"moment_{place}"] = now + one.minutes * MINUTE
    return bound


def _stages(place: int, one: OneOf, kinds: Sequence[Kind]) -> dict[str, object]:
    """The three lists of `kinds.model.stands` for the stages that are asked for, and as `any_…` for all that there are."""
    every = [f"{kind.id}:{stage.id}" for kind in kinds for stage in kind.stages]
    bound: dict[str, object] = {}
    for prefix, asked in (("", one.values), ("any_", every)):
        found = [stands(kinds, *value.split(":", 1)) for value in asked if ":" in value]
        for name, part in zip(
            ("chosen", "first", "others"), zip(*found, strict=True) if found else ((),) * 3, strict=True
        ):
            bound[f"{prefix}{name}_{place}"] = [each for some in part for each in some]
    return bound
