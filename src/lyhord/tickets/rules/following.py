"""The follower that asks the rules of what happened, and the timer that asks those that wait for time to pass."""

from collections.abc import Sequence

from lyhord.kit.clock import DAY, MINUTE
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower
from lyhord.kit.ids import first_id_at
from lyhord.tickets.rules import store
from lyhord.tickets.rules.firing import actor_of, fire
from lyhord.tickets.rules.matching import (
    KINDS,
    Occurrence,
    list_working,
    means,
    occurrences_of,
    read_rule,
    tickets_meant,
    waiting,
)
from lyhord.tickets.rules.model import Rule
from lyhord.workspaces.schedules.views import own_schedule

BATCH = 200
KEPT = 30 * DAY
"""For how long it is known what rules did."""


def ask_rules(tx: Tx, events: Sequence[Logged]) -> None:
    """Ask each rule that is switched on of each event, in their order, and do what those say that are meant."""
    rules = list_working(tx)
    if not rules:
        return
    _ask(tx, rules, occurrences_of(tx, events, {rule.when for rule in rules}))


FOLLOWER = Follower(name="rules", kinds=KINDS, handle=ask_rules, batch=BATCH, start="head")


def ask_of_time(tx: Tx) -> int:
    """Ask the rules for which somebody has to have waited, at most 200 tickets each; how many were looked at."""
    looked = 0
    for rule_id, seen, seen_id in tx.all(store.list_timed):
        row = tx.one(store.find_rule, key=rule_id)
        rule = read_rule(row) if row else None
        if rule is None or rule.minutes is None:
            continue
        until = tx.now - rule.minutes * MINUTE
        due = tx.all(store.waiting_since, seen=seen, seen_id=seen_id, until=until, most=BATCH)
        if due:
            last = due[-1]
            tx.run(store.set_seen, key=rule_id, seen=last[1], seen_id=last[0])
            _ask(tx, [rule], waiting(tx, [row[0] for row in due]))
            looked += len(due)
    return looked


def forget_firings(tx: Tx) -> int:
    """Forget what rules did more than 30 days ago, at most 500 at once; how many."""
    rows = tx.all(store.old_firings, before=first_id_at(tx.now - KEPT), most=500)
    if rows:
        tx.run(store.drop_firings, ids=[row[0] for row in rows])
    return len(rows)


def _ask(tx: Tx, rules: Sequence[Rule], found: Sequence[Occurrence]) -> None:
    """What a rule asks of tickets is asked once for all of them, and again of those that another one has changed since."""
    rules = [rule for rule in rules if any(one.when == rule.when for one in found)]
    if not rules:
        return
    schedule = own_schedule(tx)
    meant = {
        rule.id: tickets_meant(tx, rule, [one.ticket.id for one in found if one.when == rule.when]) for rule in rules
    }
    touched: set[str] = set()
    paused: set[str] = set()
    for one in found:
        for rule in rules:
            if rule.when != one.when or rule.id in paused or one.actor == actor_of(rule.id):
                continue
            ticket_id = one.ticket.id
            on_ticket = ticket_id in (tickets_meant(tx, rule, [ticket_id]) if ticket_id in touched else meant[rule.id])
            if not means(rule, one, on_ticket, schedule):
                continue
            touched.add(ticket_id)
            if not fire(tx, rule, one) and _rests(tx, rule):
                paused.add(rule.id)
            if rule.stops:
                break


def _rests(tx: Tx, rule: Rule) -> bool:
    row = tx.one(store.find_rule, key=rule.id)
    return row is None or row[3] is not None
