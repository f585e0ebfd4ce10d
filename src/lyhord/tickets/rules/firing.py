"""Doing what a rule says on one ticket: all of it or nothing, with a line in the log of firings, and never in circles."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import structlog
from msgspec import Struct

from lyhord.conversations.actions.note import add_note
from lyhord.conversations.model import Note
from lyhord.kit.clock import HOUR
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.ids import first_id_at
from lyhord.kit.problems import Problem
from lyhord.tickets.macros.actions import run_macro
from lyhord.tickets.macros.model import Macro, ReplyStep
from lyhord.tickets.macros.views import say
from lyhord.tickets.rules import store
from lyhord.tickets.rules.actions import EVERYBODY, note_failure
from lyhord.tickets.rules.matching import Occurrence
from lyhord.tickets.rules.model import (
    DEEPEST,
    MOST_AN_HOUR,
    AskStep,
    NotifyStep,
    Outcome,
    Rule,
    RuleStep,
    WebhookStep,
    macro_steps,
)
from lyhord.tickets.tasks.actions import Wish, ask

REPLY_JOB, WEBHOOK_JOB = "rule.reply", "rule.webhook"
FAILED = "problem.rule_failed"

_log = structlog.get_logger()


class Order(Struct, frozen=True):
    """What a job does for a rule that fired: one step of it on a ticket."""

    rule_id: str
    firing_id: str
    ticket_id: str
    conversation_id: str
    when: str
    event: int | None
    at: int
    message_id: str | None
    step: RuleStep


class Mark(Struct, frozen=True):
    """A line in the log of firings: its id, the first event that it may cause, and its place in a chain."""

    id: str
    from_seq: int
    depth: int


def actor_of(rule_id: str) -> str:
    """Who does what a rule does."""
    return f"rule:{rule_id}"


@contextmanager
def acting(tx: Tx, rule_id: str) -> Iterator[None]:
    """Do as a rule."""
    before, tx.actor = tx.actor, actor_of(rule_id)
    try:
        yield
    finally:
        tx.actor = before


def depth_of(tx: Tx, found: Occurrence) -> int:
    """The place in a chain that a rule has which this sets off, from 1. What a rule did in a way that nobody wrote down ends the chain."""
    if not found.actor.startswith("rule:"):
        return 1
    row = tx.one(store.cause_of, seq=found.seq)
    return row[1] + 1 if row and found.seq is not None and found.seq <= row[0] else DEEPEST + 1


def fire(tx: Tx, rule: Rule, found: Occurrence) -> bool:
    """Do a rule's steps, unless that would go in circles; whether they were done. A failure undoes what the rule did and nothing else."""
    lately = tx.value(store.count_lately, ticket=found.ticket.id, of=rule.id, since=first_id_at(tx.now - HOUR))
    if lately > MOST_AN_HOUR:
        return False
    depth = depth_of(tx, found)
    mark = Mark(tx.new_id(), tx.last_seq + 1, depth)
    if depth > DEEPEST or lately == MOST_AN_HOUR:
        _note(tx, rule, found, mark, "too_deep" if depth > DEEPEST else "too_often")
        return False
    why = _try(tx, rule, found, mark.id)
    _note(tx, rule, found, mark, "failed" if why else "done", why)
    if why:
        note_failure(tx, rule.id, found.ticket.id, found.ticket.conversation_id, why)
    elif not any(isinstance(step, ReplyStep | WebhookStep) for step in rule.steps):
        tx.run(store.set_failures, key=rule.id, failures=0, paused_at=None, why=None)
    return not why


def _try(tx: Tx, rule: Rule, found: Occurrence, firing_id: str) -> str | None:
    """What went wrong, as a key."""
    try:
        with tx.alone(), acting(tx, rule.id):
            _do(tx, rule, found, firing_id)
    except Problem as problem:
        return next(iter(problem.fields.values()), problem.key)
    except Exception:
        if not tx.goes_on:
            raise
        _log.exception("rule failed", rule=rule.id, ticket=found.ticket.id)
        return FAILED
    return None


def _do(tx: Tx, rule: Rule, found: Occurrence, firing_id: str) -> None:
    ticket = found.ticket
    now = tuple(step for step in macro_steps(rule.steps) if not isinstance(step, ReplyStep))
    if now:
        macro = as_macro(rule, now)
        saying = say(tx, EVERYBODY, macro, ticket.conversation_id, ticket.id)
        run_macro(tx, EVERYBODY, saying, ticket.conversation_id, None)
    for step in rule.steps:
        if isinstance(step, NotifyStep):
            words = Note(
                conversation_id=ticket.conversation_id, text=step.text, mentions=step.mentions, ticket_id=ticket.id
            )
            add_note(tx, words)
        elif isinstance(step, AskStep):
            wish = Wish(text=step.text, owner_agent_id=step.agent_id, owner_team_id=step.team_id)
            ask(tx, ticket, wish, rule=rule.name)
        elif isinstance(step, ReplyStep | WebhookStep):
            order = Order(
                rule.id,
                firing_id,
                ticket.id,
                ticket.conversation_id,
                found.when,
                found.seq,
                found.at,
                found.message.id if found.message else None,
                step,
            )
            enqueue(tx, REPLY_JOB if isinstance(step, ReplyStep) else WEBHOOK_JOB, order)


def as_macro(rule: Rule, steps: tuple[RuleStep, ...]) -> Macro:
    """Those of a rule's steps that macros have, to be said and run as theirs are."""
    return Macro(
        id=rule.id,
        name=rule.name,
        steps=macro_steps(steps),
        team_id=None,
        agent_id=None,
        uses=0,
        changed_at=rule.changed_at,
    )


def _note(tx: Tx, rule: Rule, found: Occurrence, mark: Mark, outcome: Outcome, why: str | None = None) -> None:
    tx.run(
        store.insert_firing,
        id=mark.id,
        rule_id=rule.id,
        ticket_id=found.ticket.id,
        conversation_id=found.ticket.conversation_id,
        message_id=found.message.id if found.message else None,
        starts=found.when,
        event=found.seq,
        outcome=outcome,
        why=why,
        steps=msgspec.json.encode(rule.steps).decode(),
        depth=mark.depth,
        from_seq=mark.from_seq,
        to_seq=tx.last_seq,
    )
