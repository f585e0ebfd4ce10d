"""The statements of rules and of the log of what they did."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, insert, select, tuple_, update

from lyhord.kit.database import Statement, values_in
from lyhord.kit.database.log import event
from lyhord.tickets.rules.tables import rule, rule_firing
from lyhord.tickets.tables import ticket

W: BindParameter[Any] = bindparam("workspace_id")

columns = tuple(
    rule.c[name]
    for name in ("id", "body", "on_at", "paused_at", "paused_why", "changed_at", "failures", "secret", "rests_for")
)
_rules = select(*columns).where(rule.c.workspace_id == W, rule.c.removed_at.is_(None))
_one = (rule.c.workspace_id == W, rule.c.id == bindparam("key"))
list_rules = Statement(_rules.order_by(rule.c.place, rule.c.id))
_working = (rule.c.on_at.isnot(None), rule.c.paused_at.is_(None), rule.c.rests_for.is_(None))
list_working = Statement(_rules.where(*_working).order_by(rule.c.place, rule.c.id))
find_rule = Statement(_rules.where(rule.c.id == bindparam("key")))
find_any = Statement(select(*columns).where(*_one))
list_timed = Statement(
    select(rule.c.id, rule.c.seen_waits_at, rule.c.seen_id)
    .where(rule.c.workspace_id == W, rule.c.removed_at.is_(None), *_working, rule.c.starts == "nobody_answered")
    .order_by(rule.c.place, rule.c.id)
)
count_rules = Statement(
    select(func.count(), func.max(rule.c.place)).where(rule.c.workspace_id == W, rule.c.removed_at.is_(None))
)
insert_rule = Statement(insert(rule))
write_rule = Statement(
    update(rule).where(*_one).values({name: bindparam(name) for name in ("name", "starts", "body", "changed_at")})
)
switch_rule = Statement(
    update(rule)
    .where(*_one)
    .values(
        on_at=bindparam("on_at"),
        paused_at=None,
        paused_why=None,
        rests_for=None,
        failures=0,
        seen_waits_at=bindparam("seen"),
        seen_id=bindparam("seen_id"),
    )
)
let_rest = Statement(
    update(rule)
    .where(
        rule.c.workspace_id == W,
        rule.c.id == bindparam("key"),
        rule.c.on_at.isnot(None),
        rule.c.removed_at.is_(None),
        rule.c.rests_for.is_(None),
    )
    .values(rests_for=bindparam("surge"))
)
list_resting = Statement(_rules.where(rule.c.rests_for == bindparam("surge")).order_by(rule.c.id))
wake_rule = Statement(
    update(rule)
    .where(*_one, rule.c.rests_for == bindparam("surge"))
    .values(rests_for=None, seen_waits_at=bindparam("seen"), seen_id=bindparam("seen_id"))
)
set_removed = Statement(update(rule).where(*_one).values(removed_at=bindparam("at"), on_at=None))
set_place = Statement(update(rule).where(*_one).values(place=bindparam("place")))
set_failures = Statement(
    update(rule)
    .where(*_one)
    .values(failures=bindparam("failures"), paused_at=bindparam("paused_at"), paused_why=bindparam("why"))
)
set_seen = Statement(update(rule).where(*_one).values(seen_waits_at=bindparam("seen"), seen_id=bindparam("seen_id")))

waiting_since = Statement(
    select(ticket.c.id, ticket.c.waits_at)
    .where(
        ticket.c.workspace_id == W,
        ticket.c.shelf == "active",
        tuple_(ticket.c.waits_at, ticket.c.id) > tuple_(bindparam("seen"), bindparam("seen_id")),
        ticket.c.waits_at <= bindparam("until"),
    )
    .order_by(ticket.c.waits_at, ticket.c.id)
    .limit(bindparam("most"))
)
"""Tickets on which somebody waits since a moment up to `until`, from a place on."""
waiting_at = Statement(
    select(ticket.c.id)
    .where(ticket.c.workspace_id == W, ticket.c.shelf == "active", ticket.c.waits_at <= bindparam("until"))
    .order_by(ticket.c.waits_at, ticket.c.id)
    .limit(bindparam("most"))
)

insert_firing = Statement(insert(rule_firing))
set_outcome = Statement(
    update(rule_firing)
    .where(rule_firing.c.workspace_id == W, rule_firing.c.id == bindparam("key"))
    .values(outcome="failed", why=bindparam("why"))
)
_firings = (
    select(
        *(
            rule_firing.c[name]
            for name in (
                "id",
                "rule_id",
                "ticket_id",
                "conversation_id",
                "event",
                "starts",
                "message_id",
                "outcome",
                "why",
                "steps",
                "depth",
            )
        ),
        rule.c.name,
        ticket.c.title,
    )
    .select_from(
        rule_firing.join(
            rule, (rule.c.workspace_id == rule_firing.c.workspace_id) & (rule.c.id == rule_firing.c.rule_id)
        ).join(
            ticket,
            (ticket.c.workspace_id == rule_firing.c.workspace_id) & (ticket.c.id == rule_firing.c.ticket_id),
        )
    )
    .where(rule_firing.c.workspace_id == W, rule_firing.c.id < bindparam("before"))
    .order_by(rule_firing.c.id.desc())
    .limit(bindparam("most"))
)
firings_of_rule = Statement(_firings.where(rule_firing.c.rule_id == bindparam("of")))
firings_in_talks = Statement(_firings.where(values_in(rule_firing.c.conversation_id, "ids")))
_of_ticket = (
    rule_firing.c.workspace_id == W,
    rule_firing.c.ticket_id == bindparam("ticket"),
    rule_firing.c.rule_id == bindparam("of"),
    rule_firing.c.id >= bindparam("since"),
)
count_lately = Statement(select(func.count()).select_from(rule_firing).where(*_of_ticket))
cause_of = Statement(
    select(rule_firing.c.to_seq, rule_firing.c.depth)
    .where(rule_firing.c.workspace_id == W, rule_firing.c.from_seq <= bindparam("seq"))
    .order_by(rule_firing.c.from_seq.desc(), rule_firing.c.id.desc())
    .limit(1)
)
old_firings = Statement(
    select(rule_firing.c.id)
    .where(rule_firing.c.workspace_id == W, rule_firing.c.id < bindparam("before"))
    .order_by(rule_firing.c.id)
    .limit(bindparam("most"))
)
drop_firings = Statement(delete(rule_firing).where(rule_firing.c.workspace_id == W, values_in(rule_firing.c.id, "ids")))
events_before = Statement(
    select(event.c.seq, event.c.kind, event.c.at, event.c.actor, event.c.body, event.c.trace)
    .where(event.c.workspace_id == W, event.c.seq < bindparam("before"))
    .order_by(event.c.seq.desc())
    .limit(bindparam("most"))
)
