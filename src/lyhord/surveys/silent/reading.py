"""What is known of customers up to a moment, read for many of them together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from lyhord.contacts.lineage import members_of
from lyhord.conversations.model import QUIET, read_more
from lyhord.kit.clock import DAY
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import LOWEST_ID, first_id_at, id_time
from lyhord.surveys.silent import store
from lyhord.surveys.silent.model import (
    LISTED,
    PAUSE,
    Approach,
    Backtest,
    History,
    Said,
    Signal,
    Spoken,
    approaches_of,
    hold_against,
    signals_of,
    usual_gap,
    weigh,
)
from lyhord.tickets.kinds.model import COMPLAINT, QUESTION

YEARS = 2 * 365 * DAY
"""How far back is looked."""
HORIZON = 90 * DAY
"""Who writes nothing for so long, and for three of their usual gaps, after a day that is held against what came, had left."""
_MACHINES = QUIET | {"automatic", "bulk", "blocked"}


class Customer(NamedTuple):
    """A customer by their conversation."""

    conversation_id: str
    contact_id: str


def page_of(tx: ReadTx, after: str, most: int) -> list[Customer]:
    """Customers who wrote in the last two years, in order of their conversations."""
    return [Customer(*row) for row in tx.all(store.customers_page, after=after, since=tx.now - YEARS, most=most)]


def histories_of(tx: ReadTx, customers: Sequence[Customer], until: int) -> dict[str, History]:
    """What was known of each at a moment, by conversation; with whoever is one with them today."""
    belongs = members_of(tx, [one.contact_id for one in customers])
    own = {one.contact_id: one.conversation_id for one in customers}
    rows = tx.all(store.talks_of_contacts, contact_ids=sorted(belongs)) if belongs else ()
    talks = {row[0]: own[belongs[row[1]]] for row in rows}
    ids = sorted(talks)
    spoken: dict[str, list[Spoken]] = defaultdict(list)
    bounds = {"start": first_id_at(until - YEARS), "end": first_id_at(until + 1)}
    for talk, message_id, direction, length, more in tx.all(store.spoken_in, ids=ids, **bounds) if ids else ():
        person = '"flags"' not in more or _MACHINES.isdisjoint(read_more(more).flags)
        spoken[talks[talk]].append(Spoken(id_time(message_id), direction == "in", length, person))
    tickets = _tickets(tx, talks, until)
    said = _said(tx, talks, until)
    return {
        one.conversation_id: _history(
            spoken[one.conversation_id], tickets.get(one.conversation_id, []), said.get(one.conversation_id, [])
        )
        for one in customers
    }


def find_silent(tx: ReadTx, customers: Sequence[Customer], at: int) -> dict[str, list[Signal]]:
    """Who of these is thought to be unhappy without a word at a moment, by conversation, and why."""
    found = {talk: signals_of(history, at) for talk, history in histories_of(tx, customers, at).items()}
    return {talk: signals for talk, signals in found.items() if weigh(signals) >= LISTED}


def backtest(tx: ReadTx, at: int, most: int = 5_000) -> Backtest:
    """Hold the list that there would have been at a moment against who wrote again. Only what was known then is looked at.

    A customer counts who had come three times by then and wasn't gone, and of whom it is known by now.
    """
    outcomes: list[tuple[bool, bool]] = []
    after = LOWEST_ID
    while len(outcomes) < most:
        customers = page_of(tx, after, 300)
        if not customers:
            break
        after = customers[-1].conversation_id
        then, now = histories_of(tx, customers, at), histories_of(tx, customers, tx.now)
        for talk, history in then.items():
            later = [one.at for one in now[talk].approaches if one.at > at]
            outcome = outcome_of(history, later, at, tx.now)
            outcomes += [outcome] if outcome is not None else []
    return hold_against(at, outcomes[:most])


def outcome_of(then: History, later: Sequence[int], at: int, now: int) -> tuple[bool, bool] | None:
    """Whether somebody would have been listed, and whether they left, from when they came `later`; None where they don't count."""
    usual = usual_gap(then, at)
    if usual is None or now < at + max(HORIZON, 3 * usual):
        return None
    left = not any(one <= at + max(HORIZON, 3 * usual) for one in later)
    return weigh(signals_of(then, at)) >= LISTED, left


class _Ticket(NamedTuple):
    """A ticket, as far as it tells of a customer's mood."""

    opened_at: int
    complaint: bool
    reason: str | None
    mood: str | None
    late: bool


def _tickets(tx: ReadTx, talks: Mapping[str, str], until: int) -> dict[str, list[_Ticket]]:
    rows = tx.all(store.tickets_in, ids=sorted(talks), until=until) if talks else []
    ids = sorted(row[0] for row in rows)
    late = {
        row[0]
        for one in (store.broken_clocks, store.broken_promises)
        for row in (tx.all(one, tickets=ids) if ids else ())
    }
    found: dict[str, list[_Ticket]] = defaultdict(list)
    for ticket_id, talk, kind, opened_at, reason, mood in rows:
        why = reason or (kind if kind != QUESTION else None)
        found[talks[talk]].append(_Ticket(opened_at, kind == COMPLAINT, why, mood, ticket_id in late))
    return found


def _said(tx: ReadTx, talks: Mapping[str, str], until: int) -> dict[str, list[Said]]:
    found: dict[str, list[Said]] = defaultdict(list)
    for talk, asked_at, answered_at, mark, words in (
        tx.all(store.asked_in, ids=sorted(talks), until=until) if talks else ()
    ):
        known = mark if answered_at is not None and answered_at <= until else None
        found[talks[talk]].append(Said(asked_at, known, bool(words)))
    return found


def _history(spoken: list[Spoken], tickets: Sequence[_Ticket], said: Sequence[Said]) -> History:
    approaches = approaches_of(sorted(spoken, key=lambda one: one.at))
    told = [_told(one, tickets) for one in approaches]
    complained = [one.opened_at for one in tickets if one.complaint]
    return History(told, said, max(complained, default=None))


def _told(approach: Approach, tickets: Sequence[_Ticket]) -> Approach:
    """With what the tickets tell that were opened meanwhile."""
    for one in tickets:
        if approach.at <= one.opened_at <= approach.last_at + PAUSE:
            approach = replace(
                approach,
                reason=one.reason or approach.reason,
                mood=one.mood or approach.mood,
                late=approach.late or one.late,
            )
    return approach
