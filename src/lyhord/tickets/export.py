"""Tickets as a CSV file."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from lyhord.kit import sheets
from lyhord.kit.clock import SECOND
from lyhord.kit.database import ReadTx
from lyhord.tickets import export_store as store
from lyhord.tickets.filters import Filter
from lyhord.tickets.kinds.views import list_kinds
from lyhord.tickets.model import TicketRow
from lyhord.tickets.views import Place, list_tickets
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import list_agents, list_inboxes, list_teams

STEP = 200
"""Tickets that one read of an export takes."""
COLUMNS = (
    "lyhord_id",
    "subject",
    "contact",
    "contact_id",
    "kind",
    "status",
    "owner",
    "team",
    "inbox",
    "channel",
    "public",
    "tags",
    "created_at",
    "first_answered_at",
    "resolved_at",
    "last_activity_at",
    "waiting_seconds",
    "messages",
    "conversation_id",
)


class Told(Struct, frozen=True):
    """What was said during a ticket: when it was answered first (Unix milliseconds), and how many messages both ways."""

    answered_at: int | None = None
    messages: int = 0


class Names(Struct, frozen=True):
    """What ids stand for."""

    agents: dict[str, str]
    teams: dict[str, str]
    inboxes: dict[str, str]
    kinds: dict[str, str]


def read_names(tx: ReadTx, reach: Reach) -> Names:
    """Of everybody and everything that a ticket names, as far as somebody reaches; a kind of ours is called by its id."""
    return Names(
        agents={one.id: one.name for one in list_agents(tx)},
        teams={one.id: one.name for one in list_teams(tx)},
        inboxes={one.id: one.name for one in list_inboxes(tx, reach.inbox_ids, whole=False)},
        kinds={one.id: one.name for one in list_kinds(tx) if one.name},
    )


def read_page(
    tx: ReadTx, reach: Reach, agent_id: str | None, wanted: str | Filter, after: Place
) -> tuple[list[tuple[TicketRow, Told]], Place | None]:
    """The next tickets of a list with what was said during each, and where to go on."""
    rows, place = list_tickets(tx, reach, agent_id, wanted, after=after, most=STEP)
    said = store.told[reach.inbox_ids is not None]
    ids = [row.id for row in rows]
    told = {one: Told(at, count) for one, at, count in tx.all(said, ids=ids, reach=reach.inbox_ids or ())}
    return [(row, told.get(row.id, Told())) for row in rows], place


def header() -> str:
    """The first line, with the mark by which spreadsheets know UTF-8."""
    return sheets.MARK + sheets.lines([COLUMNS])


def lines(rows: Sequence[tuple[TicketRow, Told]], names: Names, now: int) -> str:
    """A line for each ticket, as it stands at `now` (Unix milliseconds)."""
    return sheets.lines(_cells(ticket, told, names, now) for ticket, told in rows)


def _cells(ticket: TicketRow, told: Told, names: Names, now: int) -> Iterable[str]:
    waited = None if ticket.waiting_since is None else (now - ticket.waiting_since) // SECOND
    return (
        ticket.id,
        ticket.subject or "",
        ticket.title,
        ticket.contact_id or "",
        names.kinds.get(ticket.kind, ticket.kind),
        "spam" if ticket.spam_at is not None else ticket.status,
        names.agents.get(ticket.owner_agent_id or "", ""),
        names.teams.get(ticket.owner_team_id or "", ""),
        names.inboxes.get(ticket.inbox_id or "", ""),
        ticket.channel,
        "false" if ticket.place is None else "true",
        ", ".join(ticket.tags),
        sheets.moment(ticket.opened_at),
        sheets.moment(told.answered_at),
        sheets.moment(ticket.resolved_at),
        sheets.moment(ticket.last_activity_at),
        "" if waited is None else str(waited),
        str(told.messages),
        ticket.conversation_id,
    )
