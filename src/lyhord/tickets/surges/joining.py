"""Who is in a surge: what is about it joins by itself, people add and take out, and what a person did stays."""

from collections.abc import Sequence

from lyhord.conversations.views import messages_by_id
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import Problem, Taken
from lyhord.tickets.actions import tag_ticket
from lyhord.tickets.model import Ticket
from lyhord.tickets.surges import store
from lyhord.tickets.surges.events import SurgeMembersChanged
from lyhord.tickets.surges.model import How, Surge, SurgeWords, finds_any, is_about
from lyhord.tickets.surges.reading import get_surge, surges_among
from lyhord.tickets.views import open_list, rows_by_id
from lyhord.workspaces.reach import EVERYTHING, Reach

MOST_LOOKED_AT = 1_000
"""Tickets whose customers wait that are held against a surge as it begins or changes, who wrote last first."""


def join(tx: Tx, surge: Surge, tickets: Sequence[Ticket], how: How) -> list[Ticket]:
    """Make the conversations of these tickets members, and tag the tickets; those that are new there.

    By itself none joins that somebody took out, or that is in another surge. By hand it leaves another one.
    """
    among = surges_among(tx, (one.conversation_id for one in tickets))
    fresh: dict[str, Ticket] = {}
    for one in tickets:
        there = among.get(one.conversation_id, {})
        if one.conversation_id in fresh or there.get(surge.id) is True or one.last_inbound_id is None:
            continue
        if how == "found" and (surge.id in there or any(there.values())):
            continue
        for other_id in (key for key, inside in there.items() if inside):
            take_out(tx, get_surge(tx, other_id), one)
        fresh[one.conversation_id] = one
    for one in fresh.values():
        _write(tx, surge.id, one, how, out_at=None)
        _tag(tx, one, surge.tag)
    if fresh:
        tx.emit(SurgeMembersChanged(surge_id=surge.id))
    return list(fresh.values())


def take_out(tx: Tx, surge: Surge, ticket: Ticket) -> None:
    """Take a conversation out; it doesn't come back by itself, and nothing more is said to it."""
    _write(tx, surge.id, ticket, "hand", out_at=tx.now)
    tx.run(store.leave_talk, talk=ticket.conversation_id, why_not="surge.why.out")
    tag_ticket(tx, ticket.id, remove=[surge.tag])
    tx.emit(SurgeMembersChanged(surge_id=surge.id))


def add(tx: Tx, surge: Surge, ticket: Ticket) -> None:
    """Add a conversation by hand. Raises `Taken` where its customer never wrote."""
    if ticket.last_inbound_id is None:
        raise Taken("The customer hasn't written yet.", key="problem.surge_never_wrote")
    join(tx, surge, [ticket], "hand")


def gather(tx: Tx, surge: Surge) -> list[Ticket]:
    """Let those join that wrote before it began, or before it was about what it is about now; those that are new."""
    return join(tx, surge, list_meant(tx, surge), "found")


def list_meant(tx: ReadTx, words: SurgeWords, reach: Reach = EVERYTHING) -> list[Ticket]:
    """Tickets whose customers wait and that are about it by their last words, of the latest `MOST_LOOKED_AT`."""
    if not finds_any(words):
        return []
    ids = [row[0] for row in tx.all(store.list_active, most=MOST_LOOKED_AT)]
    if not ids:
        return []
    fitting = {one.id for one in open_list(tx, reach, None, words.filter).named(tx, ids)}
    tickets = [one for one in rows_by_id(tx, sorted(fitting)) if one.last_inbound_id]
    if not words.words:
        return tickets
    said = {one.id: one for one in messages_by_id(tx, sorted({one.last_inbound_id or "" for one in tickets}))}
    return [one for one in tickets if is_about(words, said.get(one.last_inbound_id or ""))]


def fitting(tx: ReadTx, words: SurgeWords, ticket_ids: Sequence[str]) -> set[str]:
    """Those of the tickets that fit the filter."""
    if not words.filter.conditions or not ticket_ids:
        return set(ticket_ids)
    return {one.id for one in open_list(tx, EVERYTHING, None, words.filter).named(tx, ticket_ids)}


def _write(tx: Tx, surge_id: str, ticket: Ticket, how: How, *, out_at: int | None) -> None:
    tx.run(
        store.write_member,
        surge_id=surge_id,
        conversation_id=ticket.conversation_id,
        ticket_id=ticket.id,
        message_id=ticket.last_inbound_id or ticket.last_message_id,
        how=how,
        joined_at=tx.now,
        out_at=out_at,
    )


def _tag(tx: Tx, ticket: Ticket, tag: str) -> None:
    """One that carries as many tags as it can is a member all the same."""
    try:
        with tx.alone():
            tag_ticket(tx, ticket.id, add=[tag])
    except Problem:
        pass
