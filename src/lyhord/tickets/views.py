"""Tickets as screens read them."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from lyhord.kit.database import ReadTx
from lyhord.kit.ids import HIGHEST_ID, LOWEST_ID
from lyhord.kit.problems import Invalid
from lyhord.tickets import store
from lyhord.tickets.model import FAR, Ticket, TicketRow
from lyhord.workspaces.reach import Reach

AnyTicket = TypeVar("AnyTicket", bound=Ticket)

COUNTED = ("mine", "unassigned", "all", "waiting", "mentioned", "snoozed")

MOST_COUNTED = 1_000
"""Numbers go up to this, which screens show as "999+": counting further would cost more the more there is."""
MOST_LOOKED_AT = 4_000
"""Tickets that one answer looks through for somebody who may see few of them; `next` goes on from there."""

MOST_MENTIONS = 500
"""So many of an agent's latest mentions make up their list."""

Place = tuple[int, str]
"""Where a page ends: (`waits_at`, id)."""
LAST: Place = (2 * FAR, HIGHEST_ID)


def list_tickets(
    tx: ReadTx, reach: Reach, agent_id: str | None, name: str, *, after: Place = (0, LOWEST_ID), most: int = 50
) -> tuple[list[TicketRow], Place | None]:
    """A page of an inbox list, who waits longest first, and where the next one begins.

    `name` is one of `store.LISTS`, those `OF_SOMEBODY` as `team:<id>`.
    Raises `Invalid` for another. For somebody with a limited reach a page may be
    short, even empty, and more follow.
    """
    kind, _, of = name.partition(":")
    if kind not in store.LISTS or (kind in store.OF_SOMEBODY) != bool(of):
        raise Invalid("There is no such list.", fields={"list": "problem.no_such_list"})
    limited = reach.inbox_ids is not None
    whose = {"viewer": agent_id, "of": of, "mentions": MOST_MENTIONS}
    start = {"after_waits": after[0], "after_id": after[1]}
    end = tx.one(store.ends[kind], looked=MOST_LOOKED_AT - 1, **whose, **start) if limited else None
    until: Place = (end[0], end[1]) if end else LAST
    rows = tx.all(
        store.pages[kind, limited],
        reach=reach.inbox_ids or (),
        until_waits=until[0],
        until_id=until[1],
        most=most + 1,
        **whose,
        **start,
    )
    page = [_shown(TicketRow(*row[:-1]), reach) for row in rows[:most]]
    if len(rows) <= most and end is None:
        return page, None
    return page, (rows[len(page) - 1][-1], page[-1].id) if page else until


def count_tickets(tx: ReadTx, reach: Reach, agent_id: str | None, team_ids: Sequence[str]) -> dict[str, int]:
    """How many tickets lie in each list, and in each of the agent's teams as `team:<id>`: at most `MOST_COUNTED`.

    For somebody with a limited reach only those count that are among the first `MOST_LOOKED_AT` of everybody's.
    """
    lists = [*COUNTED, *(f"team:{one}" for one in team_ids)]
    return {name: count_list(tx, reach, agent_id, name) for name in lists}


def count_list(tx: ReadTx, reach: Reach, agent_id: str | None, name: str) -> int:
    """How many tickets lie in one list, counted as `count_tickets` does."""
    kind, _, of = name.partition(":")
    return int(
        tx.value(
            store.counts[kind, reach.inbox_ids is not None],
            viewer=agent_id,
            of=of,
            mentions=MOST_MENTIONS,
            reach=reach.inbox_ids or (),
            looked=MOST_LOOKED_AT,
            most=MOST_COUNTED,
        )
    )


def find_row(tx: ReadTx, reach: Reach, agent_id: str | None, ticket_id: str) -> TicketRow | None:
    """One row as it stands in a list, or None where it isn't within reach."""
    limited = reach.inbox_ids is not None
    row = tx.one(store.row_by_id[limited], id=ticket_id, viewer=agent_id, reach=reach.inbox_ids or ())
    return _shown(TicketRow(*row[:-1]), reach) if row else None


def rows_by_id(tx: ReadTx, ids: Sequence[str]) -> list[Ticket]:
    """Tickets by id, for frames of the stream; in no order."""
    return [Ticket(*row) for row in tx.all(store.tickets_by_ids, ids=ids)] if ids else []


def newest_of_conversations(tx: ReadTx, conversation_ids: Sequence[str]) -> list[Ticket]:
    """The newest ticket of each conversation that has one."""
    return [Ticket(*row) for row in tx.all(store.newest_of, ids=conversation_ids)] if conversation_ids else []


def tickets_of(tx: ReadTx, conversation_ids: Sequence[str], reach: Reach) -> list[Ticket]:
    """All tickets of a contact's conversations, newest first."""
    rows = sorted(tx.all(store.all_of, ids=conversation_ids), key=lambda row: str(row[0]), reverse=True)
    return [_shown(Ticket(*row), reach) for row in rows]


def hide_words(ticket: AnyTicket) -> AnyTicket:
    """The ticket without words, for somebody who can't read the inbox that carried them."""
    return msgspec.structs.replace(ticket, preview="", subject=None)


def _shown(ticket: AnyTicket, reach: Reach) -> AnyTicket:
    if ticket.inbox_id is None or reach.covers(ticket.inbox_id):
        return ticket
    return hide_words(ticket)
