"""Rules as values."""

import re
from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from lyhord.kit.problems import Invalid
from lyhord.kit.text import clean, clean_name
from lyhord.tickets.filters import MOST_CONDITIONS
from lyhord.tickets.macros.model import (
    AssignStep,
    AttributesStep,
    KindStep,
    MacroWords,
    NoteStep,
    ReplyStep,
    StageStep,
    StatusStep,
    Step,
    TagStep,
    checked,
)
from lyhord.tickets.model import Ticket
from lyhord.tickets.rules.conditions import RuleCondition, check_conditions
from lyhord.tickets.tasks.model import TEXT_LIMIT

When = Literal[
    "customer_wrote",
    "customer_waits",
    "new_customer",
    "ticket_opened",
    "ticket_reopened",
    "ticket_resolved",
    "ticket_assigned",
    "ticket_tagged",
    "kind_changed",
    "reasons_changed",
    "signs_changed",
    "anger_rises",
    "agent_answered",
    "nobody_answered",
    "rating_given",
]
"""What a rule waits for. `customer_waits`: somebody whom nobody owed an answer wrote, so that one is owed from then on; a machine's words
are nothing to it. `reasons_changed`: more, or something else, is known of why the ticket is there. `signs_changed`: something else
stands out in the customer's words; `anger_rises`: their mood falls over several messages. `nobody_answered`: the customer has
waited for so many minutes. `rating_given`: the customer answered a survey.
"""

MOST_RULES = 200
"""In one workspace."""
DEEPEST = 3
"""Rules in a chain, each set off by what the one before did."""
MOST_AN_HOUR = 10
"""How often one rule does its steps on one ticket within an hour."""
PATIENCE = 3
"""Failures one after another before a rule is paused."""
MOST_NOTICE = 2_000
LONGEST_WAIT = 90 * 24 * 60

_ADDRESS = re.compile(r"https?://[^\s/@]+(/\S*)?")


class WebhookStep(Struct, frozen=True, kw_only=True, tag="webhook", tag_field="kind", forbid_unknown_fields=True):
    """Tell another system: a POST to the address, signed."""

    url: Annotated[str, Meta(min_length=8, max_length=2_000)]


class NotifyStep(Struct, frozen=True, kw_only=True, tag="notify", tag_field="kind", forbid_unknown_fields=True):
    """Tell agents and teams, by their ids, with a note that names them."""

    mentions: Annotated[tuple[str, ...], Meta(min_length=1, max_length=20)]
    text: Annotated[str, Meta(max_length=MOST_NOTICE)]


class AskStep(Struct, frozen=True, kw_only=True, tag="ask", tag_field="kind", forbid_unknown_fields=True):
    """Ask an agent, a team, or both to do something for the ticket: a task."""

    text: Annotated[str, Meta(max_length=TEXT_LIMIT)]
    agent_id: str | None = None
    team_id: str | None = None


OwnStep = NotifyStep | AskStep | WebhookStep
RuleStep = (
    ReplyStep
    | NoteStep
    | AssignStep
    | StatusStep
    | TagStep
    | KindStep
    | StageStep
    | AttributesStep
    | NotifyStep
    | AskStep
    | WebhookStep
)
"""The steps of macros, and what a machine needs beside them. They are done in the order in which they stand here."""


class RuleWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What makes up a rule. `minutes` belongs to `nobody_answered`. With `stops` no later rule is asked of the same event and ticket."""

    name: str
    when: When
    minutes: Annotated[int, Meta(ge=1, le=LONGEST_WAIT)] | None = None
    match: Literal["all", "any"] = "all"
    conditions: Annotated[tuple[RuleCondition, ...], Meta(max_length=MOST_CONDITIONS)] = ()
    steps: tuple[RuleStep, ...]
    stops: bool = False


class Rule(Struct, frozen=True, kw_only=True):
    """A rule as screens show it. `on_at`: since when it is switched on; `paused_at` and `paused_why` (a key): it failed too often.

    `rests_for`: a surge, as long as which it does nothing although it is switched on.
    """

    id: str
    name: str
    when: When
    minutes: int | None
    match: Literal["all", "any"]
    conditions: tuple[RuleCondition, ...]
    steps: tuple[RuleStep, ...]
    stops: bool
    on_at: int | None
    paused_at: int | None
    paused_why: str | None
    changed_at: int
    rests_for: str | None = None

    def words(self) -> RuleWords:
        """What makes it up."""
        return RuleWords(**{name: getattr(self, name) for name in RuleWords.__struct_fields__})


Outcome = Literal["done", "failed", "too_often", "too_deep"]


class Firing(Struct, frozen=True, kw_only=True):
    """That a rule was set off on a ticket: what it did, or why it didn't (`why`, a key).

    `event`: the number of the event in the log, None where time had passed. `steps`: what it consisted of then. `depth`: its place in a
    chain of rules, from 1.
    """

    id: str
    rule_id: str
    rule: str
    ticket_id: str
    conversation_id: str
    title: str
    event: int | None
    when: When
    message_id: str | None
    at: int
    outcome: Outcome
    why: str | None
    steps: tuple[RuleStep, ...]
    depth: int


class Would(Struct, frozen=True):
    """A ticket that a rule would have touched, as it is now, and how often; `at` is the last time."""

    ticket: Ticket
    at: int
    times: int


class Trial(Struct, frozen=True):
    """What a rule would have done. `looked` is how many events it was held against, back to `since` (Unix milliseconds)."""

    looked: int
    since: int
    fired: int
    found: tuple[Would, ...]


def checked_rule(words: RuleWords) -> RuleWords:
    """The same, cleaned; raises `Invalid` naming what is missing or doesn't fit."""
    name = clean_name(words.name, 100)
    if not name:
        raise Invalid("A name is needed.", fields={"name": "field.missing"})
    if (words.when == "nobody_answered") != (words.minutes is not None):
        raise Invalid("Say how long the customer waits.", fields={"minutes": "field.missing"})
    check_conditions(words.conditions, words.match)
    if not words.steps:
        raise Invalid("A rule does something: add a step.", fields={"steps": "problem.no_steps"})
    shared = macro_steps(words.steps)
    done = iter(checked(MacroWords(name=name, steps=shared)).steps if shared else ())
    own = [type(step) for step in words.steps if isinstance(step, OwnStep)]
    if len(set(own)) < len(own):
        raise Invalid("Each kind of step once.", fields={"steps": "problem.step_twice"})
    steps = tuple(_checked(step) if isinstance(step, OwnStep) else next(done) for step in words.steps)
    if any(isinstance(step, AssignStep) and step.me for step in steps):
        raise Invalid("A rule isn't anybody: choose an agent or a team.", fields={"steps": "problem.rule_nobody_looks"})
    return structs.replace(words, name=name, steps=steps)


def macro_steps(steps: tuple[RuleStep, ...]) -> tuple[Step, ...]:
    """Those that macros have, too."""
    return tuple(step for step in steps if not isinstance(step, OwnStep))


def _checked(step: OwnStep) -> OwnStep:
    if isinstance(step, WebhookStep):
        if not _ADDRESS.fullmatch(step.url):
            raise Invalid("Write a whole address, as https://…", fields={"steps": "problem.rule_address"})
        return step
    text = clean(step.text, MOST_NOTICE if isinstance(step, NotifyStep) else TEXT_LIMIT).strip()
    if isinstance(step, AskStep):
        if not text or not (step.agent_id or step.team_id):
            raise Invalid("Write what is asked, and of whom.", fields={"steps": "problem.empty"})
        return structs.replace(step, text=text)
    if not text:
        raise Invalid("Write what they are told.", fields={"steps": "problem.empty"})
    return structs.replace(step, text=text, mentions=tuple(dict.fromkeys(step.mentions)))
