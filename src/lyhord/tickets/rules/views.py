"""Rules as screens read them, what they did, and what one would have done."""

from collections import Counter
from typing import Any

import msgspec

from lyhord.conversations.timeline import timeline_ids
from lyhord.conversations.views import get_visible
from lyhord.kit.clock import DAY, MINUTE
from lyhord.kit.database import ReadTx
from lyhord.kit.events import Catalogue, kind_of
from lyhord.kit.ids import HIGHEST_ID, id_time
from lyhord.kit.problems import NotFound
from lyhord.tickets.rules import store
from lyhord.tickets.rules.actions import check_words
from lyhord.tickets.rules.matching import KINDS, Occurrence, means, occurrences_of, read_rule, tickets_meant, waiting
from lyhord.tickets.rules.model import Firing, Rule, RuleStep, RuleWords, Trial, Would
from lyhord.tickets.views import shown
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.schedules.views import own_schedule

MOST_LOOKED_AT = 20_000
"""Events that one trial goes back through."""
CHUNK = 1_000
MOST_SHOWN = 50

_steps = msgspec.json.Decoder(tuple[RuleStep, ...])
_catalogue = Catalogue(KINDS)
_kinds = frozenset(map(kind_of, KINDS))


def list_rules(tx: ReadTx) -> list[Rule]:
    """All of them, in the order in which they are asked."""
    return [read_rule(row) for row in tx.all(store.list_rules)]


def get_rule(tx: ReadTx, rule_id: str) -> Rule:
    """One of them; raises `NotFound`."""
    row = tx.one(store.find_rule, key=rule_id)
    if row is None:
        raise NotFound("There is no such rule.")
    return read_rule(row)


def get_secret(tx: ReadTx, rule_id: str) -> str:
    """What signs its webhooks, sealed; raises `NotFound`."""
    row = tx.one(store.find_rule, key=rule_id)
    if row is None:
        raise NotFound("There is no such rule.")
    return str(row[7])


def list_firings(tx: ReadTx, rule_id: str, *, before: str = HIGHEST_ID, most: int = 50) -> list[Firing]:
    """What a rule did, the latest first."""
    return [_firing(row) for row in tx.all(store.firings_of_rule, of=rule_id, before=before, most=most)]


def list_firings_in(tx: ReadTx, reach: Reach, conversation_id: str, *, most: int = 50) -> list[Firing]:
    """What rules did in a conversation, the latest first; raises `NotFound` where it isn't within reach."""
    ids = timeline_ids(tx, get_visible(tx, reach, conversation_id))
    return [_firing(row) for row in tx.all(store.firings_in_talks, ids=ids, before=HIGHEST_ID, most=most)]


def try_rule(tx: ReadTx, reach: Reach, words: RuleWords, days: int) -> Trial:
    """What a rule would have done in the last `days`, on tickets within reach, by the log and by the tickets as they are now.

    It looks through the latest 20,000 events. Nothing is changed. Raises `Invalid`.
    """
    words = check_words(tx, words)
    since = tx.now - days * DAY
    if words.when == "nobody_answered":
        found = _waiting_now(tx, words)
        looked, since = len(found), tx.now
    else:
        looked, found, since = _past(tx, words, since)
    meant = tickets_meant(tx, words, [one.ticket.id for one in found], reach)
    within = tickets_meant(tx, msgspec.structs.replace(words, conditions=()), [one.ticket.id for one in found], reach)
    schedule = own_schedule(tx)
    hits = [one for one in found if one.ticket.id in within and means(words, one, one.ticket.id in meant, schedule)]
    times = Counter(one.ticket.id for one in hits)
    would: dict[str, Would] = {}
    for one in hits:
        would.setdefault(one.ticket.id, Would(shown(one.ticket, reach), one.at, times[one.ticket.id]))
    return Trial(looked, since, len(hits), tuple(would.values())[:MOST_SHOWN])


def _past(tx: ReadTx, words: RuleWords, since: int) -> tuple[int, list[Occurrence], int]:
    """How many events were looked at, what in them could have set the rule off, the latest first, and back to when that was."""
    looked, before, found, reached = 0, 2**62, list[Occurrence](), tx.now
    while looked < MOST_LOOKED_AT:
        rows = tx.all(store.events_before, before=before, most=CHUNK)
        recent = [row for row in rows if row[2] >= since]
        looked += len(recent)
        known = _catalogue.decode([row for row in recent if row[1] in _kinds])
        found += occurrences_of(tx, known, (words.when,))
        if len(recent) < CHUNK:
            return looked, found, since
        before, reached = rows[-1][0], rows[-1][2]
    return looked, found, reached


def _waiting_now(tx: ReadTx, words: RuleWords) -> list[Occurrence]:
    """Who waits so long now: how long somebody waited once stands nowhere."""
    until = tx.now - (words.minutes or 0) * MINUTE
    return waiting(tx, [row[0] for row in tx.all(store.waiting_at, until=until, most=CHUNK)])


def _firing(row: tuple[Any, ...]) -> Firing:
    firing_id, rule_id, ticket_id, conversation_id, event, when, message_id, outcome, why, steps, depth, name, title = (
        row
    )
    return Firing(
        id=firing_id,
        rule_id=rule_id,
        rule=name,
        ticket_id=ticket_id,
        conversation_id=conversation_id,
        title=title,
        event=event,
        when=when,
        message_id=message_id,
        at=id_time(firing_id),
        outcome=outcome,
        why=why,
        steps=_steps.decode(steps),
        depth=depth,
    )
