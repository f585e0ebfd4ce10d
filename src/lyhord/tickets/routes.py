"""The REST routes of tickets: the inbox lists, and what agents do with a ticket."""

from typing import Annotated

from litestar import get, patch
from litestar.params import QueryParameter
from msgspec import UNSET, Struct, UnsetType

from lyhord.conversations.timeline import timeline_ids
from lyhord.conversations.views import get_visible
from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.http import Cursor, Limit, Page, Principal, decode_cursor, encode_cursor, requires
from lyhord.kit.problems import NotFound
from lyhord.tickets.actions import assign_ticket, get_ticket, set_status
from lyhord.tickets.model import Status, Ticket, TicketRow
from lyhord.tickets.views import count_tickets, find_row, list_tickets, tickets_of
from lyhord.tickets.wallboard import Wallboard, show_wallboard
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import list_team_ids

ListName = Annotated[
    str,
    QueryParameter(
        name="list",
        max_length=60,
        description="mine, unassigned, all, waiting, mentioned, snoozed, resolved, team:<id> or agent:<id>",
    ),
]


class TicketChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is left out stays. A snoozed ticket needs `snoozed_until` (Unix milliseconds)."""

    status: Status | UnsetType = UNSET
    snoozed_until: int | None = None
    owner_agent_id: str | UnsetType | None = UNSET
    owner_team_id: str | UnsetType | None = UNSET


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


@get(
    "/api/v1/wallboard", guards=[requires("wallboard.read")], tags=["tickets"], summary="Who waits, and who is on what"
)
async def get_wallboard(database: Database, principal: Principal) -> Wallboard:
    """As far as the caller reaches."""
    return await database.read(principal.workspace_id, show_wallboard, Reach(principal.inbox_ids))


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
    """Assign, snooze, resolve or reopen a ticket."""
    await _row(database, principal, ticket_id)
    await database.write(principal.workspace_id, _change, ticket_id, data, actor=principal.subject)
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


routes = [get_tickets, get_counts, get_wallboard, get_tickets_of_conversation, change_ticket]
