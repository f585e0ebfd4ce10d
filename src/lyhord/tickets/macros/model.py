"""Macros and their steps as values."""

from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from lyhord.contacts.model import Attribute, clean_tag
from lyhord.conversations.buttons import clean_buttons
from lyhord.conversations.canned.model import MOST_TEXT, NAME_LIMIT, check_variables
from lyhord.conversations.model import Message
from lyhord.kit.clock import DAY, SECOND
from lyhord.kit.problems import Invalid
from lyhord.kit.text import clean, clean_name
from lyhord.tickets.model import Status, Ticket, TicketRow

MOST_STEPS = 10
LONGEST_SNOOZE = 365 * DAY // SECOND

S = TypeVar("S", bound=Struct)


class ReplyStep(Struct, frozen=True, kw_only=True, tag="reply", tag_field="kind", forbid_unknown_fields=True):
    """Say something to the customer: what a canned reply says, or a text with variables, with answer buttons of its own below."""

    canned_reply_id: str | None = None
    text: str = ""
    buttons: tuple[str, ...] = ()


class NoteStep(Struct, frozen=True, kw_only=True, tag="note", tag_field="kind", forbid_unknown_fields=True):
    """Leave a note: a text with variables."""

    text: str


class AssignStep(Struct, frozen=True, kw_only=True, tag="assign", tag_field="kind", forbid_unknown_fields=True):
    """Make an agent or a team the owner, whoever runs the macro (`me`), or nobody."""

    agent_id: str | None = None
    team_id: str | None = None
    me: bool = False


class StatusStep(Struct, frozen=True, kw_only=True, tag="status", tag_field="kind", forbid_unknown_fields=True):
    """Open, resolve, wait, or put off for `snooze_seconds`."""

    status: Status
    snooze_seconds: Annotated[int, Meta(ge=60, le=LONGEST_SNOOZE)] | None = None


class TagStep(Struct, frozen=True, kw_only=True, tag="tag", tag_field="kind", forbid_unknown_fields=True):
    """Put tags on, take tags off."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class KindStep(Struct, frozen=True, kw_only=True, tag="kind", tag_field="kind", forbid_unknown_fields=True):
    """Say of which kind the ticket is."""

    ticket_kind: Annotated[str, Meta(min_length=1, max_length=20)]


class StageStep(Struct, frozen=True, kw_only=True, tag="stage", tag_field="kind", forbid_unknown_fields=True):
    """Say how far the work is: a stage of the kind that the ticket is of then, which sets the status."""

    stage: Annotated[str, Meta(min_length=1, max_length=20)]


class AttributesStep(Struct, frozen=True, kw_only=True, tag="attributes", tag_field="kind", forbid_unknown_fields=True):
    """Give attributes of the ticket values; null takes one away."""

    values: Annotated[dict[str, Attribute | None], Meta(min_length=1, max_length=50)]


Step = ReplyStep | NoteStep | AssignStep | StatusStep | TagStep | KindStep | StageStep | AttributesStep


class Macro(Struct, frozen=True, kw_only=True):
    """Several steps under a name. With `agent_id` it is that agent's own, else with `team_id` the team's, else everybody's."""

    id: str
    name: str
    steps: tuple[Step, ...]
    team_id: str | None
    agent_id: str | None
    uses: int
    changed_at: int


class MacroWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What makes up a macro. `mine`: for the writer alone."""

    name: str
    steps: tuple[Step, ...]
    team_id: str | None = None
    mine: bool = False


class Saying(Struct, frozen=True, kw_only=True):
    """What a macro says in one conversation: its texts, filled. `files` are those of its canned reply. `ticket_id`: on which it is run."""

    macro: Macro
    reply: str | None
    note: str | None
    files: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    ticket_id: str | None = None


class Run(Struct, frozen=True, kw_only=True):
    """What running a macro wrote, by id."""

    reply_id: str | None = None
    note_id: str | None = None


class Ran(Struct, frozen=True, kw_only=True):
    """What a macro did. `before` is the ticket as it was, where there was one: what can be undone is undone towards it."""

    macro_id: str
    reply: Message | None
    note: Message | None
    before: Ticket | None
    ticket: TicketRow | None


def checked(words: MacroWords) -> MacroWords:
    """The same, cleaned; raises `Invalid` naming what is missing or doesn't fit."""
    name = clean_name(words.name, NAME_LIMIT)
    if not name:
        raise Invalid("A name is needed.", fields={"name": "field.missing"})
    if not words.steps:
        raise Invalid("A macro does something: add a step.", fields={"steps": "problem.no_steps"})
    if len(words.steps) > MOST_STEPS:
        raise Invalid("A macro has at most ten steps.", fields={"steps": "field.invalid"})
    kinds = [type(step) for step in words.steps]
    if len(set(kinds)) < len(kinds):
        raise Invalid("Each kind of step once.", fields={"steps": "problem.step_twice"})
    if words.mine and words.team_id:
        raise Invalid("A macro is yours or a team's.", fields={"team_id": "field.invalid"})
    return msgspec.structs.replace(words, name=name, steps=tuple(_checked(step) for step in words.steps))


def _checked(step: Step) -> Step:
    if isinstance(step, ReplyStep | NoteStep):
        text = clean(step.text, MOST_TEXT).strip()
        canned = isinstance(step, ReplyStep) and step.canned_reply_id
        if bool(text) == bool(canned):
            raise Invalid("Write what is said, or choose a canned reply.", fields={"steps": "problem.empty"})
        check_variables(text, "steps")
        if isinstance(step, ReplyStep):
            step = msgspec.structs.replace(step, buttons=() if canned else clean_buttons(step.buttons))
        return msgspec.structs.replace(step, text=text)
    if isinstance(step, StatusStep) and (step.status == "snoozed") != (step.snooze_seconds is not None):
        raise Invalid("Say for how long it is put off.", fields={"steps": "problem.moment"})
    if isinstance(step, TagStep):
        add, remove = (tuple(dict.fromkeys(map(clean_tag, tags))) for tags in (step.add, step.remove))
        if not add and not remove:
            raise Invalid("Name a tag.", fields={"steps": "field.missing"})
        return TagStep(add=add, remove=remove)
    return step


def find_step(steps: tuple[Step, ...], kind: type[S]) -> S | None:
    """The step of a kind, if the macro has one."""
    return next((step for step in steps if isinstance(step, kind)), None)
