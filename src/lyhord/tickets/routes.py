"""The REST routes of tickets: the inbox lists, and what agents do with a ticket."""

from typing import Annotated

from litestar import delete, get, patch, post
from litestar.params import QueryParameter
from msgspec import UNSET, Struct, UnsetType

from lyhord.contacts.actions.organizations import get_organization
from lyhord.contacts.listing import Asker, Timelines
from lyhord.conversations.timeline import timeline_ids
from lyhord.conversations.views import get_visible
from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.http import Cursor, Limit, Page, Principal, decode_cursor, encode_cursor, requires
from lyhord.kit.problems import NotFound
from lyhord.tickets.actions import assign_ticket, get_ticket, mark_spam, set_status, tag_ticket
from lyhord.tickets.model import Status, Ticket, TicketRow
from lyhord.tickets.views import (
    count_tickets,
    find_row,
    list_tags,
    list_tickets,
    newest_of_conversations,
    shown,
    tickets_of,
)
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import list_team_ids

MOST_MEMBERS = 200
ListName = Annotated[
    str,
    QueryParameter(
        name="list",
        max_length=60,
        description="mine, unassigned, all, waiting, mentioned, snoozed, resolved or team:<id>",
    ),
]


Beginning = Annotated[str, QueryParameter(name="q", max_length=40, description="what a tag begins with")]


class TicketChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is left out stays. A snoozed ticket needs `snoozed_until` (Unix milliseconds)."""

    status: Status | UnsetType = UNSET
    snoozed_until: int | None = None
    owner_agent_id: str | UnsetType | None = UNSET
    owner_team_id: str | UnsetType | None = UNSET
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()


@get("/api/v1/tickets", guards=[requires("conversations.read")], tags=["tickets"])
async def get_tickets(
    database: Database, principal: Principal, name: ListName = "mine", cursor: Cursor = None, limit: Limit = 50
) -> Page[TicketRow]:
    """An inbox list: who waits longest first, then the latest activity."""
    after = decode_cursor(cursor, tuple[int, str]) if cursor else None
    start = {"after": after} if after else {}
    rows, place = await database.read(
        principal.workspace_id, list_tickets, Reach(principal.inbox_ids), principal.agent_id, name, most=limit, **start
    )
    return Page(rows, encode_cursor(*place) if place else None)


@get("/api/v1/tickets/counts", guards=[requires("conversations.read")], tags=["tickets"])
async def get_counts(database: Database, principal: Principal) -> dict[str, int]:
    """How many tickets lie in each list."""

    def view(tx: ReadTx) -> dict[str, int]:
        teams = list_team_ids(tx, principal.agent_id) if principal.agent_id else []
        return count_tickets(tx, Reach(principal.inbox_ids), principal.agent_id, teams)

    return await database.read(principal.workspace_id, view)


@get("/api/v1/conversations/{conversation_id:str}/tickets", guards=[requires("conversations.read")], tags=["tickets"])
async def get_tickets_of_conversation(database: Database, principal: Principal, conversation_id: str) -> list[Ticket]:
    """All tickets of a timeline, the newest first."""

    def view(tx: ReadTx) -> list[Ticket]:
        reach = Reach(principal.inbox_ids)
        conversation = get_visible(tx, reach, conversation_id)
        return tickets_of(tx, timeline_ids(tx, conversation), reach)

    return await database.read(principal.workspace_id, view)


@patch("/api/v1/tickets/{ticket_id:str}", guards=[requires("tickets.work")], tags=["tickets"])
async def change_ticket(database: Database, principal: Principal, ticket_id: str, data: TicketChange) -> TicketRow:
    """Assign, snooze, resolve, reopen or tag a ticket."""
    await _row(database, principal, ticket_id)
    await database.write(principal.workspace_id, _change, ticket_id, data, actor=principal.subject)
    return await _row(database, principal, ticket_id)


@get("/api/v1/tags", guards=[requires("conversations.read")], tags=["tickets"])
async def get_tags(
    database: Database, principal: Principal, q: Beginning = "", cursor: Cursor = None, limit: Limit = 50
) -> Page[str]:
    """The words that were put on tickets, in order."""
    after = decode_cursor(cursor, tuple[str])[0] if cursor else ""
    names, place = await database.read(principal.workspace_id, list_tags, q.strip().lower(), after=after, most=limit)
    return Page(names, encode_cursor(place) if place else None)


@post("/api/v1/tickets/{ticket_id:str}/spam", status_code=200, guards=[requires("tickets.work")], tags=["tickets"])
async def mark_as_spam(database: Database, principal: Principal, ticket_id: str) -> TicketRow:
    """Resolve a ticket as spam and block the address that it came from."""
    return await _judge(database, principal, ticket_id, spam=True)


@delete("/api/v1/tickets/{ticket_id:str}/spam", status_code=200, guards=[requires("tickets.work")], tags=["tickets"])
async def mark_as_no_spam(database: Database, principal: Principal, ticket_id: str) -> TicketRow:
    """It was none: open the ticket and let the address in again."""
    return await _judge(database, principal, ticket_id, spam=False)


@get("/api/v1/organizations/{organization_id:str}/tickets", guards=[requires("conversations.read")], tags=["tickets"])
async def get_tickets_of_organization(
    database: Database, principal: Principal, timelines: Timelines, organization_id: str
) -> list[Ticket]:
    """The newest ticket of each of the first 200 contacts of an organization, the latest activity first."""

    def view(tx: ReadTx) -> list[Ticket]:
        reach = Reach(principal.inbox_ids)
        get_organization(tx, organization_id)
        members = Asker(tx, reach, timelines).of_organization(organization_id, None, MOST_MEMBERS).items
        rows = newest_of_conversations(tx, [one.conversation_id for one in members if one.conversation_id])
        return sorted((shown(row, reach) for row in rows), key=_latest, reverse=True)

    return await database.read(principal.workspace_id, view)


def _latest(row: Ticket) -> tuple[int, str]:
    return row.last_activity_at, row.id


async def _judge(database: Database, principal: Principal, ticket_id: str, *, spam: bool) -> TicketRow:
    await _row(database, principal, ticket_id)
    await database.write(principal.workspace_id, mark_spam, ticket_id, spam, actor=principal.subject)
    return await _row(database, principal, ticket_id)


async def _row(database: Database, principal: Principal, ticket_id: str) -> TicketRow:
    row = await database.read(
        principal.workspace_id, find_row, Reach(principal.inbox_ids), principal.agent_id, ticket_id
    )
    if row is None:
        raise NotFound("There is no such ticket.")
    return row


def _change(tx: Tx, ticket_id: str, change: TicketChange) -> None:
    ticket = get_ticket(tx, ticket_id)
    agent_id = ticket.owner_agent_id if isinstance(change.owner_agent_id, UnsetType) else change.owner_agent_id
    team_id = ticket.owner_team_id if isinstance(change.owner_team_id, UnsetType) else change.owner_team_id
    assign_ticket(tx, ticket_id, agent_id=agent_id, team_id=team_id)
    if not isinstance(change.status, UnsetType):
        set_status(tx, ticket_id, change.status, snoozed_until=change.snoozed_until)
    tag_ticket(tx, ticket_id, add=change.add_tags, remove=change.remove_tags)


routes = [
    get_tickets,
    get_counts,
    get_tickets_of_conversation,
    get_tickets_of_organization,
    change_ticket,
    mark_as_spam,
    mark_as_no_spam,
    get_tags,
]
