"""Tickets as a CSV file."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from lyhord.contacts.actions.attributes import list_attributes
from lyhord.contacts.actions.languages import languages_of
from lyhord.contacts.lineage import survivors
from lyhord.contacts.model import NOBODY, Definition
from lyhord.hearing.entities.reading import make_hiding
from lyhord.hearing.reasons.reading import list_reasons
from lyhord.kit import sheets
from lyhord.kit.clock import SECOND
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import HIGHEST_ID
from lyhord.tickets import export_store as tickets
from lyhord.tickets.filters import Filter
from lyhord.tickets.kinds.model import Kind, stage_of
from lyhord.tickets.kinds.reading import list_kinds
from lyhord.tickets.model import TicketRow, read_ticket
from lyhord.tickets.store import all_of
from lyhord.tickets.views import Place, list_tickets
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import list_agents, list_inboxes, list_teams

MOST_NAMED = 50
"""Names and numbers of a ticket, the latest."""
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
    "stage",
    "reason",
    "mood",
    "heard",
    "language",
    "named",
)
"""Behind them stands a column for each attribute of tickets, by its name."""


class Told(Struct, frozen=True):
    """What was said during a ticket: when it was answered first (Unix milliseconds), and how many messages both ways.

    `named`: what its messages name, as `<kind>:<value>`; `language` is its contact's.
    """

    answered_at: int | None = None
    messages: int = 0
    named: tuple[str, ...] = ()
    language: str = ""


class Names(Struct, frozen=True):
    """What ids stand for. `hide`: what stands in place of words that customers wrote."""

    agents: dict[str, str]
    teams: dict[str, str]
    inboxes: dict[str, str]
    kinds: dict[str, Kind]
    reasons: dict[str, str]
    attributes: tuple[Definition, ...]
    hide: Callable[[str], str] = str


def read_names(tx: ReadTx, reach: Reach) -> Names:
    """Of everybody and everything that a ticket names, as far as somebody reaches.

    A kind of ours is called by its id, a reason and an attribute of ours by its key.
    """
    return Names(
        agents={one.id: one.name for one in list_agents(tx)},
        teams={one.id: one.name for one in list_teams(tx)},
        inboxes={one.id: one.name for one in list_inboxes(tx, reach.inbox_ids, whole=False)},
        kinds={one.id: one for one in list_kinds(tx)},
        reasons={one.id: one.name or one.key for one in list_reasons(tx)},
        attributes=tuple(one for one in list_attributes(tx) if one.subject == "ticket"),
        hide=make_hiding(tx),
    )


def read_page(
    tx: ReadTx, reach: Reach, agent_id: str | None, wanted: str | Filter, after: Place
) -> tuple[list[tuple[TicketRow, Told]], Place | None]:
    """The next tickets of a list with what was said during each, and where to go on."""
    rows, place = list_tickets(tx, reach, agent_id, wanted, after=after, most=STEP)
    told, named = _told(tx, reach, rows), _named(tx, reach, rows)
    last = survivors(tx, {row.contact_id for row in rows if row.contact_id})
    spoken = languages_of(tx, last.values())
    return [
        (
            row,
            replace(
                told.get(row.id, Told()),
                named=tuple(named.get(row.id, ()))[:MOST_NAMED],
                language=spoken.get(last.get(row.contact_id or "", ""), NOBODY).language or "",
            ),
        )
        for row in rows
    ], place


def _named(tx: ReadTx, reach: Reach, rows: Sequence[TicketRow]) -> dict[str, list[str]]:
    """By ticket what the messages about it name, the latest first."""
    statement, inbox_ids = tickets.named_in[reach.inbox_ids is not None], reach.inbox_ids or ()
    found: dict[str, dict[str, None]] = {}
    for conversation_id in {row.conversation_id for row in rows}:
        for ticket_id, value in tx.all(statement, of=conversation_id, reach=inbox_ids):
            found.setdefault(ticket_id, {})[value] = None
    return {ticket_id: list(values) for ticket_id, values in found.items()}


def _told(tx: ReadTx, reach: Reach, rows: Sequence[TicketRow]) -> dict[str, Told]:
    """What was said about each ticket: in its turns, which end where the next ticket's begin, and what was moved to it."""
    limited, inbox_ids = reach.inbox_ids is not None, reach.inbox_ids or ()
    wanted = {row.id for row in rows}
    told: dict[str, Told] = {}
    for ticket_id, conversation_id, since, until in _spans(tx, {row.conversation_id for row in rows}):
        if ticket_id in wanted:
            span = {"of": conversation_id, "since": since, "until": until, "reach": inbox_ids}
            row = tx.one(tickets.told_during[limited], **span)
            told[ticket_id] = _sum(told.get(ticket_id, Told()), *(row or (None, 0)))
    for ticket_id, at, count in tx.all(tickets.told_moved[limited], ids=sorted(wanted), reach=inbox_ids):
        told[ticket_id] = _sum(told.get(ticket_id, Told()), at, count)
    return told


def _spans(tx: ReadTx, conversation_ids: set[str]) -> list[tuple[str, str, str, str]]:
    """The turns of tickets: (ticket, conversation, from a message, until another)."""
    ids = sorted(conversation_ids)
    turns = [(one.conversation_id, one.begins_id, 0, one.id) for one in map(read_ticket, tx.all(all_of, ids=ids))]
    turns += [(talk, from_id, 1, one) for talk, from_id, one in tx.all(tickets.turns_of_conversations, ids=ids)]
    found, end = [], ("", HIGHEST_ID)
    for talk, from_id, _, ticket_id in sorted((one for one in turns if one[1]), reverse=True):
        until = end[1] if end[0] == talk else HIGHEST_ID
        found.append((ticket_id, talk, str(from_id), until))
        end = (talk, str(from_id))
    return found


def _sum(told: Told, at: int | None, count: int) -> Told:
    moments = [one for one in (told.answered_at, at) if one is not None]
    return Told(min(moments, default=None), told.messages + count)


def header(names: Names) -> str:
    """The first line, with the mark by which spreadsheets know UTF-8."""
    return sheets.MARK + sheets.lines([(*COLUMNS, *(one.name or one.key for one in names.attributes))])


def lines(rows: Sequence[tuple[TicketRow, Told]], names: Names, now: int) -> str:
    """A line for each ticket, as it stands at `now` (Unix milliseconds)."""
    return sheets.lines(_cells(ticket, told, names, now) for ticket, told in rows)


def _cells(ticket: TicketRow, told: Told, names: Names, now: int) -> Iterable[str]:
    kind = names.kinds.get(ticket.kind)
    stage = stage_of(kind.stages, ticket.stage, ticket.status) if kind else None
    waited = None if ticket.waiting_since is None else (now - ticket.waiting_since) // SECOND
    return (
        ticket.id,
        names.hide(ticket.matter or ticket.subject or ""),
        ticket.title,
        ticket.contact_id or "",
        (kind.name if kind else "") or ticket.kind,
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
        stage.name if stage else "",
        names.reasons.get(ticket.reason_id or "", ""),
        ticket.mood or "",
        ", ".join(ticket.signs),
        told.language,
        "; ".join(names.hide(one.partition(":")[2]) for one in told.named),
        *(sheets.cell(ticket.attributes.get(one.key)) for one in names.attributes),
    )
