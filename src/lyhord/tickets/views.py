"""Tickets as screens read them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec

from lyhord.contacts.store import tags_page
from lyhord.hearing.reasons.reading import read_tree
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import HIGHEST_ID, LOWEST_ID, is_id
from lyhord.kit.problems import Invalid, NotFound
from lyhord.tickets import list_store, store
from lyhord.tickets.filters import (
    NO_REASONS,
    Filter,
    asks_reason,
    asks_stage,
    place_of_names,
    shape_of,
    shelf_within,
    values_of,
)
from lyhord.tickets.kinds.reading import list_kinds
from lyhord.tickets.list_store import Listing
from lyhord.tickets.model import FAR, Ticket, TicketRow, read_row, read_ticket, shelf_of, waits_at
from lyhord.tickets.saved_views import find_saved_view
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import list_team_ids

AnyTicket = TypeVar("AnyTicket", bound=Ticket)

COUNTED = (
    "mine",
    "unassigned",
    "all",
    "waiting",
    "late",
    "at_risk",
    "complaints",
    "mentioned",
    "watched",
    "snoozed",
)

MOST_COUNTED = 1_000
"""Numbers go up to this, which screens show as "999+": counting further would cost more the more there is."""
MOST_LOOKED_AT = 4_000
"""Tickets that one answer looks through where few of them may be meant; `next` goes on from there."""

MOST_NAMED = 1_000
"""Messages that have a name: where more have it, a list is looked through in its order instead."""
MOST_TOLD = 100
"""Tags that one answer tells."""
MOST_MENTIONS = 500
"""So many of an agent's latest mentions make up their list."""

Place = tuple[str, int, str]
"""Where a page ends: (shelf, `waits_at`, id)."""
FIRST: Place = ("", 0, LOWEST_ID)
LAST: Place = ("~", 2 * FAR, HIGHEST_ID)


class _List(NamedTuple):
    """A list that somebody looks at: its statements, and what they are bound to."""

    statements: Listing
    bound: dict[str, Any]
    reach: Reach

    def named(self, tx: ReadTx, ids: Sequence[str]) -> list[TicketRow]:
        """Those of its tickets that have these ids; in no order."""
        return [shown(read_row(row), self.reach) for row in tx.all(self.statements.named, ids=ids, **self.bound)]

    def end(self, tx: ReadTx, start: dict[str, Any]) -> Place | None:
        """Where one answer from `start` on stops looking; None when it looks at all there is."""
        if self.statements.end is None:
            return None
        end = tx.one(self.statements.end, looked=MOST_LOOKED_AT - 1, **start, **self.bound)
        return (end[0], end[1], end[2]) if end else None


def open_list(tx: ReadTx, reach: Reach, agent_id: str | None, wanted: str | Filter) -> _List:
    """A list by its name or by a filter. Raises `Invalid` for another.

    A name is one of `list_store.named_lists`, those `OF_SOMEBODY` as in `team:<id>`, or `view:<id>`.
    """
    limited = reach.inbox_ids is not None
    bound: dict[str, Any] = {
        "viewer": agent_id,
        "mentions": MOST_MENTIONS,
        "now": tx.now,
        "reach": reach.inbox_ids or (),
    }
    if isinstance(wanted, str):
        kind, _, of = wanted.partition(":")
        named = list_store.named_lists.get((kind, limited))
        if named and (is_id(of) if kind in list_store.OF_SOMEBODY else not of):
            return _List(named, {**bound, "of": of}, reach)
    team_ids = list_team_ids(tx, agent_id) if agent_id else []
    if isinstance(wanted, str):
        view = find_saved_view(tx, agent_id, team_ids, of) if kind == "view" else None
        if view is None:
            raise Invalid("There is no such list.", fields={"list": "problem.no_such_list"})
        wanted = view.filter
    kinds = list_kinds(tx) if asks_stage(wanted) else ()
    tree = read_tree(tx) if asks_reason(wanted) else NO_REASONS
    bound |= values_of(wanted, agent_id, team_ids, tx.now, kinds, tree)
    place, few = place_of_names(wanted), None
    if place is not None:
        few = _few_naming(tx, bound[f"values_{place}"])
        bound["few"] = few or []
    whole = place if few is not None else None
    listing = list_store.filtered(shape_of(wanted), shelf_within(wanted), limited=limited, named=whole)
    return _List(listing, bound, reach)


def _few_naming(tx: ReadTx, values: list[str]) -> list[str] | None:
    """The tickets about which messages name one of these; None where so many do that a list is better looked through in its order.

    They are read by themselves: joined to the list, PostgreSQL looked through all tickets instead.
    """
    rows = tx.all(list_store.tickets_naming, values=values, most=MOST_NAMED + 1)
    return sorted({row[0] for row in rows if row[0]}) if len(rows) <= MOST_NAMED else None


def list_tickets(
    tx: ReadTx, reach: Reach, agent_id: str | None, wanted: str | Filter, *, after: Place = FIRST, most: int = 50
) -> tuple[list[TicketRow], Place | None]:
    """A page of a list (see `open_list`), who waits longest first, and where the next one begins.

    Where not all that lies on the way is meant, by a filter or a limited reach, a page may be short, even empty, and more follow.
    """
    chosen = open_list(tx, reach, agent_id, wanted)
    start = _bound("after", after)
    end = chosen.end(tx, start)
    until = _bound("until", end or LAST)
    rows = tx.all(chosen.statements.page, most=most + 1, **start, **until, **chosen.bound)
    page = [shown(read_row(row), reach) for row in rows[:most]]
    if len(rows) <= most:
        return page, end
    return page, place_of(page[-1], by_due=chosen.statements.by_due)


def place_of(ticket: Ticket, *, by_due: bool = False) -> Place:
    """Where a ticket stands in a list, or in one in which the first to be due stands first."""
    stands_at = ticket.due_at or 0 if by_due else waits_at(ticket)
    return (shelf_of(ticket.status), stands_at, ticket.id)


def _bound(side: str, place: Place) -> dict[str, Any]:
    return {f"{side}_shelf": place[0], f"{side}_waits_at": place[1], f"{side}_id": place[2]}


class Count(msgspec.Struct, frozen=True):
    """How many tickets lie in a list. Without `exact` there may be more than were looked at."""

    count: int
    exact: bool


def count_list(tx: ReadTx, reach: Reach, agent_id: str | None, wanted: str | Filter) -> Count:
    """How many tickets are in a list (see `open_list`): at most `MOST_COUNTED`, of its first `MOST_LOOKED_AT` where few may be meant."""
    chosen = open_list(tx, reach, agent_id, wanted)
    end = chosen.end(tx, _bound("after", FIRST))
    count = int(tx.value(chosen.statements.size, most=MOST_COUNTED, **_bound("until", end or LAST), **chosen.bound))
    return Count(count, exact=end is None and count < MOST_COUNTED)


def count_tickets(tx: ReadTx, reach: Reach, agent_id: str | None, team_ids: Sequence[str]) -> dict[str, int]:
    """How many tickets lie in each list, and in each of the agent's teams as `team:<id>`; see `count_list`."""
    names = [*COUNTED, *(f"team:{one}" for one in team_ids)]
    return {name: count_list(tx, reach, agent_id, name).count for name in names}


def find_tickets(
    tx: ReadTx, reach: Reach, agent_id: str | None, wanted: str | Filter, conversation_ids: Sequence[str]
) -> list[TicketRow]:
    """Those tickets of these conversations that stand in a list (see `open_list`); in no order."""
    ids = [row[0] for row in tx.all(list_store.ids_of_conversations, ids=conversation_ids)]
    return open_list(tx, reach, agent_id, wanted).named(tx, ids)


def list_tags(tx: ReadTx, beginning: str, *, after: str = "", most: int = 50) -> tuple[list[str], str | None]:
    """A page of the words that were put on tickets or contacts and begin so, in order, and the `after` of the next one."""
    rows = tx.all(tags_page, after=after, first=beginning, end=beginning + "\U0010ffff", most=most + 1)
    names = [str(row[0]) for row in rows[:most]]
    return names, names[-1] if len(rows) > most else None


class TagUse(msgspec.Struct, frozen=True):
    """A tag, and on how many of the newest tickets it is."""

    name: str
    uses: int


def count_tags(tx: ReadTx, reach: Reach) -> list[TagUse]:
    """What the newest tickets were about: their tags, the most used first; of each that are as many in order of the alphabet."""
    limited = reach.inbox_ids is not None
    rows = tx.all(list_store.newest_tags[limited], most=MOST_LOOKED_AT, reach=reach.inbox_ids or ())
    uses = Counter(tag for row in rows for tag in row[0].split())
    return [TagUse(*one) for one in sorted(uses.items(), key=lambda one: (-one[1], one[0]))[:MOST_TOLD]]


def find_row(tx: ReadTx, reach: Reach, agent_id: str | None, ticket_id: str) -> TicketRow | None:
    """One row as it stands in a list, or None where it isn't within reach."""
    limited = reach.inbox_ids is not None
    row = tx.one(list_store.row_by_id[limited], id=ticket_id, viewer=agent_id, reach=reach.inbox_ids or ())
    return shown(read_row(row), reach) if row else None


def get_row(tx: ReadTx, reach: Reach, agent_id: str | None, ticket_id: str) -> TicketRow:
    """The same; raises `NotFound` where it isn't within reach."""
    row = find_row(tx, reach, agent_id, ticket_id)
    if row is None:
        raise NotFound("There is no such ticket.")
    return row


def rows_by_id(tx: ReadTx, ids: Sequence[str]) -> list[Ticket]:
    """Tickets by id, for frames of the stream; in no order."""
    return [read_ticket(row) for row in tx.all(store.tickets_by_ids, ids=ids)] if ids else []


def current_of_conversations(tx: ReadTx, conversation_ids: Sequence[str]) -> list[Ticket]:
    """The current ticket of each conversation that has one: the one that its next words are about."""
    return [read_ticket(row) for row in tx.all(store.current_of, ids=conversation_ids)] if conversation_ids else []


def tickets_of(tx: ReadTx, conversation_ids: Sequence[str], reach: Reach) -> list[Ticket]:
    """All tickets of a contact's conversations, newest first."""
    rows = sorted(tx.all(store.all_of, ids=conversation_ids), key=lambda row: str(row[0]), reverse=True)
    return [shown(read_ticket(row), reach) for row in rows]


def hide_words(ticket: AnyTicket) -> AnyTicket:
    """The ticket without words, for somebody who can't read the inbox that carried them."""
    return msgspec.structs.replace(ticket, preview="", subject=None, place=None)


def shown(ticket: AnyTicket, reach: Reach) -> AnyTicket:
    """The ticket as somebody with this reach sees it."""
    if ticket.inbox_id is None or reach.covers(ticket.inbox_id):
        return ticket
    return hide_words(ticket)
