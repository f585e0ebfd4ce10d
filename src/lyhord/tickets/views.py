"""Tickets as screens read them."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from lyhord.kit.database import ReadTx
from lyhord.kit.ids import LOWEST_ID
from lyhord.kit.problems import Invalid
from lyhord.tickets import store
from lyhord.tickets.model import Ticket, TicketRow
from lyhord.workspaces.reach import Reach

AnyTicket = TypeVar("AnyTicket", bound=Ticket)

COUNTED = ("mine", "unassigned", "all", "waiting", "mentioned", "snoozed")

Place = tuple[int, str]
"""Where a page ends: (`waits_at`, id)."""


def list_tickets(
    tx: ReadTx, reach: Reach, agent_id: str | None, name: str, *, after: Place = (0, LOWEST_ID), most: int = 50
) -> tuple[list[TicketRow], Place | None]:
    """A page of an inbox list, who waits longest first, and where the next one begins.

    `name` is one of `store.LISTS`, or `team:<id>`. Raises `Invalid` for another.
    """
    kind, _, team_id = name.partition(":")
    if kind not in store.LISTS or (kind == "team") != bool(team_id):
        raise Invalid("There is no such list.", fields={"list": "problem.no_such_list"})
    rows = tx.all(
        store.pages[kind, reach.inbox_ids is not None],
        viewer=agent_id,
        team=team_id,
        reach=reach.inbox_ids or (),
        after_waits=after[0],
        after_id=after[1],
        most=most + 1,
    )
    page = [_shown(TicketRow(*row[:-1]), reach) for row in rows[:most]]
    place = (rows[most - 1][-1], rows[most - 1][0]) if len(rows) > most else None
    return page, place


def count_tickets(tx: ReadTx, reach: Reach, agent_id: str | None, team_ids: Sequence[str]) -> dict[str, int]:
    """How many tickets lie in each list, and in each of the agent's teams as `team:<id>`."""
    limited = reach.inbox_ids is not None
    found = {
        name: tx.value(store.counts[name, limited], viewer=agent_id, reach=reach.inbox_ids or ()) for name in COUNTED
    }
    for team_id in team_ids:
        found[f"team:{team_id}"] = tx.value(store.counts["team", limited], team=team_id, reach=reach.inbox_ids or ())
    return found


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
